/** Counts VMs in the emptiest place that a spread term may use. */
import type { NodeId } from '@novacron/contract/ids';
import type { FleetIndex } from '../index/fleet-index.ts';
import type { TopologyLevel } from '../model/placement.ts';
import type { CountedRequest, Tally } from '../model/rule.ts';
import { rackKey } from '../peers/similar-vms.ts';

/** The places that the request allows, full or not. */
interface Allowed {
  readonly isNode: (slot: number) => boolean;
  readonly nodes: number;
  readonly racks: ReadonlySet<string>;
  readonly zones: ReadonlySet<string>;
}

/**
 * Finds the allowed places once, for all terms of a request. A full place counts: if it were left
 * out, the others would fill up beyond it and exceed the skew when it empties.
 * @param placeMasks - by place, the filters that reject its nodes for their markings
 * @returns a function from a tally and a level to the count in the emptiest of them; 0 where no
 *   place is allowed
 * Source: Kubernetes, PodTopologySpread with its node inclusion policies.
 */
export function countEmptiestDomain(
  index: FleetIndex,
  { constraints }: CountedRequest,
  placeMasks: Int32Array,
): (tally: Tally, level: TopologyLevel) => number {
  const allowed = findAllowed(index, constraints, placeMasks);
  return (tally, level) => {
    if (allowed.nodes === 0 || tally.total === 0) return 0;
    if (level === 'node') return leastNode(index, tally.byNode, allowed);
    const [places, counts] =
      level === 'zone' ? [allowed.zones, tally.byZone] : [allowed.racks, tally.byRack];
    let least = Number.POSITIVE_INFINITY;
    for (const key of places) least = Math.min(least, counts.get(key) ?? 0);
    return least;
  };
}

function findAllowed(
  index: FleetIndex,
  { node: pinned, excludeNodes = [] }: CountedRequest['constraints'],
  placeMasks: Int32Array,
): Allowed {
  const excluded = new Set(excludeNodes.flatMap((name) => index.slotOfName.get(name) ?? []));
  const pin = pinned === undefined ? undefined : (index.slotOfName.get(pinned) ?? -1);
  const isNamed = (slot: number) => !excluded.has(slot) && (pin === undefined || pin === slot);
  const { places, domains } = index;
  const found = new Set<number>();
  let nodes = 0;
  const counts = countNamed(index, { excluded, pin, isNamed });
  for (let place = 0; place < places.items.length; place += 1) {
    const count = counts(place);
    if (count <= 0 || placeMasks[place] !== 0) continue;
    nodes += count;
    found.add(places.items[place]?.domain ?? 0);
  }
  const samples = [...found].flatMap((domain) => domains.items[domain] ?? []);
  return {
    isNode: (slot) => placeMasks[index.classOf[slot]?.place ?? 0] === 0 && isNamed(slot),
    nodes,
    racks: new Set(samples.map(rackKey)),
    zones: new Set(samples.map(({ zone }) => zone)),
  };
}

/** Counts the nodes of a place that the request does not exclude by name. */
function countNamed(
  { places, classOf }: FleetIndex,
  {
    excluded,
    pin,
    isNamed,
  }: {
    readonly excluded: ReadonlySet<number>;
    readonly pin: number | undefined;
    readonly isNamed: (slot: number) => boolean;
  },
): (place: number) => number {
  if (pin !== undefined) {
    const own = isNamed(pin) ? classOf[pin]?.place : undefined;
    return (place) => Number(place === own);
  }
  const without = new Map<number, number>();
  for (const slot of excluded) {
    const place = classOf[slot]?.place ?? -1;
    without.set(place, (without.get(place) ?? 0) + 1);
  }
  return (place) => (places.uses[place] ?? 0) - (without.get(place) ?? 0);
}

/** Nodes without a VM of the tally are not in it; where there are such, the least is 0. */
function leastNode(
  index: FleetIndex,
  byNode: ReadonlyMap<NodeId, number>,
  allowed: Allowed,
): number {
  let least = Number.POSITIVE_INFINITY;
  let counted = 0;
  for (const [id, count] of byNode) {
    const slot = index.slotOf.get(id);
    if (slot === undefined || !allowed.isNode(slot)) continue;
    counted += 1;
    least = Math.min(least, count);
  }
  return counted < allowed.nodes || counted === 0 ? 0 : least;
}
