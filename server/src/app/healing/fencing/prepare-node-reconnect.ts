/** Plans to give a node back the storages that have cut it off. */
import type { Machine } from '@novacron/contract/agent/machine';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { ResourceDeps } from '../../resources/deps.ts';
import { cutOffOf } from '../../resources/node/node-cut-off.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { requireNoOther } from '../../resources/node/prepare-node-cut-off.ts';
import type { Prepare } from '../../resources/scope.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { inspectNode } from '../inspection/inspect-node.ts';

/** Time for which storages that do not comply are asked again. Unit: ms. */
const PATIENCE_MS = 60_000;

const NAMES_MAX = 5;

/**
 * Plans it. Without force only for a node that answers, on which nothing runs that runs elsewhere:
 * its machines are inspected for that.
 */
export const prepareNodeReconnect: Prepare<ParsedInputOf<'node.reconnect'>> = async (
  { id, force, reason },
  { deps },
) => {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err([notFound('node', id)]);
  const { name, status, cut_off_json } = row;
  const cutOff = cutOffOf(row);
  if (cutOff === undefined) return err([notCutOff(name)]);
  const refused = force ? undefined : await refuseCopies(deps, row);
  if (refused !== undefined) return err([refused]);
  const unchanged: Change = {
    kind: 'update',
    table: 'nodes',
    id,
    set: { cut_off_json },
    expect: { cut_off_json, ...(force ? {} : { status }) },
    otherwise: replan(`Node ${name}`),
  };
  return ok({
    resourceKind: 'node',
    target: { id, name },
    before: { cut_off: cutOff.pools.map(({ pool }) => pool) },
    wanted: { cut_off: [], force, ...(reason === undefined ? {} : { reason }) },
    placement: null,
    saga: {
      reserve: [unchanged, requireNoOther(id, 'node.cut_off', name)],
      steps: [
        {
          name: 'reconnect',
          after: [],
          action: { kind: 'reconnect-node', nodeId: id, force },
          undo: null,
          patience: { kind: 'time', durationMs: PATIENCE_MS },
        },
      ],
      finalize: [],
      rollback: [],
      release: [],
    },
  });
};

/** Copies of VMs that run elsewhere, or are just started there, would write to their disks. */
async function refuseCopies(deps: ResourceDeps, row: NodeRow): Promise<Problem | undefined> {
  const { id, name } = row;
  if (stateOfNode(row) !== 'answers') return notAnswering(row);
  const machines = (await inspectNode(deps, name))?.machines;
  if (machines === undefined) return notAnswering(row);
  // Read after the inspection: a recovery that has ended meanwhile has moved its VM.
  const held = await deps.store.read({ from: 'allocations', where: { node_id: id } });
  const here = new Set<string>(held.map(({ vm_id }) => vm_id));
  const copies = machines.filter((machine) => isRunning(machine) && !here.has(machine.vm_id));
  if (copies.length > 0) return copiesLeft(name, copies);
  const recovered = await deps.store.count({
    from: 'operations',
    where: {
      kind: 'vm.recover',
      target_id: { in: [...here] },
      status: { in: ['running', 'undoing', 'stuck'] },
    },
    limit: 1,
  });
  return recovered > 0 ? beingRecovered(name) : undefined;
}

/** One that is switched off writes nothing, and its node asks before it starts it. */
function isRunning({ status }: Machine): boolean {
  return status !== 'stopped';
}

function notCutOff(name: string): Problem {
  return problem('conflict', {
    detail: `Node ${name} is not cut off from any storage.`,
    remedy: `See its state: novacron node show ${name}.`,
    data: { node: name },
  });
}

function notAnswering({ name, status }: NodeRow): Problem {
  return problem('conflict', {
    detail: `Node ${name} is ${status}, and its machines cannot be inspected.`,
    remedy:
      'Wait until its agent responds. If you made sure that it runs no VM that also runs ' +
      `elsewhere: novacron node reconnect ${name} --force.`,
    data: { node: name, status },
  });
}

function copiesLeft(name: string, copies: readonly Machine[]): Problem {
  const ids = copies.map(({ vm_id }) => vm_id);
  const shown = ids.slice(0, NAMES_MAX).join(', ');
  const more = ids.length > NAMES_MAX ? `, and ${ids.length - NAMES_MAX} more` : '';
  return problem('conflict', {
    detail: `Node ${name} runs copies of VMs that were recovered: ${shown}${more}.`,
    remedy: 'Wait until they are removed; NovaCron then retries automatically.',
    data: { node: name, vms: ids },
  });
}

function beingRecovered(name: string): Problem {
  return problem('conflict', {
    detail: `A VM of node ${name} is being recovered to another node.`,
    remedy: 'Wait until that has finished; NovaCron then retries automatically.',
    data: { node: name },
  });
}
