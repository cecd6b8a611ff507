/** Writes samples: a row for each block of targets and each window. */
import type { Logger } from '@novacron/runtime/logger';
import type {
  MetricSample,
  SeriesSource,
  SeriesWritten,
  TargetSamples,
} from '../../ports/metric-series.ts';
import { encodeRound, type RoundEntry, type RoundSample } from './codec/round.ts';
import { readOwn } from './read-samples.ts';
import type { SeriesDatabase } from './series-database.ts';
import { blockOf, WINDOW_S, windowOf } from './series-times.ts';
import type { KnownTarget, TargetIndex } from './target-index.ts';

/** Entries of rows, by window and block. */
type Rows = Map<number, Map<number, RoundEntry[]>>;

/** Dependencies of the writer. */
export interface WriteParts {
  readonly database: SeriesDatabase;
  readonly index: TargetIndex;
  readonly logger: Logger;
}

/** Writes a batch. */
export async function writeSamples(
  parts: WriteParts,
  batch: readonly TargetSamples[],
  source: SeriesSource,
): Promise<SeriesWritten> {
  const { database, index } = parts;
  const newSeries = await index.ensure(batch, source);
  const fresh: KnownSamples[] = [];
  let [stored, duplicated] = [0, 0];
  for (const { target, samples } of batch) {
    const known = index.known(target.id);
    if (known === undefined) continue;
    // NovaCron measures a second once; only clients repeat what they have sent.
    const own = source === 'measured' ? samples : await dropKnown(parts, known, samples);
    stored += own.length;
    duplicated += samples.length - own.length;
    fresh.push({ target: known, samples: own });
  }
  await addRows(database, fresh);
  return { stored, duplicated, newSeries };
}

/** Samples of a target that has their series. */
interface KnownSamples {
  readonly target: KnownTarget;
  readonly samples: readonly MetricSample[];
}

/** Adds samples as open rows. */
export async function addRows(
  database: Pick<SeriesDatabase, 'addOpen'>,
  all: readonly KnownSamples[],
): Promise<void> {
  const rows: Rows = new Map();
  for (const { target, samples } of all) addToRows(rows, target, samples);
  const open = [...rows].flatMap(([window, blocks]) =>
    [...blocks].map(([block, entries]) => ({ window, block, data: encodeRound(entries) })),
  );
  if (open.length > 0) await database.addOpen(open);
}

function addToRows(rows: Rows, { key, series }: KnownTarget, samples: readonly MetricSample[]) {
  const byWindow = new Map<number, RoundSample[]>();
  for (const { name, atS, value } of samples) {
    const seriesId = series.get(name)?.id;
    if (seriesId === undefined) continue;
    const window = windowOf(atS, WINDOW_S);
    const sample = { seriesId, time: atS - window, value };
    const own = byWindow.get(window);
    if (own === undefined) byWindow.set(window, [sample]);
    else own.push(sample);
  }
  for (const [window, own] of byWindow) {
    const blocks = rows.get(window) ?? new Map<number, RoundEntry[]>();
    rows.set(window, blocks);
    const entries = blocks.get(blockOf(key)) ?? [];
    blocks.set(blockOf(key), entries);
    entries.push({ targetKey: key, samples: own });
  }
}

/** Leaves out samples of a second for which the series has one, in the store or before in these. */
async function dropKnown(
  { database, logger }: WriteParts,
  { key, series }: KnownTarget,
  samples: readonly MetricSample[],
): Promise<readonly MetricSample[]> {
  const times = samples.map(({ atS }) => atS);
  const range = { key, fromS: Math.min(...times), toS: Math.max(...times) + 1 };
  const taken = new Set<string>();
  for (const [seriesId, { times: own }] of await readOwn(database, range, logger)) {
    for (const time of own) taken.add(`${seriesId}/${time}`);
  }
  return samples.filter(({ name, atS }) => {
    const place = `${series.get(name)?.id}/${atS}`;
    if (taken.has(place)) return false;
    taken.add(place);
    return true;
  });
}
