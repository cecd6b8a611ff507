/** Evaluates a scorer for every domain. */

import type { FleetIndex } from '../index/fleet-index.ts';
import { remembered } from '../index/rule-cache.ts';
import type { Scorer, ScoreView } from '../model/rule.ts';

/**
 * Writes the scorer's value for each domain into a column. Only domains with VMs are read from the
 * counts: a large fleet has a thousand racks.
 */
export function scoreDomains(
  { domains, zones, zoneOf }: FleetIndex,
  {
    scorer,
    view,
    table,
  }: { readonly scorer: Scorer; readonly view: ScoreView; readonly table: Float64Array },
): void {
  const size = domains.items.length;
  if (scorer.counts === undefined) {
    for (let domain = 0; domain < size; domain += 1) {
      const sample = domains.items[domain];
      if (sample !== undefined) table[domain] = remembered(scorer, scorer.measure(sample, view));
    }
    return;
  }
  const { level, read } = scorer.counts;
  const counts = read(view);
  table.fill(0, 0, size);
  if (level === 'rack') {
    for (const [rack, count] of counts) {
      const domain = domains.ids.get(rack);
      if (domain !== undefined) table[domain] = count;
    }
    return;
  }
  if (counts.size === 0) return;
  const byZone = [...zones.keys()].map((zone) => counts.get(zone) ?? 0);
  for (let domain = 0; domain < size; domain += 1) {
    table[domain] = byZone[zoneOf[domain] ?? 0] ?? 0;
  }
}
