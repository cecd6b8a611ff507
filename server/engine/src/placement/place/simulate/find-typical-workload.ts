/** Finds the typical workload of a fleet, by which fragments are judged. */
import type { TypicalWorkload, VmRequest } from '../model/placement.ts';

/** Rare kinds say little about a fragment and cost as much to evaluate as frequent ones. */
const SHARE_COVERED = 0.95;

/**
 * Counts kinds of requests, by cores and devices; the most frequent ones that together make up 95 %
 * are used.
 * @returns kinds whose shares sum up to 1; none for no requests
 * Source: the target workload of Weng et al., "Beware of Fragmentation" (ATC 2023).
 */
export function findTypicalWorkload(requests: readonly VmRequest[]): readonly TypicalWorkload[] {
  const counts = new Map<string, { readonly request: VmRequest; count: number }>();
  for (const request of requests) {
    const key = JSON.stringify([request.cpuCores, request.devices ?? []]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { request, count: 1 });
    else known.count += 1;
  }
  const kinds = [...counts.values()].sort((left, right) => right.count - left.count);
  const kept: typeof kinds = [];
  let covered = 0;
  for (const kind of kinds) {
    if (covered >= requests.length * SHARE_COVERED) break;
    kept.push(kind);
    covered += kind.count;
  }
  return kept.map(({ request, count }) => ({
    cpuCores: request.cpuCores,
    devices: request.devices ?? [],
    share: count / covered,
  }));
}
