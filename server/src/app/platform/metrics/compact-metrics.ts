/** Compacts series from time to time, on one of the servers that share them. */
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../deps.ts';

/** Interval of rounds: samples of half an hour become chunks at once. Unit: ms. */
const COMPACT_MS = 60_000;

/** Makes chunks of samples, and coarser ones of old chunks. */
export function metricCompaction(deps: Pick<CapabilityDeps, 'clock' | 'metricSeries'>): Reconciler {
  return {
    name: 'metric-compaction',
    summary: 'Compresses samples of metrics, makes old ones coarser and removes the oldest.',
    everyMs: COMPACT_MS,
    lease: 'reconcilers',
    run: async ({ mayContinue }) => {
      const { metricSeries, clock } = deps;
      const done = await metricSeries?.compact({ nowMs: clock.nowMs(), mayContinue });
      if (done?.ok === false) throw new Error(done.error.detail);
      return undefined;
    },
  };
}
