import { describe, expect, test } from '@jest/globals';
import type { Rng } from '../../env.ts';
import type { RetryPolicy } from '../model/workflow.ts';
import {
  ATTEMPTS_MAX,
  BACKOFF_MS_BASE,
  BACKOFF_MS_MAX,
  planRetry,
  retryPolicyOf,
  UNDO_MS_MAX,
} from './plan-retry.ts';

const EVEN_CHANCE: Rng = { next: () => 0.5, fork: () => EVEN_CHANCE };

function failureOf(
  attempt: number,
  more: {
    readonly direction?: 'do' | 'undo';
    readonly own?: RetryPolicy;
    readonly firstAttempt?: number;
    readonly sinceMs?: number;
    readonly next?: 'retry' | 'final';
  } = {},
) {
  const { direction = 'do', firstAttempt = 1, sinceMs, next = 'retry' } = more;
  const series = { firstAttempt, sinceMs };
  const patience = retryPolicyOf(direction, more.own);
  return { run: { step: 'create', direction, attempt, series, patience }, message: 'busy', next };
}

function envAt(nowMs: number, chance = 0.5) {
  return { nowMs, rng: { next: () => chance, fork: () => EVEN_CHANCE } };
}

describe('planRetry', () => {
  test.each([
    ['fixed', [5, 5, 5, 5]],
    ['linear', [5, 10, 15, 18]],
    ['exponential', [5, 10, 18, 18]],
  ] as const)('pauses that a person chose are exact: %s', (growth, pauses) => {
    const own: RetryPolicy = {
      kind: 'attempts',
      attemptsMax: 5,
      backoff: { growth, delayMs: 5, delayMsMax: 18 },
    };
    const planned = [1, 2, 3, 4].map((attempt) =>
      planRetry(failureOf(attempt, { own }), envAt(100)),
    );
    expect(planned).toMatchObject(
      pauses.map((pause) => ({ next: 'retry', retry_at_ms: 100 + pause })),
    );
    expect(planRetry(failureOf(5, { own }), envAt(100))).toMatchObject({ next: 'final' });
  });

  test.each([
    [1, 0, BACKOFF_MS_BASE / 2],
    [1, 0.999, BACKOFF_MS_BASE],
    [2, 0, BACKOFF_MS_BASE],
    [5, 0.999, BACKOFF_MS_BASE * 16],
  ])('waits after attempt %i, with chance at %f, for %f ms', (attempt, chance, delayMs) => {
    const entry = planRetry(failureOf(attempt), envAt(1_000, chance));
    expect(entry).toMatchObject({ next: 'retry', attempt });
    expect(entry.kind === 'failed' && Math.round((entry.retry_at_ms - 1_000) / 10) * 10).toBe(
      delayMs,
    );
  });

  test('never waits longer than allowed', () => {
    for (const attempt of [1, 5, 6, 7, 50, 5_000]) {
      const failure = failureOf(attempt, { direction: 'undo', sinceMs: 1_000 });
      const entry = planRetry(failure, envAt(1_000, 0.999));
      expect(entry.kind === 'failed' && entry.retry_at_ms - 1_000).toBeLessThanOrEqual(
        BACKOFF_MS_MAX,
      );
    }
  });

  test('gives up an action after its last attempt, and says that it might have passed', () => {
    const before = planRetry(failureOf(ATTEMPTS_MAX - 1), envAt(1_000));
    expect(before).toMatchObject({ next: 'retry' });
    const last = planRetry(failureOf(ATTEMPTS_MAX), envAt(1_000));
    expect(last).toMatchObject({ next: 'final', retry_at_ms: 1_000, gave_up: 'yes' });
  });

  test('gives up at once where trying again is no use', () => {
    const hopeless = planRetry(failureOf(1, { next: 'final' }), envAt(1_000));
    expect(hopeless).toMatchObject({ next: 'final', message: 'busy' });
    expect(hopeless).not.toHaveProperty('gave_up');
  });

  test('counts the attempts of this series only, and restarts its waits', () => {
    const entry = planRetry(failureOf(9, { firstAttempt: 8 }), envAt(0, 0.999));
    expect(entry).toMatchObject({ next: 'retry', retry_at_ms: BACKOFF_MS_BASE * 2 });
    const last = planRetry(failureOf(8 + ATTEMPTS_MAX - 1, { firstAttempt: 8 }), envAt(0));
    expect(last).toMatchObject({ next: 'final' });
  });

  test('tries an undo for minutes, however often', () => {
    const failure = failureOf(80, { direction: 'undo', sinceMs: 1_000 });
    const patient = planRetry(failure, envAt(1_000 + UNDO_MS_MAX - 1));
    expect(patient).toMatchObject({ next: 'retry' });
    const over = planRetry(failure, envAt(1_000 + UNDO_MS_MAX));
    expect(over).toMatchObject({ next: 'final', gave_up: 'yes' });
  });

  test('counts the attempts at an undo whose log does not say since when', () => {
    const failure = failureOf(ATTEMPTS_MAX, { direction: 'undo' });
    expect(planRetry(failure, envAt(1_000))).toMatchObject({ next: 'final' });
  });

  test('a step may have its own patience', () => {
    const twice: RetryPolicy = { kind: 'attempts', attemptsMax: 2 };
    expect(planRetry(failureOf(2, { own: twice }), envAt(0))).toMatchObject({ next: 'final' });
    const long: RetryPolicy = { kind: 'time', durationMs: 60_000 };
    const failure = failureOf(30, { own: long, sinceMs: 0 });
    expect(planRetry(failure, envAt(59_999))).toMatchObject({ next: 'retry' });
    expect(planRetry(failure, envAt(60_000))).toMatchObject({ next: 'final' });
  });
});
