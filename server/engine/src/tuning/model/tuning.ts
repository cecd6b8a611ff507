/** Recommendations: what to change, what that brings, and how sure that is. */
import type { VmSizeQuestion } from '../../scaling/decide/model/vm-size.ts';
import type { Evaluation, TrainedModel } from '../../training/model/training.ts';

/** The signals that models learn from. */
export type TuningSignal =
  | 'cpu_utilization_ratio'
  | 'memory_utilization_ratio'
  | 'disk_bytes_per_second'
  | 'network_bytes_per_second'
  | 'requests_per_second'
  | 'errors_per_second'
  | 'latency_seconds'
  | 'cost_per_hour';

/**
 * Values of the signals at the same times, oldest first; NaN in gaps. A signal without a source is
 * absent.
 */
export type Signals = Readonly<Partial<Record<TuningSignal, Float64Array>>>;

/** A model of one signal, for one VM. */
export interface SignalModel {
  readonly target: TuningSignal;
  readonly model: TrainedModel;
  /** Signals without a source, or with the same value all the time. */
  readonly absent: readonly TuningSignal[];
}

/** What a model says about a change of the CPU size. */
export type LatencyEffect =
  | {
      readonly kind: 'predicted';
      /** Change of the mean latency, as a share of it; below 0 it falls. */
      readonly change: number;
      /** The interval that the errors of the model on held-back rows leave. */
      readonly lower: number;
      readonly upper: number;
    }
  /** The CPU would be used as it has not been before: the model knows nothing about that. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'not_better'; readonly rule: Evaluation['rules'][number]['rule'] };

/** A size. */
export interface TunedSize {
  readonly cpuCores: number;
  readonly memoryGb: number;
}

/** What a core and a GB of memory cost, in the same unit. */
export interface SizeWeights {
  readonly cpuCore: number;
  readonly memoryGb: number;
}

/** A VM, or the members of a group. */
export interface TunedTarget {
  readonly kind: 'vm' | 'vm_group';
  readonly id: string;
  readonly name: string;
  /** The values of its histories are oldest first. */
  readonly question: VmSizeQuestion;
  readonly weights: SizeWeights;
  /** Whether `weights` are prices. */
  readonly isPriced: boolean;
  /** Absent where the signals have no latency. */
  readonly signals?: Signals | undefined;
}

/** A size that would have been recommended at an earlier time, and what came then. */
export interface ReplayedChange {
  readonly id: string;
  readonly name: string;
  /** Time of the recommendation before the end of the history. Unit: days. */
  readonly daysAgo: number;
  readonly before: TunedSize;
  readonly after: TunedSize;
  /** Whether what came next would not have reversed it. */
  readonly held: boolean;
  /** Improvement that was expected, and the one that what came next left of it. Unit: percent. */
  readonly expected: number;
  readonly realised: number;
}

/** An estimate with the interval that contains eight of ten. Unit: percent. */
export interface Improvement {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** Recommended size of a target. */
export interface TuningPlan {
  readonly target: 'cpu' | 'memory' | 'latency' | 'cost';
  readonly before: TunedSize;
  readonly after: TunedSize;
  readonly improvement: Improvement;
  /** Share of such changes that held when they were replayed on the history, 0 to 1. */
  readonly confidence: number;
  /** Replayed changes of this target, and how many of them held. */
  readonly replayed: { readonly changes: number; readonly held: number };
  readonly latency: LatencyEffect | undefined;
  readonly alternatives: readonly TunedSize[];
}

/** A target with what is recommended. */
export interface TunedChange {
  readonly subject: Pick<TunedTarget, 'kind' | 'id' | 'name'>;
  readonly plan: TuningPlan;
}
