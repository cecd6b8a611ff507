/** Drains a node: its moves are shown before anything moves. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { commandOf } from '../../export/command-line.ts';
import { followOperation } from '../../shell/task-list.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { CancelButton, Dialog } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Notice, ProblemNotice, QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';

type Node = OutputOf<'node.get'>;
type Drain = OutputOf<'node.drain'>;

/** Moves that are listed; the others are counted. */
const LISTED_MAX = 100;

const LENGTHS = [
  { value: '', words: 'without an end' },
  { value: '30m', words: '30 minutes' },
  { value: '2h', words: '2 hours' },
  { value: '8h', words: '8 hours' },
  { value: '1d', words: '1 day' },
];

interface DrainDialogProps {
  readonly node: Node;
  readonly onClose: () => void;
}

/** Renders the plan of the drain, and the button that begins it. */
export function DrainDialog({ node, onClose }: DrainDialogProps) {
  const client = useQueryClient();
  const [cause, setCause] = useState<unknown>();
  const [length, setLength] = useState('');
  const { id, name } = node;
  const during = length === '' ? {} : { for: length };
  const plan = useQuery({
    queryKey: ['node.drain', id, 'plan'],
    queryFn: () => call('node.drain', { id, dry_run: true }),
    staleTime: 0,
    retry: false,
  });
  const drain = async (): Promise<void> => {
    setCause(undefined);
    try {
      followOperation(await call('node.drain', { id, ...during }));
      announce(`Draining ${name}`);
      void client.invalidateQueries({ queryKey: ['node.get'] });
      onClose();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <Dialog title={`Drain ${name}`} onClose={onClose} size="large">
      <QueryState query={plan} what="the plan">
        {(answer) => <Plan plan={answer.plan} />}
      </QueryState>
      <Choice label="Maintenance lasts" value={length} options={LENGTHS} onChange={setLength} />
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={layout.actions}>
        <Button
          look="primary"
          onPress={() => void drain()}
          disabledReason={plan.data === undefined ? 'The plan has to be known first.' : undefined}
        >
          Drain {name}
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      <Equivalents command={commandOf('node', 'node.drain', { id: name, ...during })} />
    </Dialog>
  );
}

function Plan({ plan }: { readonly plan: Drain['plan'] }) {
  const { moves, left, effort, explanation } = plan;
  const more = moves.length - LISTED_MAX;
  return (
    <>
      <p>
        {moves.length === 0
          ? 'No VM has to move.'
          : `${countOf(moves.length, 'VM')} move: ${effort.memory_gb.toLocaleString('en')} GB of ` +
            `memory, about ${Math.ceil(effort.duration_seconds).toLocaleString('en')} s.`}
      </p>
      {left.length === 0 ? null : (
        <Notice tone="bad" title={`${countOf(left.length, 'VM')} cannot move`}>
          <ul>
            {left.map(({ vm_id: id, vm, why }) => (
              <li key={id}>
                <bdi>{vm ?? id}</bdi>: {why}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {moves.length === 0 ? null : (
        <Table heads={['VM', 'To', 'How', 'Memory']} caption="Moves, in their order" look="low">
          {moves.slice(0, LISTED_MAX).map(({ vm_id: id, vm, to, manner, memory_gb: memory }) => (
            <tr key={id}>
              <th scope="row" dir="auto">
                {vm ?? id}
              </th>
              <td>{to}</td>
              <td>{manner ?? 'live'}</td>
              <td>{memory} GB</td>
            </tr>
          ))}
        </Table>
      )}
      {more > 0 ? <p>And {countOf(more, 'further move')}.</p> : null}
      <details>
        <summary>Explanation</summary>
        <ul>
          {explanation.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    </>
  );
}
