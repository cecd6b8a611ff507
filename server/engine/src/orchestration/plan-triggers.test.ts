import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FollowingAction, planTriggers, type TriggerState } from './plan-triggers.ts';

const A: FollowingAction = { key: 'a', pace: 'once', delayMs: 0, cooldownMs: 100 };

/** Plays rounds, in each of which the action follows or not; returns when it began. */
function play(action: FollowingAction, rounds: readonly (readonly [number, 'yes' | 'no'])[]) {
  let known: readonly TriggerState[] = [];
  const begun: number[] = [];
  for (const [nowMs, follows] of rounds) {
    const following = follows === 'yes' ? [action] : [];
    const { fire, changed, forget } = planTriggers({ following, known }, { nowMs });
    if (fire.length > 0) begun.push(nowMs);
    const next = new Map(known.map((state) => [state.key, state]));
    for (const state of [...fire, ...changed]) next.set(state.key, state);
    for (const key of forget) next.delete(key);
    known = [...next.values()];
  }
  return begun;
}

describe('an action of a policy', () => {
  test('begins once, as long as its rule goes on to hold', () => {
    expect(
      play(A, [
        [0, 'yes'],
        [50, 'yes'],
        [500, 'yes'],
      ]),
    ).toEqual([0]);
  });

  test('begins again when its rule comes to hold again, after the cooldown', () => {
    const held = [
      [0, 'yes'],
      [10, 'no'],
      [20, 'yes'],
      [90, 'no'],
      [120, 'yes'],
    ] as const;
    expect(play(A, held)).toEqual([0, 120]);
  });

  test('that may go on begins after each cooldown', () => {
    const again = { ...A, pace: 'again' } as const;
    expect(
      play(again, [
        [0, 'yes'],
        [50, 'yes'],
        [100, 'yes'],
        [150, 'yes'],
      ]),
    ).toEqual([0, 100]);
  });

  test('waits for its delay, which restarts when the rule fails in between', () => {
    const slow = { ...A, delayMs: 30 };
    const held = [
      [0, 'yes'],
      [20, 'yes'],
      [25, 'no'],
      [28, 'yes'],
      [50, 'yes'],
      [58, 'yes'],
    ];
    expect(play(slow, held as [number, 'yes'][])).toEqual([58]);
  });

  test('is forgotten when nothing needs it any more', () => {
    const state = { key: 'a', heldSinceMs: null, firedAtMs: 0 };
    const plan = (nowMs: number) => planTriggers({ following: [], known: [state] }, { nowMs });
    expect(plan(1_000).forget).toEqual([]);
    expect(plan(8 * 86_400_000).forget).toEqual(['a']);
  });

  test('never begins twice within its cooldown', () => {
    const round = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom('yes', 'no'));
    fc.assert(
      fc.property(fc.array(round, { maxLength: 30 }), (steps) => {
        let nowMs = 0;
        const rounds = steps.map(([stepMs, follows]) => {
          nowMs += stepMs;
          return [nowMs, follows as 'yes' | 'no'] as const;
        });
        const begun = play({ ...A, pace: 'again' }, rounds);
        for (const [at, moment] of begun.entries()) {
          expect(moment - (begun[at - 1] ?? -100)).toBeGreaterThanOrEqual(100);
        }
      }),
      { numRuns: 50 },
    );
  });
});
