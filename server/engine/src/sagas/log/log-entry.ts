/** The durable log of an operation, in order. */
import { z } from 'zod';

const direction = z.enum(['do', 'undo']);

/** Whether a step is being run or undone. */
export type Direction = z.infer<typeof direction>;

/** One entry of the durable log. */
export const LogEntry = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('started'),
    step: z.string(),
    direction,
    attempt: z.int(),
    at_ms: z.number().optional().describe('Time of the entry'),
  }),
  z.looseObject({
    kind: z.literal('succeeded'),
    step: z.string(),
    direction,
    by: z
      .string()
      .optional()
      .describe('Of an undo: the person who did it by hand, after attempts at it had failed'),
    skipped: z.literal('yes').optional().describe('Its condition did not hold: nothing was done'),
    items: z
      .int()
      .min(0)
      .optional()
      .describe('Of a step that is repeated: how many items its list has; each is a step now'),
  }),
  z.looseObject({
    kind: z.literal('failed'),
    step: z.string(),
    direction,
    attempt: z.int(),
    message: z.string(),
    next: z.enum(['retry', 'final']),
    retry_at_ms: z.number().describe('Not before this time is it tried again'),
    gave_up: z
      .literal('yes')
      .optional()
      .describe('The trouble might have passed, but it was tried for long enough'),
  }),
  z.looseObject({
    kind: z.literal('turned-back'),
    why: z.enum(['cancelled', 'expired']),
    by: z.string().describe('Who cancelled it; `platform` when its deadline has passed'),
  }),
  z.looseObject({
    kind: z.literal('paused'),
    by: z.string(),
    at_ms: z.number().describe('When: the deadline is later by the time from here on'),
  }),
  z.looseObject({
    kind: z.literal('resumed'),
    by: z.string(),
    deadline_ms: z.number().optional().describe('Takes the place of the deadline from here on'),
  }),
  z.looseObject({
    kind: z.literal('held'),
    at_ms: z.number().describe('Begin of the hold: the deadline is later by the time from here on'),
  }),
  z.looseObject({
    kind: z.literal('released'),
    deadline_ms: z.number().optional().describe('Takes the place of the deadline from here on'),
  }),
  z.looseObject({
    kind: z.literal('queued'),
    group: z.string().describe('The concurrency group whose members it waits for'),
  }),
  z.looseObject({
    kind: z.literal('dequeued'),
    at_ms: z.number().describe('When its turn came'),
  }),
  z.looseObject({
    kind: z.literal('retried'),
    by: z.string(),
    from_step: z
      .string()
      .nullable()
      .describe('Step from which it goes forward again; null: the undos that gave up are tried'),
    deadline_ms: z.number().optional().describe('Takes the place of the deadline from here on'),
  }),
]);
export type LogEntry = z.infer<typeof LogEntry>;

/** An entry about one step. */
export type StepEntry = Extract<LogEntry, { readonly kind: 'started' | 'succeeded' | 'failed' }>;

/** Whether an entry is about one step. */
export function isStepEntry(entry: LogEntry): entry is StepEntry {
  return entry.kind === 'started' || entry.kind === 'succeeded' || entry.kind === 'failed';
}
