/** Plans which attempts have ended, and how. See README.md. */
import type { Env } from '../../env.ts';
import type { Attempt, DecidedAttempt } from './model/learning.ts';

/** A VM that runs for this long after its start did not stop because of the same fault. */
const STABLE_MS = 600_000;

/** Plans a round. @returns those that have ended, each with how */
export function planOutcomes(
  attempts: readonly Attempt[],
  { nowMs }: Pick<Env, 'nowMs'>,
): readonly DecidedAttempt[] {
  return attempts.flatMap((attempt) => {
    const verdict = judge(attempt, nowMs);
    return verdict === undefined ? [] : [{ attempt, strategy: attempt.strategy, ...verdict }];
  });
}

type Verdict = Pick<DecidedAttempt, 'result' | 'durationMs'>;

/** @returns undefined for one that has not ended, or says nothing */
function judge(attempt: Attempt, nowMs: number): Verdict | undefined {
  const { operation, proof, beganMs, finishedMs, limitMs } = attempt;
  const { nextMs, nextBy, target, servedMs } = attempt;
  const ended = (result: 'succeeded' | 'failed', atMs: number): Verdict => ({
    result,
    durationMs: Math.max(0, atMs - beganMs),
  });
  if (operation === 'given-up') return undefined;
  const endsMs = limitMs === null ? Number.POSITIVE_INFINITY : beganMs + limitMs;
  if ((finishedMs ?? nowMs) > endsMs) return ended('failed', endsMs);
  if (operation === 'under-way' || finishedMs === null) return undefined;
  const hasServed = servedMs !== null && (nextMs === null || servedMs < nextMs);
  // What a person did meanwhile may have helped, or not.
  if (proof !== 'operation' && nextBy === 'people' && !hasServed) return undefined;
  if (operation === 'failed') return ended('failed', finishedMs);
  if (proof === 'operation') return ended('succeeded', finishedMs);
  if (proof === 'health') {
    if (hasServed) return ended('succeeded', servedMs);
  } else if ((nextMs ?? nowMs) - finishedMs >= STABLE_MS && target !== 'gone') {
    return ended('succeeded', finishedMs);
  }
  if (nextMs !== null) return ended('failed', nextMs);
  if (target === 'faulty') return ended('failed', nowMs);
  return undefined;
}
