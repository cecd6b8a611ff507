/** Series over any database that can store their rows. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { MetricSeries } from '../../ports/metric-series.ts';
import { compactSeries } from './compact-series.ts';
import { listSeries, readSamples } from './read-samples.ts';
import type { SeriesDatabase } from './series-database.ts';
import { createTargetIndex } from './target-index.ts';
import { writeSamples } from './write-samples.ts';

/** Creates the port. */
export function createMetricSeries(database: SeriesDatabase, logger: Logger): MetricSeries {
  const index = createTargetIndex(database);
  const parts = { database, index, logger };

  /** Repeats work once on the empty database that takes the place of a damaged one. */
  async function attempt<Value>(work: () => Promise<Value>): Promise<Result<Value, Problem>> {
    try {
      return ok(await work());
    } catch (cause) {
      // What the index remembers may not have been stored.
      index.clear();
      if (!database.replaceIfDamaged(cause)) return refuse(cause);
    }
    try {
      return ok(await work());
    } catch (cause) {
      return refuse(cause);
    }
  }

  function refuse(cause: unknown): Result<never, Problem> {
    logger.warn({ cause }, 'metrics cannot be stored or read');
    return err(
      problem('unavailable', {
        detail: 'Metrics cannot be stored or read at the moment.',
        remedy: 'Send the request again later; the log of the server says why.',
      }),
    );
  }

  return {
    list: (targetId) => attempt(() => listSeries(parts, targetId)),
    write: (batch, source) => attempt(() => writeSamples(parts, batch, source)),
    read: (range) => attempt(() => readSamples(parts, range)),
    countWritten: () => attempt(() => database.countWritten()),
    compact: (budget) =>
      attempt(async () => {
        const done = await compactSeries(parts, budget);
        if (done.forgotten > 0) index.clear();
        return done;
      }),
    close: () => database.close(),
  };
}
