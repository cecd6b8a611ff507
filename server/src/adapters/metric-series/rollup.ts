/** Entries of a series: samples, and what stands for several of them. */
import type { ChunkPiece } from './codec/chunk.ts';
import { windowOf } from './series-times.ts';

/** Columns of equal length. Times are seconds since the Unix epoch, ascending, none twice. */
export interface Entries {
  readonly times: number[];
  readonly counts: number[];
  readonly means: number[];
  readonly mins: number[];
  readonly maxs: number[];
}

/** Makes empty ones. */
export function noEntries(): Entries {
  return { times: [], counts: [], means: [], mins: [], maxs: [] };
}

/** Columns of a piece: one of samples, or four. */
export function entriesOf({ times, columns }: ChunkPiece, window: number): Entries {
  const [means = [], counts, mins = means, maxs = means] = columns;
  return {
    times: times.map((time) => window + time),
    means: [...means],
    counts: counts === undefined ? times.map(() => 1) : [...counts],
    mins: [...mins],
    maxs: [...maxs],
  };
}

/** The piece of entries: one column where each is a sample. */
export function pieceOf(seriesId: number, entries: Entries, window: number): ChunkPiece {
  const { means, counts, mins, maxs } = entries;
  const times = entries.times.map((time) => time - window);
  return { seriesId, times, columns: [means, counts, mins, maxs] };
}

/** Adds entries behind others; what is not later than the last one is left out. */
export function appendEntries(into: Entries, more: Entries): void {
  let last = into.times.at(-1) ?? Number.NEGATIVE_INFINITY;
  more.times.forEach((time, index) => {
    if (time <= last) return;
    last = time;
    pushEntry(into, more, index);
  });
}

/** Leaves out what is before a moment, or not before another one. */
export function cutEntries(entries: Entries, fromS: number, toS: number): Entries {
  const cut = noEntries();
  entries.times.forEach((time, index) => {
    if (time >= fromS && time < toS) pushEntry(cut, entries, index);
  });
  return cut;
}

function pushEntry(into: Entries, from: Entries, index: number): void {
  into.times.push(from.times[index] ?? 0);
  into.counts.push(from.counts[index] ?? 0);
  into.means.push(from.means[index] ?? 0);
  into.mins.push(from.mins[index] ?? 0);
  into.maxs.push(from.maxs[index] ?? 0);
}

/**
 * Digits of a mean: it is no more exact than its samples, and short numbers take less room. Unit:
 * significant digits.
 */
const MEAN_DIGITS = 6;

/** Makes entries coarser: one for all of each `lengthS` seconds. */
export function rollUp(entries: Entries, lengthS: number): Entries {
  const rolled = noEntries();
  const { times, counts, means, mins, maxs } = entries;
  let start = 0;
  while (start < times.length) {
    const at = windowOf(times[start] ?? 0, lengthS);
    let end = start;
    let [count, sum] = [0, 0];
    while (end < times.length && (times[end] ?? 0) < at + lengthS) {
      count += counts[end] ?? 0;
      sum += (counts[end] ?? 0) * (means[end] ?? 0);
      end += 1;
    }
    rolled.times.push(at);
    rolled.counts.push(count);
    const [least, most] = [mins.slice(start, end), maxs.slice(start, end)];
    const [min, max] = [Math.min(...least), Math.max(...most)];
    const mean = Number((sum / count).toPrecision(MEAN_DIGITS));
    rolled.means.push(Math.min(max, Math.max(min, mean)));
    rolled.mins.push(min);
    rolled.maxs.push(max);
    start = end;
  }
  return rolled;
}
