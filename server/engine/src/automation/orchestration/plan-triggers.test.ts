import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type FollowingAction,
  planTriggers,
  type TriggerState,
  urgencyOf,
} from './plan-triggers.ts';

const A: FollowingAction = { key: 'a', pace: 'once', delayMs: 0, cooldownMs: 100, urgency: 2 };

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
    const state = { key: 'a', heldSinceMs: null, firedAtMs: 0, refusals: 0 };
    const plan = (nowMs: number) => planTriggers({ following: [], known: [state] }, { nowMs });
    expect(plan(1_000).forget).toEqual([]);
    expect(plan(8 * 86_400_000).forget).toEqual(['a']);
  });

  test.each(['once', 'again'] as const)(
    'that is refused is tried again after its cooldown, each time twice as long (%s)',
    (pace) => {
      const action = { ...A, pace, cooldownMs: 60_000 };
      let state: TriggerState = { key: 'a', heldSinceMs: 0, firedAtMs: null, refusals: 0 };
      const tried: number[] = [];
      for (let nowMs = 0; nowMs <= 12 * 3_600_000; nowMs += 15_000) {
        const { fire } = planTriggers({ following: [action], known: [state] }, { nowMs });
        const [due] = fire;
        if (due === undefined) continue;
        tried.push(nowMs / 60_000);
        state = { ...due, refusals: due.refusals + 1 };
      }
      expect(tried.slice(0, 9)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
    },
  );

  test('that was refused begins once it is accepted, and waits as before', () => {
    const known = [{ key: 'a', heldSinceMs: 0, firedAtMs: 0, refusals: 3 }];
    const plan = (nowMs: number) => planTriggers({ following: [A], known }, { nowMs }).fire;
    expect(plan(59_999)).toEqual([]);
    expect(plan(60_000)).toEqual([{ key: 'a', heldSinceMs: 0, firedAtMs: 60_000, refusals: 3 }]);
    const begun = [{ key: 'a', heldSinceMs: 0, firedAtMs: 60_000, refusals: 0 }];
    expect(planTriggers({ following: [A], known: begun }, { nowMs: 9e9 }).fire).toEqual([]);
  });

  test('begins in the order of its urgency, and among equals as it came', () => {
    const urgent = ([key, urgency]: [string, number]): FollowingAction => ({ ...A, key, urgency });
    const given: [string, number][] = [
      ['d', 2],
      ['a', 3],
      ['c', 0],
      ['b', 2],
    ];
    const { fire } = planTriggers({ following: given.map(urgent), known: [] }, { nowMs: 0 });
    expect(fire.map(({ key }) => key)).toEqual(['c', 'd', 'b', 'a']);
  });

  test('is as urgent as its priority, and an evacuation more than a usual one', () => {
    const restarts = (['immediate', 'high', 'normal', 'low'] as const).map((priority) =>
      urgencyOf({ type: 'restart', parameters: { mode: 'graceful', priority } }),
    );
    expect(restarts).toEqual([0, 1, 2, 3]);
    const moves = (['evacuate', 'rebalance', 'consolidate'] as const).map((goal) =>
      urgencyOf({ type: 'migrate', parameters: { goal } }),
    );
    expect(moves).toEqual([1, 2, 2]);
    expect(urgencyOf({ type: 'alert', parameters: { severity: 'critical', message: 'm' } })).toBe(
      2,
    );
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
