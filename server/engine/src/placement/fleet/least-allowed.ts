/** The emptiest of the places that a spread term may use. */
import type { NodeId } from '@novacron/contract/ids';
import type { PlacementNode, TopologyLevel } from '../model.ts';
import { filtersOf } from '../rules/filters-of.ts';
import { rackKey } from '../rules/like-vms.ts';
import type { PlacementQuestion, RejectionReason, Tally } from '../rules/model.ts';
import { findNode } from './fleet-index.ts';
import type { FleetOverlay } from './overlay.ts';

/**
 * What makes a place one that the request does not use at all. A full place stays in: were it left
 * out, the others would fill up beyond it and the skew would be broken when it empties.
 */
const PLACE_REASONS: readonly RejectionReason[] = [
  ...(['status', 'pinned-elsewhere', 'excluded', 'zone', 'node-label', 'taint'] as const),
  ...(['network', 'residency', 'spot-risk'] as const),
];

/**
 * Finds the places allowed once, for all terms of a question.
 * @returns a function from a tally and a level to the count in the emptiest of them; 0 where no
 *   place is allowed
 * Source: Kubernetes, PodTopologySpread with its node inclusion policies.
 */
export function leastAllowed(
  fleet: FleetOverlay,
  question: PlacementQuestion,
): (tally: Tally, level: TopologyLevel) => number {
  const { index } = fleet;
  const filters = filtersOf(question).filter(({ reason }) => PLACE_REASONS.includes(reason));
  const isAllowed = (node: PlacementNode, scope: 'place' | 'node') =>
    filters.every((filter) => filter.scope !== scope || !filter.refuse(node, question));
  const { node: pinned, excludeNodes = [] } = question.constraints;
  const excluded = new Set(excludeNodes.flatMap((name) => index.slotOfName.get(name) ?? []));
  const racks = new Set<string>();
  const zones = new Set<string>();
  let allowedNodes = 0;
  const allowedPlaces = index.places.items.map(({ sample }, place) =>
    (index.places.uses[place] ?? 0) > 0 ? isAllowed(sample, 'place') : false,
  );
  const domains = new Set<number>();
  for (const { place, slots } of index.classes) {
    if (allowedPlaces[place] !== true) continue;
    const count = countAllowed(slots);
    if (count === 0) continue;
    allowedNodes += count;
    domains.add(index.places.items[place]?.domain ?? 0);
  }
  for (const domain of domains) {
    const sample = index.domains.items[domain];
    if (sample === undefined) continue;
    racks.add(rackKey(sample));
    zones.add(sample.zone);
  }

  function countAllowed(slots: readonly number[]): number {
    if (pinned !== undefined) {
      const slot = index.slotOfName.get(pinned);
      return Number(slot !== undefined && slots.includes(slot) && !excluded.has(slot));
    }
    return excluded.size === 0 ? slots.length : slots.filter((slot) => !excluded.has(slot)).length;
  }

  function leastNode(byNode: ReadonlyMap<NodeId, number>): number {
    let least = Number.POSITIVE_INFINITY;
    let counted = 0;
    for (const [id, count] of byNode) {
      const node = findNode(index, id);
      if (node === undefined || !isAllowed(node, 'place') || !isAllowed(node, 'node')) continue;
      counted += 1;
      least = Math.min(least, count);
    }
    return counted < allowedNodes || counted === 0 ? 0 : least;
  }

  return (tally, level) => {
    if (allowedNodes === 0 || tally.total === 0) return 0;
    if (level === 'node') return leastNode(tally.byNode);
    const [places, counts] = level === 'zone' ? [zones, tally.byZone] : [racks, tally.byRack];
    let least = Number.POSITIVE_INFINITY;
    for (const key of places) least = Math.min(least, counts.get(key) ?? 0);
    return least;
  };
}
