/** Asks before something is done to many VMs: what would happen, and which would be refused. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callByName } from '../../../api/client.ts';
import type { Item } from '../../../api/queries.ts';
import { commandOf } from '../../../export/command-line.ts';
import { followOperation } from '../../../shell/task-list.ts';
import { announce } from '../../../ui/announce/announcer.tsx';
import { Button } from '../../../ui/button.tsx';
import { CancelButton, Dialog } from '../../../ui/dialog.tsx';
import { Equivalents } from '../../../ui/equivalents.tsx';
import layout from '../../../ui/layout.module.css';
import { Notice, ProblemNotice, QueryState } from '../../../ui/states.tsx';
import { countOf, labelOf } from '../../../ui/words.ts';
import styles from './bulk.module.css';

type Plan = OutputOf<'vm.bulk'>;

/** VMs that are listed by name; the others are counted. */
const LISTED_MAX = 100;

/** Actions that lose or may lose data: people confirm them by typing. */
const DESTRUCTIVE = ['delete', 'reset'];

interface BulkDialogProps {
  readonly action: string;
  /** The part of the input that selects the VMs. */
  readonly selector: Item;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Renders the dialog. */
export function BulkDialog({ action, selector, onClose, onDone }: BulkDialogProps) {
  const client = useQueryClient();
  const [isForced, setForced] = useState(false);
  const [typed, setTyped] = useState('');
  const [cause, setCause] = useState<unknown>();
  const force = isForced ? { force: 'yes' } : {};
  const asked = Object.assign({ action }, selector, force);
  const plan = useQuery({
    queryKey: ['vm.bulk', 'plan', asked],
    queryFn: ({ signal }) =>
      callByName<Plan>('vm.bulk', Object.assign({ dry_run: true }, asked), signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const count = plan.data?.matched;
  const input = count === undefined ? asked : Object.assign({ if_count: count }, asked);
  const planned = (plan.data?.vms ?? []).filter(({ outcome }) => outcome === 'planned');
  const needed = planned.length === 1 ? planned[0]?.vm : String(planned.length);
  const isDestructive = DESTRUCTIVE.includes(action);
  const verb = labelOf(action);
  const send = async (): Promise<void> => {
    setCause(undefined);
    try {
      followOperation(await callByName('vm.bulk', input));
      announce(`${verb} ${countOf(planned.length, 'VM')}: accepted`);
      void client.invalidateQueries({ predicate: ({ queryKey: [key] }) => key === 'vm.list' });
      onDone();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <Dialog
      title={count === undefined ? `${verb} VMs` : `${verb} ${countOf(count, 'VM')}`}
      onClose={onClose}
      size="large"
    >
      {action === 'stop' ? (
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={isForced}
            onChange={({ target }) => setForced(target.checked)}
          />
          Power off without asking the guests
        </label>
      ) : null}
      <QueryState query={plan} what="what would happen">
        {(answer) => <PlanView plan={answer} />}
      </QueryState>
      {isDestructive && planned.length > 0 ? (
        <label className={layout.labelled}>
          <span>
            Type <strong dir="auto">{needed}</strong>, the{' '}
            {planned.length === 1 ? 'name of the VM' : 'number of VMs'}, to confirm
          </span>
          <input
            value={typed}
            autoComplete="off"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
      ) : null}
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={layout.actions}>
        <Button
          look={isDestructive ? 'danger' : 'primary'}
          onPress={() => void send()}
          disabledReason={
            planned.length === 0
              ? 'No VM is known that it can be done to.'
              : isDestructive && typed !== needed
                ? 'Type the name or the number first.'
                : undefined
          }
        >
          {verb} {countOf(planned.length, 'VM')}
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      <Equivalents command={commandOf('vm', 'vm.bulk', input)} />
    </Dialog>
  );
}

/** The VMs that it would be done to, and those that are refused, each with its reason. */
function PlanView({ plan: { vms, explanation } }: { readonly plan: Plan }) {
  const refused = vms.filter(({ outcome }) => outcome === 'refused');
  const planned = vms.filter(({ outcome }) => outcome === 'planned');
  const more = planned.length - LISTED_MAX;
  return (
    <>
      <p dir="auto">{explanation[0]}</p>
      {refused.length === 0 ? null : (
        <Notice tone="watch" title={`${countOf(refused.length, 'VM')} would be refused`}>
          <ul className={styles.names}>
            {refused.slice(0, LISTED_MAX).map(({ vm_id: id, vm, problem }) => (
              <li key={id}>
                <bdi>{vm}</bdi>: {problem?.detail}
              </li>
            ))}
          </ul>
          {refused.length > LISTED_MAX ? <p>And {refused.length - LISTED_MAX} more.</p> : null}
        </Notice>
      )}
      {planned.length === 0 ? null : (
        <details>
          <summary>{countOf(planned.length, 'VM')} by name</summary>
          <ul className={styles.names}>
            {planned.slice(0, LISTED_MAX).map(({ vm_id: id, vm }) => (
              <li key={id}>
                <bdi>{vm}</bdi>
              </li>
            ))}
          </ul>
          {more > 0 ? <p>And {more} more.</p> : null}
        </details>
      )}
    </>
  );
}
