/** Counts what tenants have from time to time, on one of the servers that share a store. */

import { type Repeating, repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import type { CapabilityDeps } from '../deps.ts';
import { recountUsage } from './count-usage.ts';

/**
 * How often it is counted. Counts move with every commit; only what an operation of an earlier
 * release leaves behind is mended here, and reading all resources takes a while. Unit: ms.
 */
const RECOUNT_MS = 6 * 3_600_000;

/** When it is counted first: an earlier release may have run until this start. Unit: ms. */
export const FIRST_COUNT_MS = 60_000;

/**
 * Starts it.
 * @param mayCount - whether this server does it, of all that share a store
 */
export function keepCounted(deps: CapabilityDeps, mayCount: () => boolean): Repeating {
  return repeatWork(deps.timers, {
    everyMs: RECOUNT_MS,
    firstMs: FIRST_COUNT_MS,
    work: async () => {
      if (mayCount()) await recountUsage(deps);
    },
    onFailure: (cause) =>
      deps.logger.warn({ cause }, 'what tenants have is counted anew the next time'),
  });
}
