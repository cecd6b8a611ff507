/** Database interface of metric series; decisions are made above it, once for all databases. */
import type { MetricTarget, SeriesSource } from '../../ports/metric-series.ts';
import type { LEVELS } from './series-times.ts';

/** Resolution of chunks. */
export type LevelName = keyof typeof LEVELS;

/** A target as it is stored. Its key is smaller than its id, and never used again. */
export interface StoredTarget extends MetricTarget {
  readonly key: number;
}

/** A series as it is stored. */
export interface StoredSeries {
  readonly id: number;
  readonly targetKey: number;
  readonly name: string;
  readonly source: SeriesSource;
  readonly sinceS: number;
  /** Last recorded use; up to a day old. */
  readonly seenS: number;
}

/** Samples of a block of targets, as they were written. */
export interface OpenRow {
  readonly id: number;
  readonly window: number;
  readonly data: Uint8Array;
}

/** A chunk with its bytes. */
export interface StoredChunk {
  readonly level: number;
  readonly window: number;
  readonly targetKey: number;
  readonly data: Uint8Array;
}

/** Chunks of some targets in some windows. */
export interface ChunkRange {
  readonly level: number;
  /** Windows from here on. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly targetFrom: number;
  /** Not included. */
  readonly targetTo: number;
}

/** Replaces chunks and open rows by others, all or nothing. */
export interface ChunkSwap {
  readonly put: readonly StoredChunk[];
  /** Ids of open rows that the chunks contain, or that are wrong. */
  readonly closed?: readonly number[];
  /** Chunks that are replaced or too old. */
  readonly removed?: ChunkRange;
}

/** A database with series. Its functions throw or reject as its driver does. */
export interface SeriesDatabase {
  readonly findTargets: (ids: readonly string[]) => Promise<readonly StoredTarget[]>;
  /** Adds those that are not there. */
  readonly addTargets: (targets: readonly MetricTarget[]) => Promise<void>;
  readonly findSeries: (targetKeys: readonly number[]) => Promise<readonly StoredSeries[]>;
  /** Adds those that are not there. @returns how many it added */
  readonly addSeries: (series: readonly Omit<StoredSeries, 'id'>[]) => Promise<number>;
  /** Notes that series are in use. @returns how many of them are there */
  readonly touchSeries: (ids: readonly number[], seenS: number) => Promise<number>;
  readonly addOpen: (
    rows: readonly { readonly window: number; readonly block: number; readonly data: Uint8Array }[],
  ) => Promise<void>;
  /** Open rows of a block in windows from `from` to before `to`, in the order of their writes. */
  readonly readOpen: (block: number, from: number, to: number) => Promise<readonly OpenRow[]>;
  /** The first block with open rows in windows before this one. */
  readonly oldestOpen: (
    before: number,
  ) => Promise<{ readonly window: number; readonly block: number } | undefined>;
  /** The blocks with open rows in windows from this one on. */
  readonly openBlocks: (
    from: number,
  ) => Promise<readonly { readonly window: number; readonly block: number }[]>;
  readonly readChunks: (range: ChunkRange) => Promise<readonly StoredChunk[]>;
  /** The first window from `from` to before `to` in which a level has chunks. */
  readonly nextWindow: (level: number, from: number, to: number) => Promise<number | undefined>;
  readonly swap: (swap: ChunkSwap) => Promise<void>;
  /** Keys of the targets that are not VMs, ascending: of these alone coarser chunks are made. */
  readonly rolledTargets: () => Promise<readonly number[]>;
  /**
   * Removes chunks of a level, a part at a time.
   * @param before - of windows before this one; begin of a part of the level
   * @returns whether there may be more
   */
  readonly removeOld: (level: LevelName, before: number) => Promise<boolean>;
  /** Removes series not seen since then, and targets without any. @returns how many series */
  readonly forget: (vmsBeforeS: number, othersBeforeS: number) => Promise<number>;
  readonly countWritten: () => Promise<ReadonlyMap<string, number>>;
  /**
   * Called after a failure: whether the database was damaged, and is an empty one from now on. The
   * caller forgets what it remembers and repeats its work.
   */
  readonly replaceIfDamaged: (cause: unknown) => boolean;
  readonly close: () => Promise<void>;
}
