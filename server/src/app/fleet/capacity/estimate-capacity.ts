/** Estimates how many more VMs of a size fit into the fleet. */
import type { CapacityEstimate } from '@novacron/contract/fleet/capacity-operations';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { FleetEstimate } from '@novacron/engine/placement/place/capacity/estimate-capacity';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { place } from '../../placement/decide/place.ts';
import { FLEET, toFleetFacts } from '../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../placement/facts/node-facts.ts';
import { readPeers, tenantPeers } from '../../placement/facts/tenant-peers.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';

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
    ...FLEET,
    ...tenantPeers(principal.tenantId),
  });
  const question = {
    ask: toPlacementRequest(spec),
    fleet: toFleetFacts(withClaims(rows.nodes, rows.claims), deps),
    peers: readPeers(deps, rows),
    copiesMax,
  };
  const scope = { deps, context: { principal }, nowMs: deps.clock.nowMs() };
  const estimated = await place('estimate', question, scope);
  return estimated.ok ? ok(toAnswer(estimated.value, copiesMax)) : estimated;
}

function toAnswer(
  { counted, nodesOnStandby, fitsWithStandby }: FleetEstimate,
  copiesMax: number,
): CapacityEstimate {
  const { fits, fitsByZone, refusedByReason } = counted;
  const limited = fits >= copiesMax;
  const zones = Object.entries(fitsByZone).sort(([left], [right]) => (left < right ? -1 : 1));
  const inZones = zones.map(([zone, count]) => `${count} in ${zone}`).join(', ');
  return {
    fits,
    fits_by_zone: Object.fromEntries(zones),
    limit_reached: limited,
    refused: { ...refusedByReason },
    standby_nodes: nodesOnStandby,
    fits_with_standby: fitsWithStandby,
    explanation: [
      `${limited ? 'At least ' : ''}${fits} more fit${inZones === '' ? '' : `: ${inZones}`}.`,
      ...(nodesOnStandby === 0
        ? []
        : [`Including nodes on standby (${nodesOnStandby}), ${fitsWithStandby} more fit.`]),
    ],
  };
}
