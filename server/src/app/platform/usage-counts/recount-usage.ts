/** Recounts what tenants have from time to time, on one of the servers that share a store. */

import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../deps.ts';
import { recountRates } from './count-rates.ts';
import { recountUsage } from './count-usage.ts';

/**
 * Interval of recounts. Every commit updates the counts, so few are ever corrected here, and
 * reading all resources takes a while. Unit: ms.
 */
const RECOUNT_MS = 6 * 3_600_000;

/** Time until the first recount, which initializes the counts of a new store. Unit: ms. */
export const FIRST_COUNT_MS = 60_000;

/** Recounts what each tenant uses. */
export function usageRecount(deps: CapabilityDeps): Reconciler {
  return {
    name: 'usage-recount',
    summary: 'Recounts the quota usage and the committed costs of each tenant.',
    everyMs: RECOUNT_MS,
    firstMs: FIRST_COUNT_MS,
    lease: 'reconcilers',
    run: async () => {
      await recountUsage(deps);
      await recountRates(deps);
      return undefined;
    },
  };
}
