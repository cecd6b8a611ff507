/** Nodes by where they stand, and how full they are. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';

type Node = OutputOf<'node.list'>['items'][number];

/** Resource of a node whose allocation is measured. */
export type Measure = 'cpu_cores' | 'memory_gb' | 'disk_gb';

/** A zone with its racks. */
export interface ZoneOfNodes {
  readonly name: string;
  readonly count: number;
  readonly racks: readonly { readonly name: string; readonly nodes: readonly Node[] }[];
}

const PERCENT = 100;
const STEPS = 6;

/** Returns the allocated share of a node, 0 to 100. Unit: percent. */
export function loadPercent({ capacity, allocated }: Node, measure: Measure): number {
  const total = capacity[measure];
  return total === 0 ? 0 : Math.min(PERCENT, Math.round((allocated[measure] / total) * PERCENT));
}

/** The step of the colour scale, 0 to 5. */
export function stepOf(percent: number): number {
  return Math.min(STEPS - 1, Math.floor((percent / PERCENT) * STEPS));
}

/** Zones and racks in the order of their names. */
export function groupByPlace(nodes: readonly Node[]): readonly ZoneOfNodes[] {
  const zones = new Map<string, Map<string, Node[]>>();
  for (const node of nodes) {
    const racks = zones.get(node.zone) ?? new Map<string, Node[]>();
    zones.set(node.zone, racks);
    racks.set(node.rack, [...(racks.get(node.rack) ?? []), node]);
  }
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
    a.localeCompare(b, 'en', { numeric: true });
  return [...zones].sort(byName).map(([name, racks]) => ({
    name,
    count: [...racks.values()].reduce((sum, each) => sum + each.length, 0),
    racks: [...racks].sort(byName).map(([rack, each]) => ({ name: rack, nodes: each })),
  }));
}
