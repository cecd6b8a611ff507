/** What a fleet is typically asked for, so that fragments can be judged by their use for it. */
import type { TypicalAsk, VmAsk } from '../model/placement.ts';

/** Rare kinds say little about a fragment and cost as much to ask about as frequent ones. */
const SHARE_COVERED = 0.95;

/**
 * Counts kinds of asks, by cores and devices; the most frequent ones that together make 95 % count.
 * @returns kinds whose shares sum up to 1; none for no asks
 * Source: the target workload of Weng et al., "Beware of Fragmentation" (ATC 2023).
 */
export function findTypicalWorkload(asks: readonly VmAsk[]): readonly TypicalAsk[] {
  const counts = new Map<string, { readonly ask: VmAsk; count: number }>();
  for (const ask of asks) {
    const key = JSON.stringify([ask.cpuCores, ask.devices ?? []]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { ask, count: 1 });
    else known.count += 1;
  }
  const kinds = [...counts.values()].sort((left, right) => right.count - left.count);
  const kept: typeof kinds = [];
  let covered = 0;
  for (const kind of kinds) {
    if (covered >= asks.length * SHARE_COVERED) break;
    kept.push(kind);
    covered += kind.count;
  }
  return kept.map(({ ask, count }) => ({
    cpuCores: ask.cpuCores,
    devices: ask.devices ?? [],
    share: count / covered,
  }));
}
