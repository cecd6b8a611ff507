import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainRestarts } from './explain-restarts.ts';
import type { RestartInput, StoppedVm } from './model/restart.ts';
import { planRestarts, STABLE_MS } from './plan-restarts.ts';

const vm = (id: string, more: Partial<StoppedVm> = {}): StoppedVm => ({
  id,
  name: `name of ${id}`,
  node: 'node-a',
  priority: 50,
  policy: 'on-failure',
  ending: 'failure',
  attemptsMax: 3,
  startsMs: [],
  stableMs: STABLE_MS,
  givenUpAfter: null,
  notBeforeMs: null,
  ...more,
});

const FREE: Omit<RestartInput, 'vms'> = { startingOn: [], startsMax: 16, startsOnNodeMax: 4 };

/** Returns the decision for a single VM. */
function decide(nowMs: number, more: Partial<StoppedVm>) {
  const { begin, wait, giveUp } = planRestarts({ ...FREE, vms: [vm('a', more)] }, { nowMs });
  const [first] = wait;
  if (first !== undefined) return `waits until ${first.atMs}`;
  if (begin.length > 0) return 'starts';
  return giveUp.length > 0 ? 'is given up' : 'stays';
}

describe('a VM that has stopped by itself', () => {
  test.each([
    ['never', 'failure', 'stays'],
    ['never', 'shutdown', 'stays'],
    ['on-failure', 'failure', 'starts'],
    ['on-failure', 'shutdown', 'stays'],
    ['always', 'failure', 'starts'],
    ['always', 'shutdown', 'starts'],
  ] as const)('with the policy %s, ended by %s, %s', (policy, ending, outcome) => {
    expect(decide(0, { policy, ending })).toBe(outcome);
  });

  test('starts at growing intervals, and is given up after its attempts', () => {
    expect(decide(1_000, { startsMs: [1_000] })).toBe('waits until 11000');
    expect(decide(11_000, { startsMs: [1_000] })).toBe('starts');
    expect(decide(11_001, { startsMs: [1_000, 11_000] })).toBe('waits until 31000');
    expect(decide(31_001, { startsMs: [1_000, 11_000, 31_000] })).toBe('is given up');
    expect(decide(31_001, { startsMs: [1_000, 11_000, 31_000], attemptsMax: 4 })).toBe(
      'waits until 71000',
    );
  });

  test('waits five minutes at most', () => {
    const startsMs = Array.from({ length: 10 }, (_, at) => at * 300_000);
    expect(decide(2_700_001, { startsMs, attemptsMax: 20 })).toBe('waits until 3000000');
  });

  test('that was refused is tried again later', () => {
    expect(decide(99, { notBeforeMs: 100 })).toBe('waits until 100');
    expect(decide(100, { notBeforeMs: 100 })).toBe('starts');
    expect(decide(11_000, { startsMs: [1_000], notBeforeMs: 12_000 })).toBe('waits until 12000');
  });

  test('that is given up stays so, until it may be started more often', () => {
    const startsMs = [0, 10_000, 30_000];
    const nowMs = 30_000 + STABLE_MS;
    expect(decide(nowMs, { startsMs, givenUpAfter: 3 })).toBe('is given up');
    expect(decide(nowMs, { startsMs, givenUpAfter: 3, attemptsMax: 4 })).toBe('starts');
  });

  test('begins a new row after a stable run', () => {
    const startsMs = [0, 10_000, 30_000];
    expect(decide(30_000 + STABLE_MS - 1, { startsMs })).toBe('is given up');
    expect(decide(30_000 + STABLE_MS, { startsMs })).toBe('starts');
    // It ran for ten minutes after the third start, and has crashed twice since.
    expect(decide(700_001, { startsMs: [...startsMs, 690_000] })).toBe('starts');
  });

  test('is named with its attempt, or with why it stays stopped', () => {
    const vms = [vm('low'), vm('looping', { startsMs: [0, 10, 20] }), vm('high', { priority: 90 })];
    const plan = planRestarts({ ...FREE, vms }, { nowMs: 30 });
    expect(explainRestarts(plan)).toEqual([
      'name of high (high) starts again: attempt 1 of 3',
      'name of low (low) starts again: attempt 1 of 3',
      'name of looping (looping) is given up: it was started 3 times in a row and stopped each ' +
        'time',
    ]);
  });

  test('starts by priority, as many at a time as the fleet and its node may', () => {
    const vms = [
      vm('a'),
      vm('b', { priority: 90 }),
      vm('c'),
      vm('d', { node: 'node-b', priority: 10 }),
      vm('e', { node: 'node-b', priority: 10 }),
    ];
    const begin = (limits: Partial<RestartInput>) => {
      const plan = planRestarts({ ...FREE, ...limits, vms }, { nowMs: 0 });
      expect(plan.begin.length + plan.postponed).toBe(vms.length);
      return plan.begin.map(({ vm: { id } }) => id);
    };
    expect(begin({ startsMax: 2 })).toEqual(['b', 'a']);
    expect(begin({ startsOnNodeMax: 1 })).toEqual(['b', 'd']);
    expect(begin({ startsMax: 3, startsOnNodeMax: 2, startingOn: ['node-a'] })).toEqual(['b', 'd']);
    expect(begin({ startsMax: 1, startingOn: ['node-c', 'node-c'] })).toEqual([]);
  });

  test('that crashes whenever it can starts at most as often as its attempts', () => {
    const cases = fc.record({
      attemptsMax: fc.integer({ min: 1, max: 20 }),
      runsMs: fc.array(fc.nat(STABLE_MS - 1), { minLength: 30, maxLength: 30 }),
    });
    fc.assert(
      fc.property(cases, ({ attemptsMax, runsMs }) => {
        const startsMs: number[] = [];
        let nowMs = 0;
        for (const runMs of runsMs) {
          const outcome = () => decide(nowMs, { startsMs, attemptsMax });
          const waits = /\d+/.exec(outcome());
          if (waits !== null) nowMs = Number(waits[0]);
          if (outcome() !== 'starts') break;
          startsMs.push(nowMs);
          nowMs += runMs;
        }
        expect(startsMs).toHaveLength(attemptsMax);
        expect(decide(nowMs, { startsMs, attemptsMax })).toBe('is given up');
      }),
    );
  });
});
