/** The writes that one resource allows, as buttons; those without further input ask once. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { callByName } from '../../api/client.ts';
import { type Item, toItem } from '../../api/queries.ts';
import { routeOf } from '../../api/routes-of-operations.ts';
import { useIdentity } from '../../api/session.ts';
import { commandOf } from '../../export/command-line.ts';
import { FIELDS, NOUNS, SUMMARIES } from '../../gen/fields.ts';
import { ROUTES } from '../../gen/operations.ts';
import { followOperation } from '../../shell/task-list.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { ProblemNotice } from '../../ui/states.tsx';
import { verbOf } from '../../ui/words.ts';
import styles from './form.module.css';
import { OperationForm } from './operation-form.tsx';

/** Operations that have pages or controls of their own, or that only programs use. */
const LEFT_OUT: readonly string[] = [
  'vm.console',
  'snapshot.export',
  'policy.upgrade',
  'policy.rollback',
];

/** Which statuses of a VM an action needs, and why it is refused otherwise. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'vm.start': ['stopped', 'preempted'],
  'vm.stop': ['running'],
  'vm.reboot': ['running'],
  'vm.reset': ['running'],
  'vm.pause': ['running'],
  'vm.restart_service': ['running'],
};

interface ActionsProps {
  readonly noun: string;
  readonly item: Item;
  readonly name: string;
  /** What a row is about, where buttons of many rows stand below each other. */
  readonly about?: string;
  /** Where to go after it is deleted. */
  readonly listPath: string;
  /** Actions that the page renders by itself. */
  readonly without?: readonly string[];
}

/** Renders the buttons, and the dialog of the one that was pressed. */
export function Actions({ noun, item, name, listPath, about, without = [] }: ActionsProps) {
  const [open, setOpen] = useState<string>();
  const allowed = useIdentity()?.operations;
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
          disabledReason={reasonOf({ operation, item, allowed })}
        >
          {verbOf(operation)}
        </Button>
      ))}
      {open === undefined ? null : (
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

function isRemoval(operation: string): boolean {
  return /[.](delete|fence|confirm_dead|cut_off)$/.test(operation);
}

function reasonOf(parts: {
  readonly operation: string;
  readonly item: Item;
  readonly allowed: readonly string[] | undefined;
}): string | undefined {
  const { operation, item, allowed } = parts;
  if (allowed?.includes(operation) === false) {
    const role = routeOf(operation)?.role ?? 'admin';
    return `Requires the ${role} role.`;
  }
  const needs = NEEDS[operation];
  const status = String(item.status);
  if (needs !== undefined && !needs.includes(status)) {
    return `It is ${status}; this needs it to be ${needs.join(' or ')}.`;
  }
  if (operation.endsWith('.delete') && item.deletion_protection === true) {
    return 'It is protected from deletion. Update deletion_protection first.';
  }
  return undefined;
}

interface ActionDialogProps {
  readonly operation: string;
  readonly item: Item;
  readonly name: string;
  readonly about: string | undefined;
  readonly listPath: string;
  readonly onClose: () => void;
}

function ActionDialog(props: ActionDialogProps) {
  const { operation, item, name, about, listPath, onClose } = props;
  const navigate = useNavigate();
  const done = (): void => {
    onClose();
    if (operation.endsWith('.delete')) void navigate({ to: listPath });
  };
  const fields = (FIELDS[operation] ?? []).filter(
    (field) => !['id', 'if_revision', 'if_desired_revision'].includes(field.name),
  );
  const hasForm = fields.length > 0 && !operation.endsWith('.delete');
  return (
    <Dialog
      title={`${verbOf(operation)} ${name}`}
      onClose={onClose}
      size={fields.length > 6 ? 'large' : 'small'}
    >
      <p>{SUMMARIES[operation]}</p>
      {about === undefined ? null : <p dir="auto">It is the {about}.</p>}
      {hasForm ? (
        <OperationForm
          operation={operation}
          before={operation.endsWith('.update') ? item : { id: item.id }}
          onDone={done}
          onCancel={onClose}
        />
      ) : (
        <Confirmation
          operation={operation}
          item={item}
          name={name}
          onClose={onClose}
          onDone={done}
        />
      )}
    </Dialog>
  );
}

interface ConfirmationProps {
  readonly operation: string;
  readonly item: Item;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks before a write without input; removals ask for the name, too. */
function Confirmation({ operation, item, name, onClose, onDone }: ConfirmationProps) {
  const [typed, setTyped] = useState('');
  const [cause, setCause] = useState<unknown>();
  const client = useQueryClient();
  const [noun = ''] = operation.split('.');
  const input = { id: item.id };
  const isTyped = !isRemoval(operation) || typed === name;
  const send = async (): Promise<void> => {
    try {
      const answer = toItem(await callByName(operation, input));
      followOperation(answer);
      announce(`${verbOf(operation)} ${name}: accepted`);
      void client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => String(key).startsWith(`${noun}.`),
      });
      onDone();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      {isRemoval(operation) ? (
        <label className={styles.field}>
          <span>
            Type <strong dir="auto">{name}</strong> to confirm
          </span>
          <input
            className={styles.control}
            value={typed}
            autoComplete="off"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
      ) : null}
      <div className={layout.actions}>
        <Button
          look={isRemoval(operation) ? 'danger' : 'primary'}
          onPress={() => void send()}
          disabledReason={isTyped ? undefined : 'Type the name first.'}
        >
          {verbOf(operation)}
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      <Equivalents command={commandOf(NOUNS[noun]?.group ?? noun, operation, input)} />
    </>
  );
}
