/** Makes chunks of samples, coarser chunks of old ones, and removes what is too old. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '@novacron/runtime/logger';
import type { Compacted, CompactionBudget } from '../../ports/metric-series.ts';
import { type ChunkPiece, encodeChunk } from './codec/chunk.ts';
import { decodeRound } from './codec/round.ts';
import { inOrder, mergeSamples, openEntries, piecesOf } from './read-samples.ts';
import { type Entries, entriesOf, pieceOf, rollUp } from './rollup.ts';
import type { SeriesDatabase, StoredChunk } from './series-database.ts';
import {
  BLOCK_TARGETS,
  blockOf,
  ENTRY_S,
  FORGET_AFTER_S,
  KEPT_S,
  LEVEL_NAMES,
  LEVELS,
  levelAt,
  PART_S,
  ROLLED_WINDOW_S,
  SEAL_AFTER_S,
  WINDOW_S,
  windowOf,
} from './series-times.ts';

/** Dependencies of the compaction. */
export interface CompactParts {
  readonly database: SeriesDatabase;
  readonly logger: Logger;
}

const MS_PER_SECOND = 1_000;

/** Compacts what is due, a block of targets at a time. */
export async function compactSeries(
  parts: CompactParts,
  { nowMs, mayContinue }: CompactionBudget,
): Promise<Compacted> {
  const { database } = parts;
  const nowS = Math.floor(nowMs / MS_PER_SECOND);
  const complete = nowS - SEAL_AFTER_S - WINDOW_S + 1;
  const past = windowOf(nowS - KEPT_S.sample, ROLLED_WINDOW_S);
  let [sealed, rolled] = [0, 0];
  for (;;) {
    const open = mayContinue() ? await database.oldestOpen(complete) : undefined;
    if (open === undefined) break;
    if (open.window < past) await sealPast(parts, open, nowS);
    else await sealBlock(parts, open);
    sealed += 1;
    // Requests are answered between two blocks.
    await turn();
  }
  for (const level of LEVEL_NAMES) {
    if (level !== 'hour') rolled += await rollLevel(parts, level, { nowS, mayContinue });
    const before = windowOf(nowS - KEPT_S[level], PART_S[level]);
    while (mayContinue() && (await database.removeOld(level, before))) await turn();
  }
  if (!mayContinue()) return { sealed, rolled, forgotten: 0 };
  const { vm, other } = FORGET_AFTER_S;
  return { sealed, rolled, forgotten: await database.forget(nowS - vm, nowS - other) };
}

/** Makes a chunk of the samples of each target of a block in a window. */
async function sealBlock(
  { database, logger }: CompactParts,
  { window, block }: { readonly window: number; readonly block: number },
): Promise<void> {
  const rows = await database.readOpen(block, window, window + 1);
  const before = await database.readChunks({
    level: LEVELS.sample,
    from: window,
    to: window + 1,
    targetFrom: block * BLOCK_TARGETS,
    targetTo: (block + 1) * BLOCK_TARGETS,
  });
  const keys = new Set(
    rows.flatMap(({ data }) => safeKeys(data)).filter((key) => blockOf(key) === block),
  );
  const put = [...keys]
    .toSorted((left, right) => left - right)
    .map((targetKey): StoredChunk => {
      const own = before.filter((chunk) => chunk.targetKey === targetKey);
      const samples = mergeSamples(own, openEntries(rows, { key: targetKey }, logger), { logger });
      const pieces = [...samples].map(
        ([seriesId, { times, means }]): ChunkPiece => ({
          seriesId,
          times: times.map((time) => time - window),
          columns: [means],
        }),
      );
      return { level: LEVELS.sample, window, targetKey, data: encodeChunk(pieces) };
    });
  await database.swap({ put, closed: rows.map(({ id }) => id) });
}

/**
 * Makes minutes or hours of the samples of a block in a day of which no samples are stored any
 * more: imported ones, and those that a server wrote before it was away for days. Those of VMs are
 * too old to be stored.
 */
async function sealPast(
  { database, logger }: CompactParts,
  { window, block }: { readonly window: number; readonly block: number },
  nowS: number,
): Promise<void> {
  const day = windowOf(window, ROLLED_WINDOW_S);
  const level = levelAt(day, nowS) === 'minute' ? 'minute' : 'hour';
  const rows = await database.readOpen(block, day, day + ROLLED_WINDOW_S);
  const before = await database.readChunks({
    level: LEVELS[level],
    from: day,
    to: day + 1,
    targetFrom: block * BLOCK_TARGETS,
    targetTo: (block + 1) * BLOCK_TARGETS,
  });
  const keys = new Set(rows.flatMap(({ data }) => safeKeys(data)));
  const put = (await database.rolledTargets())
    .filter((targetKey) => keys.has(targetKey) && blockOf(targetKey) === block)
    .map((targetKey): StoredChunk => {
      const own = before.filter((chunk) => chunk.targetKey === targetKey);
      const entries = mergeSamples(own, openEntries(rows, { key: targetKey }, logger), { logger });
      const pieces = [...entries].map(([id, all]) => pieceOf(id, rollUp(all, ENTRY_S[level]), day));
      return { level: LEVELS[level], window: day, targetKey, data: encodeChunk(pieces) };
    });
  await database.swap({ put, closed: rows.map(({ id }) => id) });
}

function safeKeys(data: Uint8Array): number[] {
  try {
    return decodeRound(data).map(({ targetKey }) => targetKey);
  } catch {
    // Reading the row logs that it is damaged.
    return [];
  }
}

/** Days of a level, and how long there is time for them. */
interface RollBudget {
  readonly nowS: number;
  readonly mayContinue: () => boolean;
}

/**
 * Makes coarser chunks of days that are old enough, for each target that is not a VM. Chunks of VMs
 * stay until their part is removed.
 * @returns days of targets that became coarser
 */
async function rollLevel(
  parts: CompactParts,
  level: 'sample' | 'minute',
  { nowS, mayContinue }: RollBudget,
): Promise<number> {
  const { database } = parts;
  const before = windowOf(nowS - KEPT_S[level], ROLLED_WINDOW_S);
  let rolled = 0;
  let from = 0;
  for (;;) {
    const window = mayContinue()
      ? await database.nextWindow(LEVELS[level], from, before)
      : undefined;
    if (window === undefined) return rolled;
    const day = windowOf(window, ROLLED_WINDOW_S);
    for (const targetKey of await database.rolledTargets()) {
      if (!mayContinue()) return rolled;
      if (await rollDay(parts, level, { day, targetKey })) rolled += 1;
      await turn();
    }
    from = day + ROLLED_WINDOW_S;
  }
}

/** Replaces the chunks of a day of a target by a coarser one. @returns whether there were any */
async function rollDay(
  { database, logger }: CompactParts,
  level: 'sample' | 'minute',
  { day, targetKey }: { readonly day: number; readonly targetKey: number },
): Promise<boolean> {
  const own = { targetFrom: targetKey, targetTo: targetKey + 1 };
  const removed = { level: LEVELS[level], from: day, to: day + ROLLED_WINDOW_S, ...own };
  const chunks = await database.readChunks(removed);
  if (chunks.length === 0) return false;
  const coarser = level === 'sample' ? 'minute' : 'hour';
  const before = await database.readChunks({
    level: LEVELS[coarser],
    from: day,
    to: day + 1,
    ...own,
  });
  const pieces = rollChunks([...before, ...chunks], { day, lengthS: ENTRY_S[coarser], logger });
  const data = encodeChunk(pieces);
  await database.swap({ put: [{ level: LEVELS[coarser], window: day, targetKey, data }], removed });
  return true;
}

function rollChunks(
  chunks: readonly StoredChunk[],
  how: { readonly day: number; readonly lengthS: number; readonly logger: Logger },
): readonly ChunkPiece[] {
  const { day, lengthS, logger } = how;
  const bySeries = new Map<number, Entries>();
  for (const chunk of chunks) {
    for (const piece of piecesOf(chunk, logger)) {
      const entries = entriesOf(piece, chunk.window);
      const own = bySeries.get(piece.seriesId);
      if (own === undefined) bySeries.set(piece.seriesId, entries);
      else
        for (const name of ['times', 'counts', 'means', 'mins', 'maxs'] as const) {
          own[name].push(...entries[name]);
        }
    }
  }
  return [...bySeries].map(([id, entries]) => pieceOf(id, rollUp(inOrder(entries), lengthS), day));
}
