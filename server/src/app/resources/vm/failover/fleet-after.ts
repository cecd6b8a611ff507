/** The fleet as it is once writes are done. */
import type {
  FailoverInput,
  FailoverVm,
  RoomTaken,
} from '@novacron/engine/healing/failover/model/failover';
import type { Amounts, PlacementNode } from '@novacron/engine/placement/place/model/placement';
import { applyPoliciesToRequest } from '../../../placement/steering/apply-placement-policies.ts';
import { negate, subtract } from '../../../rows/vm-amounts.ts';
import type { WriteScope } from '../../scope.ts';
import type { ObservedFailover } from './observe-failover.ts';
import type { TakenRoom } from './taken-room.ts';

/** The fleet, and the part that the writes have in it. */
export interface FleetAfter extends FailoverInput {
  readonly taken: readonly RoomTaken[];
}

/**
 * Applies the writes to a fleet that was read. A VM that moves has left its node by then.
 * @remarks A write whose node is not there is left out: its own guards refuse it.
 */
export async function applyWrites(
  observed: ObservedFailover,
  writes: readonly TakenRoom[],
  { deps, context }: Pick<WriteScope, 'deps' | 'context'>,
): Promise<FleetAfter> {
  const { tenantId } = context.principal;
  const added = new Map<string, Amounts>();
  const add = (nodeId: string, amounts: Amounts) => {
    const before = added.get(nodeId);
    added.set(nodeId, before === undefined ? amounts : subtract(before, negate(amounts)));
  };
  const placed: FailoverVm[] = [];
  const taken: RoomTaken[] = [];
  for (const { id, nodeId, changes, spec } of writes) {
    const before = observed.vms.find((vm) => vm.id === id);
    const home = observed.rows.find(({ name }) => name === before?.node);
    const node = observed.rows.find((row) => row.id === (nodeId ?? home?.id));
    if (node === undefined) continue;
    for (const each of changes) add(each.nodeId, each.amounts);
    if (before !== undefined && home !== undefined && home !== node) {
      add(home.id, negate(before.request.vm));
    }
    if (spec === undefined) {
      taken.push({ id, node: node.name, vmId: undefined });
      continue;
    }
    const ask = await applyPoliciesToRequest(deps, tenantId, spec);
    const request = { ...ask, unknownFacts: 'accept' } as const;
    const restart = observed.restartOf({ id, spec, node, request });
    const { priority } = spec;
    placed.push({ id, tenantId, node: node.name, priority, request, restart });
    taken.push({ id, node: node.name, vmId: restart === undefined ? undefined : id });
  }
  const ids = new Set<string>(placed.map(({ id }) => id));
  return {
    nodes: observed.nodes.map((node) => takeFrom(node, added.get(node.id))),
    vms: [...observed.vms.filter(({ id }) => !ids.has(id)), ...placed],
    taken,
  };
}

function takeFrom(node: PlacementNode, more: Amounts | undefined): PlacementNode {
  return more === undefined ? node : { ...node, used: subtract(node.used, negate(more)) };
}
