/** The durable log of an operation: what has happened, in order. */
import { z } from 'zod';

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
