/** Durations of inputs: texts such as `5m`, within a range. */
import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** Longer than any spelling of a duration that is needed. Unit: characters. */
const LENGTH_MAX = 32;

/**
 * A text that `parseDuration` reads, from `minMs` to `maxMs`, both included.
 * @param message - what is wrong with any other text
 */
export function durationText(minMs: number, maxMs: number, message: string): z.ZodString {
  return z
    .string()
    .max(LENGTH_MAX, { abort: true })
    .refine((text) => {
      const durationMs = parseDuration(text);
      return durationMs !== undefined && durationMs >= minMs && durationMs <= maxMs;
    }, message);
}
