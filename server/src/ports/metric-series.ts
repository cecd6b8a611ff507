/** Series of measured values: what they are of, and how they are written and read. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** Subject of a series. */
export interface MetricTarget {
  /** Id of a VM, a VM group, a tenant, a network or a node, or one of `fleet-metrics.ts`. */
  readonly id: string;
  readonly tenantId: string;
  /**
   * Kind of target. For VMs only the last days are stored; for the other kinds also means of
   * minutes, then of hours.
   */
  readonly kind:
    | 'vm'
    | 'vm_group'
    | 'tenant'
    | 'network'
    | 'node'
    | 'zone'
    | 'node_class'
    | 'storage_pool'
    | 'fleet';
}

/** One value. */
export interface MetricSample {
  readonly name: string;
  /** Whole seconds since the Unix epoch. */
  readonly atS: number;
  /** Finite. */
  readonly value: number;
}

/** Samples to write for a target. */
export interface TargetSamples {
  readonly target: MetricTarget;
  readonly samples: readonly MetricSample[];
}

/** Writer of a series: NovaCron, or a client. */
export type SeriesSource = 'measured' | 'written';

/** Result of a write. */
export interface SeriesWritten {
  readonly stored: number;
  /**
   * Samples of clients, of a second for which their series has a value, which stays; of history, of
   * a minute or an hour.
   */
  readonly duplicated: number;
  readonly newSeries: number;
}

/** A series of a target. */
export interface SeriesInfo {
  readonly name: string;
  readonly source: SeriesSource;
  /** Seconds since the Unix epoch. */
  readonly sinceS: number;
  /** Its latest sample within the last half an hour or more; undefined where there is none. */
  readonly latest: { readonly atS: number; readonly value: number } | undefined;
}

/** A range of one series. */
export interface SeriesRange {
  readonly targetId: string;
  readonly name: string;
  /** Seconds since the Unix epoch. */
  readonly fromS: number;
  /** Not included. */
  readonly toS: number;
}

/** The same range of several series of one target. */
export interface SeriesRanges extends Omit<SeriesRange, 'name'> {
  readonly names: readonly string[];
}

/** Resolution of the coarsest values of a run. */
export type SeriesResolution = 'sample' | 'minute' | 'hour';

/**
 * Values of a series in a range, ascending. Each entry stands for `counts` samples from its time
 * on, for the length of its resolution; a sample is an entry of its own. All columns are equally
 * long.
 */
export interface SeriesRun {
  readonly resolution: SeriesResolution;
  readonly times: readonly number[];
  readonly counts: readonly number[];
  readonly means: readonly number[];
  readonly mins: readonly number[];
  readonly maxs: readonly number[];
}

/** Limits of a compaction round. */
export interface CompactionBudget {
  readonly nowMs: number;
  /** False once the round has to end. */
  readonly mayContinue: () => boolean;
}

/** Result of a compaction round. */
export interface Compacted {
  /** Windows of a block of targets whose samples became chunks. */
  readonly sealed: number;
  /** Days of a block of targets that became coarser, or were removed. */
  readonly rolled: number;
  /** Series that had no samples any more. */
  readonly forgotten: number;
}

/** Stores series. Problems of all: `unavailable`, `storage-full`. */
export interface MetricSeries {
  /** The series of a target, by name. */
  readonly list: (targetId: string) => Promise<Result<readonly SeriesInfo[], Problem>>;
  /**
   * Writes samples, each target at most once; a new name begins a series. What was answered is lost
   * only with the machine, and then at most the last seconds.
   */
  readonly write: (
    batch: readonly TargetSamples[],
    source: SeriesSource,
  ) => Promise<Result<SeriesWritten, Problem>>;
  /**
   * Writes samples of the past of one target that is not a VM: where its series has a value in the
   * same minute, or hour where only hours are stored, that value stays. May be repeated.
   */
  readonly addHistory: (
    history: TargetSamples,
    how: { readonly source: SeriesSource; readonly nowMs: number },
  ) => Promise<Result<SeriesWritten, Problem>>;
  /** Reads a range of one series; undefined where it is not there. */
  readonly read: (range: SeriesRange) => Promise<Result<SeriesRun | undefined, Problem>>;
  /** The same of several series at once, by name, which costs little more than one. */
  readonly readTogether: (
    range: SeriesRanges,
  ) => Promise<Result<ReadonlyMap<string, SeriesRun>, Problem>>;
  /** Counts the series that clients write, by tenant. */
  readonly countWritten: () => Promise<Result<ReadonlyMap<string, number>, Problem>>;
  /**
   * Makes chunks of samples that are complete, and coarser ones of old chunks; removes what is too
   * old. May be repeated at any time; one server does it at a time.
   */
  readonly compact: (budget: CompactionBudget) => Promise<Result<Compacted, Problem>>;
  /**
   * Removes samples with later times, where the clock went back.
   * @param afterS - seconds since the Unix epoch
   */
  readonly removeAhead: (afterS: number) => Promise<Result<void, Problem>>;
  readonly close: () => Promise<void>;
}
