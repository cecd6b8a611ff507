/** Types of workflows: operations as data, steps with an action and an undo, and the next steps. */
import type { Direction, LogEntry } from '../log/log-entry.ts';

/** Pauses between attempts that a person chose: exact, because they may be meant for a quota. */
export interface Backoff {
  readonly growth: 'fixed' | 'linear' | 'exponential';
  /** Before the second attempt. */
  readonly delayMs: number;
  readonly delayMsMax: number;
}

/** The retry policy of a step: how long a transient fault is retried. */
export type RetryPolicy =
  | {
      readonly kind: 'attempts';
      readonly attemptsMax: number;
      /** The pauses between attempts; without it they grow, with jitter. */
      readonly backoff?: Backoff;
    }
  | {
      readonly kind: 'time';
      readonly durationMs: number;
      /** The pause between two attempts; without it, pauses grow. */
      readonly pauseMs?: number;
    };

/** Effect of a final failure of a step. */
export type WhenFailed = 'take-back' | 'go-on' | 'keep' | 'stop';

/** One step. What its action means is the executor's business. */
export interface StepDefinition<Action> {
  readonly name: string;
  /** Names of the steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly action: Action;
  /** Undoes the action; null where there is nothing to undo. */
  readonly undo: Action | null;
  /**
   * Effect of a final failure: the operation is rolled back by default; `go-on` is for cleaning up
   * after the pivot step. `keep` is for a check at the very end: the operation fails, and its
   * changes remain. `stop`: no further step begins, running steps finish, and nothing is undone.
   */
  readonly whenFailed?: WhenFailed;
  /**
   * `yes`: it runs after all others, however these ended, and is never undone. Its `after` names
   * steps of both kinds; of the others it waits for the end, not for their success.
   */
  readonly finally?: 'yes';
  /**
   * `yes`: once it has begun, the operation is neither cancelled nor does it expire.
   * `once-done`: once it has succeeded, not before; a cancellation while it ran comes too late.
   */
  readonly noReturn?: 'yes' | 'once-done';
  /** The retry policy of the action; a few attempts by default. An undo has a policy of its own. */
  readonly patience?: RetryPolicy;
  /**
   * The step is repeated for the items of a list: its own action finds out how many there are, and
   * then each item is a step, with attempts and an undo of its own.
   */
  readonly forEach?: Repetition<Action>;
}

/** Action for each item of a list. */
export interface Repetition<Action> {
  readonly action: Action;
  readonly undo: Action | null;
  /** Items that are under way at the same time, and undos of them. */
  readonly parallelMax: number;
}

/** All steps of one operation; pinned when it starts. */
export interface WorkflowDefinition<Action> {
  readonly steps: readonly StepDefinition<Action>[];
  /** After this moment it is rolled back, unless it is past its pivot step. */
  readonly deadlineMs?: number;
  /** The concurrency group that it waits for at first; absent where it begins at once. */
  readonly queuedFor?: string;
  /** Steps from which it may be retried after it has failed; none by default. */
  readonly retryFrom?: readonly string[];
}

/** Attempts that belong together: a retry of the operation begins a new series. */
export interface Series {
  readonly firstAttempt: number;
  /** Start of the first step; undefined before that, and if an old log does not record it. */
  readonly sinceMs: number | undefined;
}

/** One thing to do now. */
export interface StepRun<Action> {
  readonly step: string;
  /** Position of the item in its list, from 0; absent unless the step is one of an item. */
  readonly item?: number;
  readonly direction: Direction;
  readonly attempt: number;
  readonly action: Action;
  readonly notBeforeMs: number;
  /** `yes` when the log already records it: after a crash, or while it still runs. */
  readonly alreadyStarted: 'yes' | 'no';
  readonly series: Series;
  readonly patience: RetryPolicy;
}

/** How the steps other than those of `finally` ended. An operation that expired has failed. */
export type MainOutcome = 'succeeded' | 'failed' | 'cancelled';

/** Possible next actions. */
export type WorkflowPlan<Action> =
  | {
      readonly kind: 'run';
      readonly status: 'running' | 'undoing';
      /** `yes`: nothing more begins, nothing is undone, and what waits for a person ends. */
      readonly stopping?: 'yes';
      /** Only steps of `finally` are left. */
      readonly outcome?: MainOutcome;
      /** No step begins until it is resumed, released or its turn comes; there may be no runs. */
      readonly held?: 'paused' | 'held' | 'queued';
      readonly runs: readonly StepRun<Action>[];
      /** Entries to append before anything runs. */
      readonly entries: readonly LogEntry[];
      /** Time to plan again if nothing has happened by then; undefined if nothing expires. */
      readonly deadlineMs: number | undefined;
    }
  | {
      readonly kind: 'finished';
      readonly status: 'succeeded' | 'failed' | 'stuck';
      /** Reason for the failure; empty on success. */
      readonly message: string;
      /** `yes`: it failed, and nothing of it is undone. */
      readonly kept?: 'yes';
      readonly entries: readonly LogEntry[];
    };
