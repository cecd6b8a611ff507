/** The writes that one resource allows, as buttons. */
import { useState } from 'react';
import type { Item } from '../../api/queries.ts';
import { routeOf } from '../../api/routes-of-operations.ts';
import { useRefusals } from '../../api/session.ts';
import { ROUTES } from '../../gen/operations.ts';
import { Button } from '../../ui/button.tsx';
import { codePart, MissingPart, useCodePart } from '../../ui/code-part.tsx';
import { verbOf } from '../../ui/words.ts';
import { isRemoval } from './is-removal.ts';

/** Loaded once its page is there, so that a button that is pressed finds it. */
const DIALOG = codePart(async () => (await import('./action-dialog.tsx')).ActionDialog);

/** Operations that have pages or controls of their own, or that only programs use. */
const LEFT_OUT: readonly string[] = [
  'vm.console',
  'snapshot.export',
  'policy.rollback',
  'workflow.backfill',
  'gitops_application.record',
  'model.promote',
  'model.rollback',
  'model.start_trial',
  'model.stop_trial',
];

/** Votes, which the server may refuse to a person whose role allows them. */
const VOTES: readonly string[] = ['approval.approve', 'approval.deny'];

/** Statuses that an action requires; otherwise it is refused with a reason. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'vm.start': ['stopped', 'preempted'],
  'vm.stop': ['running'],
  'vm.reboot': ['running'],
  'vm.reset': ['running'],
  'vm.pause': ['running'],
  'vm.restart_service': ['running'],
  'approval.approve': ['pending'],
  'approval.deny': ['pending'],
  'execution.pause': ['running'],
  'execution.signal': ['running'],
  'execution.finish': ['stuck'],
};

interface ActionsProps {
  readonly noun: string;
  readonly item: Item;
  readonly name: string;
  /** Subject of a row, to distinguish the same buttons of several rows. */
  readonly about?: string;
  /** Page to open after the deletion. */
  readonly listPath: string;
  /** Actions that the page renders by itself. */
  readonly without?: readonly string[];
}

/** Renders the buttons, and the dialog of the one that was pressed. */
export function Actions({ noun, item, name, listPath, about, without = [] }: ActionsProps) {
  const [open, setOpen] = useState<string>();
  const ActionDialog = useCodePart(DIALOG);
  const refusalOf = useRefusals();
  const operations = Object.keys(ROUTES).filter((operation) => {
    if (!operation.startsWith(`${noun}.`) || LEFT_OUT.includes(operation)) return false;
    const route = routeOf(operation);
    return route?.effect === 'write' && route.path.includes('{id}') && !without.includes(operation);
  });
  return (
    <>
      {operations.map((operation) => (
        <Button
          key={operation}
          look={isRemoval(operation) ? 'danger' : 'plain'}
          label={about === undefined ? undefined : `${verbOf(operation)} ${about}`}
          onPress={() => setOpen(operation)}
          disabledReason={refusalOf(operation) ?? reasonOf(operation, item)}
        >
          {verbOf(operation)}
        </Button>
      ))}
      {open !== undefined && ActionDialog === 'missing' ? <MissingPart /> : null}
      {open === undefined || ActionDialog === undefined || ActionDialog === 'missing' ? null : (
        <ActionDialog
          operation={open}
          item={item}
          name={name}
          about={about}
          listPath={listPath}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function reasonOf(operation: string, item: Item): string | undefined {
  const needs = NEEDS[operation];
  const status = String(item.status);
  if (needs !== undefined && !needs.includes(status)) {
    return `It is ${status}; this needs it to be ${needs.join(' or ')}.`;
  }
  const isPaused = item.paused_at !== undefined && item.paused_at !== null;
  if (operation === 'execution.pause' && isPaused) return 'It is paused already.';
  if (operation === 'execution.resume' && !isPaused) return 'It is not paused.';
  const { vote_refusal: voteRefusal } = item;
  if (VOTES.includes(operation) && typeof voteRefusal === 'string') return voteRefusal;
  if (operation.endsWith('.delete') && item.deletion_protection === true) {
    return 'It is protected from deletion. Update deletion_protection first.';
  }
  return undefined;
}
