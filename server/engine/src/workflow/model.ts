/** Operations as data: steps with an action and an undo, and the log of what has happened. */
import { z } from 'zod';

/** One step. What its action means is the executor's business. */
export interface StepDefinition<Action> {
  readonly name: string;
  /** Names of the steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly action: Action;
  /** Takes the action back; null where there is nothing to take back. */
  readonly undo: Action | null;
}

/** All steps of one operation; pinned when it starts. */
export interface WorkflowDefinition<Action> {
  readonly steps: readonly StepDefinition<Action>[];
}

const direction = z.enum(['do', 'undo']);

/** Whether a step is being done or taken back. */
export type Direction = z.infer<typeof direction>;

/** One entry of the durable log. */
export const LogEntry = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('started'),
    step: z.string(),
    direction,
    attempt: z.int(),
  }),
  z.looseObject({ kind: z.literal('succeeded'), step: z.string(), direction }),
  z.looseObject({
    kind: z.literal('failed'),
    step: z.string(),
    direction,
    attempt: z.int(),
    message: z.string(),
    next: z.enum(['retry', 'final']),
    retry_at_ms: z.number().describe('Not before this time is it tried again'),
  }),
]);
export type LogEntry = z.infer<typeof LogEntry>;

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

/** Attempts at one action or undo before it counts as failed for good. */
export const ATTEMPTS_MAX = 6;

/** Wait before the second attempt. */
export const BACKOFF_MS_BASE = 200;

/** Longest wait between two attempts: a node that restarts takes about this long. */
export const BACKOFF_MS_MAX = 10_000;
