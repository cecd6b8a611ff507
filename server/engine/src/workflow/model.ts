/** Operations as data: steps with an action and an undo, and what may happen next. */
import type { Direction } from './log-entry.ts';

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
}

/** All steps of one operation; pinned when it starts. */
export interface WorkflowDefinition<Action> {
  readonly steps: readonly StepDefinition<Action>[];
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
}

/** What may happen next. */
export type WorkflowPlan<Action> =
  | {
      readonly kind: 'run';
      readonly status: 'running' | 'undoing';
      readonly runs: readonly StepRun<Action>[];
    }
  | {
      readonly kind: 'finished';
      readonly status: 'succeeded' | 'failed' | 'stuck';
      /** Why it did not succeed; empty on success. */
      readonly message: string;
    };
