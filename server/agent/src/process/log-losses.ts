/** What a program without metrics says about its spans. */
import type { Logger } from '@novacron/runtime/logger';
import type { ExportWatcher } from '@novacron/tracing/span-queue';

/** Logs when the collector is away, and what that has cost. */
export function logLosses(logger: Logger): ExportWatcher {
  let lost = 0;
  return {
    onExported: () => undefined,
    onLost: (spans) => {
      lost += spans;
    },
    onTurn: (state, cause) => {
      if (state === 'away') logger.warn({ cause }, 'the trace collector does not take spans');
      else logger.info({ lost }, 'the trace collector takes spans again');
    },
  };
}
