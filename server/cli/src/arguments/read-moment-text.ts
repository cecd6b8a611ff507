/** Reads moments to come, which people give as durations. */
import { readDeadline } from '@novacron/contract/formats/read-moment';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../failures/failure.ts';

/**
 * Returns a moment in RFC 3339: of a time, a date, or a duration from now such as `7d`.
 * Failures: wrong usage.
 */
export function readMomentText(text: string, flag: string, now: Date): Result<string, Failure> {
  const atMs = readDeadline(text, now.getTime()) ?? Date.parse(text);
  if (!Number.isNaN(atMs)) return ok(new Date(atMs).toISOString());
  const forms = 'a time such as 2026-11-20T08:00:00Z, or a duration from now such as 7d';
  return err(usageFailure(`--${flag} must be ${forms}`));
}
