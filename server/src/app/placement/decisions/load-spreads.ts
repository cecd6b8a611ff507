/** Estimates the change of the measured loads of nodes within an hour, from their measurements. */
import {
  changesOf,
  estimateSpread,
  spreadOfChanges,
} from '@novacron/engine/placement/place/confidence/load-history';
import type { PlacementDeps } from '../deps.ts';
import { toLoad } from '../facts/fleet-facts.ts';
import type { ClaimedNodeRow } from '../facts/node-facts.ts';
import type { UsageReading } from '../measured-usage.ts';

/** Standard deviations of the loads of nodes after an hour, as shares. */
export interface LoadSpreads {
  readonly of: (node: { readonly name: string }) => number;
  readonly max: number;
}

/** Changes of a history, which stays the same for a quarter of an hour. */
const known = new WeakMap<readonly UsageReading[], readonly number[]>();

/** Estimates the spread of each node; those measured for a short time have more of the fleet's. */
export function readLoadSpreads(
  rows: readonly ClaimedNodeRow[],
  { usage }: Pick<PlacementDeps, 'usage'>,
): LoadSpreads {
  const changes = new Map(
    rows.map((row) => [row.name, changesOfNode(row, usage?.historyOf(row.name) ?? [])]),
  );
  const ofFleet = spreadOfChanges([...changes.values()].flat());
  const spreads = new Map([...changes].map(([name, own]) => [name, estimateSpread(own, ofFleet)]));
  const unknown = estimateSpread([], ofFleet);
  return {
    of: ({ name }) => spreads.get(name) ?? unknown,
    max: [...spreads.values()].reduce((max, each) => Math.max(max, each), unknown),
  };
}

function changesOfNode(row: ClaimedNodeRow, history: readonly UsageReading[]): readonly number[] {
  const before = known.get(history);
  if (before !== undefined) return before;
  const changes = changesOf(
    history.map((reading) => {
      const { cpuRatio, memoryRatio } = toLoad(row, reading);
      return { atMs: reading.atMs, load: Math.max(cpuRatio, memoryRatio) };
    }),
  );
  known.set(history, changes);
  return changes;
}
