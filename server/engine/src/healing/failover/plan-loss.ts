/** Plans where the VMs of lost nodes start. See README.md. */
import { type FailoverFleet, layOutFailover } from './fleet/lay-out-failover.ts';
import type { FailoverInput, LossPlan } from './model/failover.ts';
import { placeLostVms } from './rules/place-lost-vms.ts';

/**
 * Plans the restart of the VMs that ask for it.
 * @param lost - names of the nodes that are lost; their VMs start on the others
 * @returns the VMs in the order in which they start; those that cannot, with the reason
 */
export function planLoss(input: FailoverInput, lost: readonly string[]): LossPlan {
  const fleet = layOutFailover(input);
  const names = new Set(lost);
  const slots = fleet.nodes.flatMap(({ name }, slot) => (names.has(name) ? [slot] : []));
  return describeLoss(fleet, slots, 'list');
}

/** The plan of a fleet that is laid out already; nodes by index. */
export function describeLoss(
  fleet: FailoverFleet,
  lost: readonly number[],
  alternatives: 'list' | 'omit',
): LossPlan {
  const nameOf = (node: number) => fleet.nodes[node]?.name ?? '';
  const outcomes = placeLostVms(fleet, new Set(lost), { alternatives }).flatMap((each) => {
    const vm = fleet.vms[each.vm];
    if (vm === undefined) return [];
    const to = each.to === undefined ? undefined : nameOf(each.to);
    return [{ vm, to, alternatives: each.alternatives.map(nameOf), why: each.why }];
  });
  return { lost: lost.map(nameOf).sort(), outcomes };
}
