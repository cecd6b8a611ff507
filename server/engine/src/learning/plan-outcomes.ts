/** Plans which attempts have ended, and how. See README.md. */
import type { Env } from '../env.ts';
import type { Attempt, DecidedAttempt } from './model/learning.ts';

/** A VM that runs for this long after its start did not stop because of the same fault. */
const STABLE_MS = 600_000;

/** An attempt of which nothing is known after this time says nothing. Unit: ms. */
export const UNDECIDED_MS_MAX = 3_600_000;

/** What is known of the attempts now. */
export interface OutcomePlan {
  readonly decided: readonly DecidedAttempt[];
  /** Ids of those that are looked at again. */
  readonly open: readonly string[];
}

/** Plans a round. Attempts that say nothing are in neither list. */
export function planOutcomes(
  attempts: readonly Attempt[],
  { nowMs }: Pick<Env, 'nowMs'>,
): OutcomePlan {
  const decided: DecidedAttempt[] = [];
  const open: string[] = [];
  for (const attempt of attempts) {
    const verdict = judge(attempt, nowMs);
    if (verdict === 'open' && nowMs - attempt.beganMs < UNDECIDED_MS_MAX) open.push(attempt.id);
    if (typeof verdict === 'string') continue;
    const { strategy } = attempt;
    decided.push({ attempt, strategy, ...verdict });
  }
  return { decided, open };
}

type Verdict = Pick<DecidedAttempt, 'result' | 'durationMs'> | 'open' | 'says-nothing';

function judge(attempt: Attempt, nowMs: number): Verdict {
  const { operation, proof, beganMs, finishedMs, nextMs, target, servedMs } = attempt;
  const ended = (result: 'succeeded' | 'failed', atMs: number): Verdict => ({
    result,
    durationMs: Math.max(0, atMs - beganMs),
  });
  if (operation === 'given-up') return 'says-nothing';
  if (operation === 'under-way' || finishedMs === null) return 'open';
  if (operation === 'failed') return ended('failed', finishedMs);
  if (proof === 'operation') return ended('succeeded', finishedMs);
  if (proof === 'health') {
    const isServed = servedMs !== null && (nextMs === null || servedMs < nextMs);
    if (isServed) return ended('succeeded', servedMs);
  } else if ((nextMs ?? nowMs) - finishedMs >= STABLE_MS && target !== 'gone') {
    return ended('succeeded', finishedMs);
  }
  if (nextMs !== null) return ended('failed', nextMs);
  if (target === 'faulty') return ended('failed', nowMs);
  return target === 'gone' ? 'says-nothing' : 'open';
}
