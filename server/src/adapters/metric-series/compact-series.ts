/** Makes chunks of samples, coarser chunks of old ones, and removes what is too old. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '@novacron/runtime/logger';
import type { Compacted, CompactionBudget } from '../../ports/metric-series.ts';
import { type ChunkPiece, encodeChunk } from './codec/chunk.ts';
import { decodeRound } from './codec/round.ts';
import { mergeSamples, openEntries, piecesOf } from './read-samples.ts';
import { type Entries, entriesOf, pieceOf, rollUp } from './rollup.ts';
import type { ChunkKey, ChunkRange, SeriesDatabase, StoredChunk } from './series-database.ts';
import {
  BLOCK_TARGETS,
  blockOf,
  ENTRY_S,
  FORGET_AFTER_S,
  KEPT_S,
  LEVELS,
  ROLLED_WINDOW_S,
  SEAL_AFTER_S,
  WINDOW_S,
  windowOf,
} from './series-times.ts';

/** What compaction needs. */
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
  let [sealed, rolled] = [0, 0];
  for (;;) {
    const open = mayContinue() ? await database.oldestOpen(complete) : undefined;
    if (open === undefined) break;
    await sealBlock(parts, open);
    sealed += 1;
    // Requests are answered between two blocks.
    await turn();
  }
  for (const level of ['sample', 'minute', 'hour'] as const) {
    const before = windowOf(nowS - KEPT_S[level], ROLLED_WINDOW_S);
    for (;;) {
      const chunk = mayContinue() ? await database.oldestChunk(LEVELS[level], before) : undefined;
      if (chunk === undefined) break;
      await rollBlock(parts, level, chunk);
      rolled += 1;
      await turn();
    }
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
  const range = rangeOf(LEVELS.sample, window, window + 1, block * BLOCK_TARGETS);
  const before = await database.readChunks(range);
  const keys = new Set(
    rows.flatMap(({ data }) => safeKeys(data)).filter((key) => blockOf(key) === block),
  );
  const put = [...keys]
    .toSorted((left, right) => left - right)
    .map((targetKey): StoredChunk => {
      const own = before.filter((chunk) => chunk.targetKey === targetKey);
      const samples = mergeSamples(own, openEntries(rows, targetKey, logger), logger);
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

function safeKeys(data: Uint8Array): number[] {
  try {
    return decodeRound(data).map(({ targetKey }) => targetKey);
  } catch {
    // Reading the row logs that it is damaged.
    return [];
  }
}

/** Replaces the chunks of a day by a coarser one of each target; those of VMs are removed. */
async function rollBlock(
  { database, logger }: CompactParts,
  level: keyof typeof LEVELS,
  { window, targetKey: first }: ChunkKey,
): Promise<void> {
  const day = windowOf(window, ROLLED_WINDOW_S);
  const removed = rangeOf(LEVELS[level], day, day + ROLLED_WINDOW_S, first);
  if (level === 'hour') {
    await database.swap({ put: [], removed });
    return;
  }
  const coarser = level === 'sample' ? 'minute' : 'hour';
  const kinds = await database.kindsOf(removed.targetFrom, removed.targetTo);
  const chunks = await database.readChunks(removed);
  const put: StoredChunk[] = [];
  for (const [targetKey, kind] of kinds) {
    if (kind === 'vm') continue;
    const own = chunks.filter((chunk) => chunk.targetKey === targetKey);
    if (own.length === 0) continue;
    const before = await database.readChunks({
      level: LEVELS[coarser],
      from: day,
      to: day + 1,
      targetFrom: targetKey,
      targetTo: targetKey + 1,
    });
    const pieces = rollChunks([...before, ...own], { day, lengthS: ENTRY_S[coarser], logger });
    put.push({ level: LEVELS[coarser], window: day, targetKey, data: encodeChunk(pieces) });
  }
  await database.swap({ put, removed });
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
  return [...bySeries].map(([id, entries]) => pieceOf(id, rollUp(entries, lengthS), day));
}

/** Chunks of the targets from one on to the end of its block. */
function rangeOf(level: number, from: number, to: number, targetFrom: number): ChunkRange {
  const targetTo = (blockOf(targetFrom) + 1) * BLOCK_TARGETS;
  return { level, from, to, targetFrom, targetTo };
}
