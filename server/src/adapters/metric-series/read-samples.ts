/** Reads series: of hours, minutes and samples what there is, and what was written just now. */
import type { Logger } from '@novacron/runtime/logger';
import type { SeriesInfo, SeriesRanges, SeriesRun } from '../../ports/metric-series.ts';
import { type ChunkPiece, DamagedChunkError, decodeChunk } from './codec/chunk.ts';
import { decodeRound } from './codec/round.ts';
import { appendEntries, cutEntries, type Entries, entriesOf, noEntries } from './rollup.ts';
import type { OpenRow, SeriesDatabase, StoredChunk } from './series-database.ts';
import { blockOf, LEVELS, ROLLED_WINDOW_S, WINDOW_S, windowOf } from './series-times.ts';
import type { KnownTarget, TargetIndex } from './target-index.ts';

/** Dependencies of the reader. */
export interface ReadParts {
  readonly database: SeriesDatabase;
  readonly index: TargetIndex;
  readonly logger: Logger;
}

/** Reads a range of some series of a target, by name; those that are not there are left out. */
export async function readSamples(
  { database, index, logger }: ReadParts,
  { targetId, names, fromS, toS }: SeriesRanges,
): Promise<ReadonlyMap<string, SeriesRun>> {
  const runs = new Map<string, SeriesRun>();
  let known: KnownTarget | undefined;
  for (const name of names) known = await index.find(targetId, name);
  if (known === undefined) return runs;
  const ids = new Map<string, number>();
  for (const name of names) {
    const series = known.series.get(name);
    if (series !== undefined) ids.set(name, series.id);
  }
  const wanted = new Set(ids.values());
  const range = { key: known.key, wanted, fromS, toS };
  const found = await readEntries({ database, logger }, range);
  for (const [name, id] of ids) {
    const { resolution, entries } = found.get(id) ?? { resolution: 'sample', entries: noEntries() };
    runs.set(name, { resolution, ...entries });
  }
  return runs;
}

/** A range of series of one target. */
interface EntryRange {
  readonly key: KnownTarget['key'];
  /** Ids of series. */
  readonly wanted: ReadonlySet<number>;
  readonly fromS: number;
  readonly toS: number;
}

/** Entries of a series, and the coarsest of their resolutions. */
interface FoundEntries {
  readonly resolution: SeriesRun['resolution'];
  readonly entries: Entries;
}

/** Reads a range of all levels in the order of time: history may come after what is later. */
export async function readEntries(
  { database, logger }: Omit<ReadParts, 'index'>,
  { key, wanted, fromS, toS }: EntryRange,
): Promise<ReadonlyMap<number, FoundEntries>> {
  const earliestS = Math.max(fromS, 0);
  const all = new Map<number, Entries>();
  const resolutions = new Map<number, SeriesRun['resolution']>();
  for (const level of ['hour', 'minute'] as const) {
    const chunks = await database.readChunks({
      level: LEVELS[level],
      from: windowOf(earliestS, ROLLED_WINDOW_S),
      to: toS,
      targetFrom: key,
      targetTo: key + 1,
    });
    for (const [id, entries] of entriesIn(chunks, wanted, logger)) {
      const inside = cutEntries(entries, fromS, toS);
      if (inside.times.length > 0 && !resolutions.has(id)) resolutions.set(id, level);
      append(all, id, inside);
    }
  }
  const samples = await readOwn(database, { key, wanted, fromS: earliestS, toS }, logger);
  for (const [id, entries] of samples) append(all, id, cutEntries(entries, fromS, toS));
  const found = [...all].map(([id, entries]) => {
    const resolution = resolutions.get(id) ?? 'sample';
    return [id, { resolution, entries: inOrder(entries) }] as const;
  });
  return new Map(found);
}

/** The series of a target, with the latest value of each. */
export async function listSeries(
  { database, index, logger }: ReadParts,
  targetId: string,
): Promise<readonly SeriesInfo[]> {
  const known = await index.find(targetId);
  if (known === undefined) return [];
  const rows = await database.readOpen(blockOf(known.key), 0, Number.MAX_SAFE_INTEGER);
  const latest = openEntries(rows, known, logger);
  return [...known.series.values()].map(({ id, name, source, sinceS }) => {
    const { times, means } = latest.get(id) ?? noEntries();
    const [atS, value] = [times.at(-1), means.at(-1)];
    const isThere = atS !== undefined && value !== undefined;
    return { name, source, sinceS, latest: isThere ? { atS, value } : undefined };
  });
}

/** The samples of a target in a range of windows, of chunks and of rows, by series. */
export async function readOwn(
  database: SeriesDatabase,
  { key, wanted, fromS, toS }: Omit<EntryRange, 'wanted'> & Partial<EntryRange>,
  logger: Logger,
): Promise<Map<number, Entries>> {
  const from = windowOf(fromS, WINDOW_S);
  const chunks = await database.readChunks({
    level: LEVELS.sample,
    from,
    to: toS,
    targetFrom: key,
    targetTo: key + 1,
  });
  const open = await database.readOpen(blockOf(key), from, toS);
  return mergeSamples(chunks, openEntries(open, { key, wanted }, logger), { wanted, logger });
}

/** The samples of chunks and of rows together, by series; where both have a second, the chunk's. */
export function mergeSamples(
  chunks: readonly StoredChunk[],
  open: ReadonlyMap<number, Entries>,
  { logger, wanted }: { readonly logger: Logger; readonly wanted?: Wanted },
): Map<number, Entries> {
  const all = new Map<number, Entries>();
  for (const chunk of chunks) {
    for (const piece of piecesOf(chunk, logger, wanted)) {
      append(all, piece.seriesId, entriesOf(piece, chunk.window));
    }
  }
  for (const [seriesId, entries] of open) append(all, seriesId, entries);
  return new Map([...all].map(([id, entries]) => [id, inOrder(entries)]));
}

/** Ids of series: only those, where given. */
type Wanted = ReadonlySet<number> | undefined;

/** The pieces of a chunk; none of one that is damaged, which is logged. */
export function piecesOf(
  { window, targetKey, data }: StoredChunk,
  logger: Logger,
  wanted?: Wanted,
): readonly ChunkPiece[] {
  return skipDamaged(() => decodeChunk(data, wanted), logger, { window, target: targetKey });
}

/** The samples of a target in rows, by series, in order. */
export function openEntries(
  rows: readonly OpenRow[],
  { key, wanted }: { readonly key: KnownTarget['key']; readonly wanted?: Wanted },
  logger: Logger,
): Map<number, Entries> {
  const all = new Map<number, Entries>();
  for (const row of rows) {
    for (const { samples } of roundOf(row, logger, key)) {
      for (const { seriesId, time, value } of samples) {
        if (wanted?.has(seriesId) === false) continue;
        const own = all.get(seriesId) ?? noEntries();
        all.set(seriesId, own);
        own.times.push(row.window + time);
        own.counts.push(1);
        own.means.push(value);
        own.mins.push(value);
        own.maxs.push(value);
      }
    }
  }
  return new Map([...all].map(([id, entries]) => [id, inOrder(entries)]));
}

/**
 * The entries of a row; none of one that is damaged, which is logged.
 * @param wanted - only this target, where given
 */
export function roundOf({ id, window, data }: OpenRow, logger: Logger, wanted?: number) {
  return skipDamaged(() => decodeRound(data, wanted), logger, { window, row: id });
}

function skipDamaged<Item>(
  decode: () => readonly Item[],
  logger: Logger,
  place: Readonly<Record<string, number>>,
): readonly Item[] {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof DamagedChunkError)) throw cause;
    logger.error({ cause, ...place }, 'samples of metrics are damaged and left out');
    return [];
  }
}

function entriesIn(
  chunks: readonly StoredChunk[],
  wanted: ReadonlySet<number>,
  logger: Logger,
): ReadonlyMap<number, Entries> {
  const found = new Map([...wanted].map((id) => [id, noEntries()]));
  for (const chunk of chunks) {
    for (const piece of piecesOf(chunk, logger, wanted)) {
      appendEntries(found.get(piece.seriesId) ?? noEntries(), entriesOf(piece, chunk.window));
    }
  }
  return found;
}

function append(all: Map<number, Entries>, seriesId: number, more: Entries): void {
  const own = all.get(seriesId);
  if (own === undefined) all.set(seriesId, copyOf(more));
  else for (const name of COLUMNS) own[name].push(...more[name]);
}

const COLUMNS = ['times', 'counts', 'means', 'mins', 'maxs'] as const;

function copyOf({ times, counts, means, mins, maxs }: Entries): Entries {
  return {
    times: [...times],
    counts: [...counts],
    means: [...means],
    mins: [...mins],
    maxs: [...maxs],
  };
}

/** Sorts entries by time; if several have the same second, the first is retained. */
export function inOrder(entries: Entries): Entries {
  const isInOrder = entries.times.every(
    (time, at) => at === 0 || time > (entries.times[at - 1] ?? 0),
  );
  if (isInOrder) return entries;
  const order = entries.times.map((_, at) => at);
  order.sort(
    (left, right) => (entries.times[left] ?? 0) - (entries.times[right] ?? 0) || left - right,
  );
  const column = (values: readonly number[]) => order.map((at) => values[at] ?? 0);
  const once = noEntries();
  appendEntries(once, {
    times: column(entries.times),
    counts: column(entries.counts),
    means: column(entries.means),
    mins: column(entries.mins),
    maxs: column(entries.maxs),
  });
  return once;
}
