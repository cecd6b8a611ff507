import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import type { Prepare } from '../../resources/scope.ts';
import { replan } from '../../rows/replan.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { RUNNING } from './prepare-improvement.ts';

/** Takes a node back into service. One that is in service stays so. */
export const prepareNodeActivate: Prepare<{ readonly id: string }> = async ({ id }, { deps }) => {
  const { nodes, working } = await deps.store.snapshot({
    nodes: { from: 'nodes', where: { id } },
    working: { from: 'operations', where: RUNNING, damaged: 'blank' },
  });
  const [row] = nodes;
  if (row === undefined) return err([notFound('node', id)]);
  const [own] = working.filter(({ target_id }) => target_id === id || row.status === 'draining');
  if (own !== undefined) return err([beingChanged(row.name, own)]);
  if (row.power === 'off') {
    return err([
      problem('conflict', {
        detail: `Node ${row.name} is powered off.`,
        remedy: `Power it on, which also activates it: novacron node powerup ${row.name}`,
      }),
    ]);
  }
  if (row.status === 'lost') {
    return err([
      problem('conflict', {
        detail: `Node ${row.name} is lost: its agent does not respond.`,
        remedy: 'Restart its agent: the node is ready again after its first heartbeat.',
      }),
    ]);
  }
  if (row.followed_json !== null) {
    return err([
      problem('conflict', {
        detail: `The agent of node ${row.name} follows another control plane.`,
        remedy:
          'Use the server that it follows, or take the node over: novacron control-plane show.',
      }),
    ]);
  }
  return ok({
    resourceKind: 'node',
    target: { id, name: row.name },
    before: { status: row.status },
    wanted: { status: 'ready' },
    placement: null,
    saga: reserveOnly([
      {
        kind: 'update',
        table: 'nodes',
        id,
        set: { status: 'ready' },
        expect: { status: row.status },
        otherwise: replan(`Node ${row.name}`),
      },
    ]),
  });
};

function beingChanged(name: string, { id, kind }: Tables['operations']): Problem {
  const detail =
    kind === 'node.drain'
      ? `Node ${name} is being drained by ${id}.`
      : `Node ${name} is being changed by ${kind} (${id}).`;
  return problem('conflict', {
    detail,
    remedy: `Wait for it, or cancel it first: novacron operation cancel ${id}`,
    data: { operation_id: id },
  });
}
