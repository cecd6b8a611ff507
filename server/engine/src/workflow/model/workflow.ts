/** Operations as data: steps with an action and an undo, and what may happen next. */
import type { Direction, LogEntry } from '../log/log-entry.ts';

/** How long something is tried again whose trouble may pass. */
export type RetryPolicy =
  | { readonly kind: 'attempts'; readonly attemptsMax: number }
  | { readonly kind: 'time'; readonly durationMs: number };

/** One step. What its action means is the executor's business. */
export interface StepDefinition<Action> {
  readonly name: string;
  /** Names of the steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly action: Action;
  /** Takes the action back; null where there is nothing to take back. */
  readonly undo: Action | null;
  /**
   * What its failure for good means: the operation is taken back unless said; `go-on` is for
   * tidying up behind a point of no return.
   */
  readonly whenFailed?: 'take-back' | 'go-on';
  /** `yes`: once it has begun, the operation is neither cancelled nor does it expire. */
  readonly noReturn?: 'yes';
  /** How long the action is tried; a few attempts unless said. An undo has its own patience. */
  readonly patience?: RetryPolicy;
}

/** All steps of one operation; pinned when it starts. */
export interface WorkflowDefinition<Action> {
  readonly steps: readonly StepDefinition<Action>[];
  /** After this moment it is taken back, unless it is past the point of no return. */
  readonly deadlineMs?: number;
  /** Steps from which it may go forward again after it has failed; none unless said. */
  readonly retryFrom?: readonly string[];
}

/** Attempts that belong together: a retry of the operation begins a new series. */
export interface Series {
  readonly firstAttempt: number;
  /** When the first of them began; undefined before that, and where an old log does not say. */
  readonly sinceMs: number | undefined;
}

/** One thing to do now. */
export interface StepRun<Action> {
  readonly step: string;
  readonly direction: Direction;
  readonly attempt: number;
  readonly action: Action;
  readonly notBeforeMs: number;
  /** `yes` when the log already says so: after a crash, or while it is still going on. */
  readonly alreadyStarted: 'yes' | 'no';
  readonly series: Series;
  readonly patience: RetryPolicy;
}

/** What may happen next. */
export type WorkflowPlan<Action> =
  | {
      readonly kind: 'run';
      readonly status: 'running' | 'undoing';
      readonly runs: readonly StepRun<Action>[];
      /** To be written down before anything runs. */
      readonly entries: readonly LogEntry[];
      /** When to plan again if nothing has happened by then; undefined where nothing expires. */
      readonly deadlineMs: number | undefined;
    }
  | {
      readonly kind: 'finished';
      readonly status: 'succeeded' | 'failed' | 'stuck';
      /** Why it did not succeed; empty on success. */
      readonly message: string;
      readonly entries: readonly LogEntry[];
    };
