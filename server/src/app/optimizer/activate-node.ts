import { problem } from '@novacron/contract/problem';
import { err, ok } from '@novacron/contract/result';
import { notFound } from '../resources/resource-problems.ts';
import { type Prepare, replan } from '../write.ts';

/** Takes a node back into service. One that is in service stays so. */
export const prepareNodeActivate: Prepare<{ readonly id: string }> = async ({ id }, { deps }) => {
  const { nodes, working } = await deps.store.snapshot({
    nodes: { from: 'nodes', where: { id } },
    working: {
      from: 'operations',
      where: { kind: 'node.drain', target_id: id, status: { in: ['running', 'undoing'] } },
    },
  });
  const [row] = nodes;
  if (row === undefined) return err([notFound('node', id)]);
  const [drain] = working;
  if (drain !== undefined) {
    return err([
      problem('conflict', {
        detail: `Node ${row.name} is being drained by ${drain.id}.`,
        remedy: `Cancel that first: novacron operation cancel ${drain.id}`,
        data: { operation_id: drain.id },
      }),
    ]);
  }
  if (row.power === 'off') {
    return err([
      problem('conflict', {
        detail: `Node ${row.name} is switched off.`,
        remedy: `Switch it on, which takes it into service: novacron node powerup ${row.name}`,
      }),
    ]);
  }
  if (row.status === 'lost') {
    return err([
      problem('conflict', {
        detail: `Node ${row.name} is lost: its agent is silent.`,
        remedy: 'Bring its agent back: the node is ready again with its first heartbeat.',
      }),
    ]);
  }
  return ok({
    resourceKind: 'node',
    target: { id, name: row.name },
    before: { status: row.status },
    wanted: { status: 'ready' },
    changes: [
      {
        kind: 'update',
        table: 'nodes',
        id,
        set: { status: 'ready' },
        expect: { status: row.status },
        otherwise: replan(`Node ${row.name}`),
      },
    ],
    steps: [],
    onSuccess: [],
    onFailure: [],
    onStuck: [],
    placement: null,
  });
};
