/**
 * Removes samples of the future. Where the clock went back, what was written before has later times
 * than what is written now, and would be read as the latest until these times have come.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '@novacron/runtime/logger';
import { encodeChunk } from './codec/chunk.ts';
import { encodeRound } from './codec/round.ts';
import { piecesOf, roundOf } from './read-samples.ts';
import type { OpenRow, SeriesDatabase, StoredChunk } from './series-database.ts';
import { LEVELS, WINDOW_S, windowOf } from './series-times.ts';

/** Keys of targets are whole numbers of 32 bits. */
const TARGET_KEY_MAX = 2 ** 31 - 1;

/** Dependencies of the removal. */
interface RemoveParts {
  readonly database: SeriesDatabase;
  readonly logger: Logger;
}

/**
 * Removes samples with later times. Minutes and hours stay: only a clock that was days ahead makes
 * them of the future. What is killed in between is repeated: of one second the first sample counts.
 * @param afterS - seconds since the Unix epoch
 */
export async function removeAhead(parts: RemoveParts, afterS: number): Promise<void> {
  const { database } = parts;
  const window = windowOf(afterS, WINDOW_S);
  for (const found of await database.openBlocks(window)) {
    await cutRows(parts, { ...found, afterS });
    // Requests are answered between two blocks.
    await turn();
  }
  await cutChunks(parts, { window, afterS });
}

async function cutRows(
  { database, logger }: RemoveParts,
  { window, block, afterS }: { readonly window: number; readonly block: number; afterS: number },
): Promise<void> {
  const cut: { window: number; block: number; data: Uint8Array }[] = [];
  const closed: number[] = [];
  for (const row of await database.readOpen(block, window, window + 1)) {
    const kept = keptOf(row, afterS, logger);
    if (kept === undefined) continue;
    closed.push(row.id);
    if (kept.length > 0) cut.push({ window, block, data: encodeRound(kept) });
  }
  if (closed.length === 0) return;
  if (cut.length > 0) await database.addOpen(cut);
  await database.swap({ put: [], closed });
}

/** Returns the part of a row to retain; undefined: all of it. */
function keptOf(row: OpenRow, afterS: number, logger: Logger) {
  const entries = roundOf(row, logger);
  const isKept = ({ time }: { readonly time: number }) => row.window + time <= afterS;
  if (entries.every(({ samples }) => samples.every(isKept))) return undefined;
  return entries.flatMap(({ targetKey, samples }) => {
    const kept = samples.filter(isKept);
    return kept.length === 0 ? [] : [{ targetKey, samples: kept }];
  });
}

async function cutChunks(
  { database, logger }: RemoveParts,
  { window, afterS }: { readonly window: number; readonly afterS: number },
): Promise<void> {
  const all = { level: LEVELS.sample, targetFrom: 0, targetTo: TARGET_KEY_MAX };
  const chunks = await database.readChunks({ ...all, from: window, to: window + 1 });
  const put = chunks.flatMap((chunk): readonly StoredChunk[] => {
    const pieces = piecesOf(chunk, logger).flatMap(({ seriesId, times, columns }) => {
      const kept = times.filter((time) => window + time <= afterS);
      const cut = columns.map((column) => column.slice(0, kept.length));
      return kept.length === 0 ? [] : [{ seriesId, times: kept, columns: cut }];
    });
    return pieces.length === 0 ? [] : [{ ...chunk, data: encodeChunk(pieces) }];
  });
  const removed = { ...all, from: window, to: Number.MAX_SAFE_INTEGER };
  await database.swap({ put, removed });
}
