/** Series over any database that can store their rows. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { MetricSeries } from '../../ports/metric-series.ts';
import { addHistory } from './add-history.ts';
import { compactSeries } from './compact-series.ts';
import { listSeries, readSamples } from './read-samples.ts';
import { removeAhead } from './remove-ahead.ts';
import type { SeriesDatabase } from './series-database.ts';
import { createTargetIndex } from './target-index.ts';
import { writeSamples } from './write-samples.ts';

/** Creates the port. */
export function createMetricSeries(database: SeriesDatabase, logger: Logger): MetricSeries {
  const index = createTargetIndex(database);
  const parts = { database, index, logger: sayOnce(logger) };

  /** Current failures: each is logged once, until it works again. */
  const failing = new Set<string>();

  /** Repeats work once on the empty database that takes the place of a damaged one. */
  async function attempt<Value>(
    what: string,
    work: () => Promise<Value>,
  ): Promise<Result<Value, Problem>> {
    try {
      const value = await repeatOnce(work);
      if (failing.delete(what)) logger.info({ what }, 'metrics can be stored and read again');
      return ok(value);
    } catch (cause) {
      if (!failing.has(what)) logger.warn({ cause, what }, 'metrics cannot be stored or read');
      failing.add(what);
      return err(
        problem('unavailable', {
          detail: 'Metrics cannot be stored or read at the moment.',
          remedy: 'Send the request again later; the log of the server says why.',
        }),
      );
    }
  }

  async function repeatOnce<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (cause) {
      // What the index remembers may not have been stored.
      index.clear();
      if (!database.replaceIfDamaged(cause)) throw cause;
    }
    return work();
  }

  return {
    list: (targetId) => attempt('list', () => listSeries(parts, targetId)),
    write: (batch, source) => attempt('write', () => writeSamples(parts, batch, source)),
    addHistory: (history, how) => attempt('write', () => addHistory(parts, history, how)),
    read: ({ name, ...range }) =>
      attempt('read', async () =>
        (await readSamples(parts, { ...range, names: [name] })).get(name),
      ),
    readTogether: (range) => attempt('read', () => readSamples(parts, range)),
    countWritten: () => attempt('count', () => database.countWritten()),
    compact: (budget) =>
      attempt('compact', async () => {
        const done = await compactSeries(parts, budget);
        if (done.forgotten > 0) index.clear();
        return done;
      }),
    removeAhead: (afterS) => attempt('remove', () => removeAhead(parts, afterS)),
    close: () => database.close(),
  };
}

/** Damaged places that are remembered. */
const PLACES_MAX = 1_000;

/** Logs each damaged place once, because it is read again until it is too old. */
function sayOnce(logger: Logger): Logger {
  const said = new Set<string>();
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => {
      const { window, row, target } = fields;
      const place = [message, window, row, target].join('/');
      if (said.has(place)) return;
      if (said.size >= PLACES_MAX) said.clear();
      said.add(place);
      logger.error(fields, message);
    },
  };
}
