/** Estimates how many more VMs of a size fit into the fleet. */
import type { CapacityEstimate } from '@novacron/contract/fleet/capacity-operations';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import {
  type CapacityEstimate as Counted,
  estimateCapacity,
} from '@novacron/engine/placement/capacity/estimate-capacity';
import { makeFleetIndex } from '@novacron/engine/placement/index/fleet-index';
import type { Peer, PlacementNode } from '@novacron/engine/placement/model/placement';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toPlacementNode } from '../../placement/facts/placement-node.ts';
import { toPeers } from '../../rows/allocation-constraints.ts';
import { toPlacementAsk } from '../../rows/placement-ask.ts';
import type { CapabilityDeps } from '../deps.ts';

/**
 * Places copies of the VM on the current fleet until no node takes another one; nothing is stored.
 * Placement rules apply to VMs of the caller's tenant. Quotas are ignored.
 */
export async function answerEstimate(
  deps: CapabilityDeps,
  input: ParsedInputOf<'capacity.estimate'>,
  { principal }: CallContext,
): Promise<Result<CapacityEstimate, Problem>> {
  const { count_max: copiesMax, ...asked } = input;
  const spec = VmSpec.parse(fillDefaults(VM_FIELDS, { ...asked, name: 'vm' }));
  const rows = await deps.store.snapshot({
    nodes: { from: 'nodes' },
    allocations: { from: 'allocations', where: { owner_tenant_id: principal.tenantId } },
  });
  const nodes = rows.nodes.map(toPlacementNode);
  const peers = toPeers(rows.allocations, []);
  const ask = toPlacementAsk(spec);
  const env = { nowMs: deps.clock.nowMs(), rng: deps.rng };
  const count = (fleet: readonly PlacementNode[], there: readonly Peer[]) =>
    estimateCapacity(
      makeFleetIndex({ nodes: fleet, peers: there }),
      { request: ask, copiesMax },
      env,
    );
  const counted = count(nodes, peers);
  if (!counted.ok) return counted;
  const asleep = nodes.filter(({ status }) => status === 'standby').length;
  const awake = asleep === 0 ? counted : count(nodes.map(wake), peers);
  if (!awake.ok) return awake;
  return ok(toAnswer(counted.value, { copiesMax, asleep, awake: awake.value.fits }));
}

function wake(node: PlacementNode): PlacementNode {
  return node.status === 'standby' ? { ...node, status: 'ready' } : node;
}

function toAnswer(
  { fits, fitsByZone, refusedByReason }: Counted,
  more: { readonly copiesMax: number; readonly asleep: number; readonly awake: number },
): CapacityEstimate {
  const limited = fits >= more.copiesMax;
  const zones = Object.entries(fitsByZone).sort(([left], [right]) => (left < right ? -1 : 1));
  const inZones = zones.map(([zone, count]) => `${count} in ${zone}`).join(', ');
  return {
    fits,
    fits_by_zone: Object.fromEntries(zones),
    limit_reached: limited,
    refused: { ...refusedByReason },
    standby_nodes: more.asleep,
    fits_with_standby: more.awake,
    explanation: [
      `${limited ? 'At least ' : ''}${fits} more fit${inZones === '' ? '' : `: ${inZones}`}.`,
      ...(more.asleep === 0
        ? []
        : [`With the nodes on standby (${more.asleep}) it would be ${more.awake}.`]),
    ],
  };
}
