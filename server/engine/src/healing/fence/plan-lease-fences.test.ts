import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainLeaseFence } from './explain-fencing.ts';
import type { GuardedNode } from './model/fencing.ts';
import { CLOCK_DRIFT_RATIO_MAX, planLeaseFences } from './plan-lease-fences.ts';

const LEASE_MS = 60_000;
const OVER_MS = LEASE_MS * (1 + CLOCK_DRIFT_RATIO_MAX) + 1;

const node = (name: string, more: Partial<GuardedNode> = {}): GuardedNode => ({
  id: `id of ${name}`,
  name,
  zone: 'zone-a',
  rack: `rack of ${name}`,
  state: 'answers',
  wasSilent: false,
  isSettled: false,
  guard: { leaseMs: LEASE_MS, vms: 2 },
  storedMs: 0,
  isOver: false,
  ...more,
});
const silent = (name: string, more: Partial<GuardedNode> = {}) =>
  node(name, { state: 'silent', storedMs: OVER_MS, ...more });
const others = (count: number) => Array.from({ length: count }, (_, at) => node(`other-${at}`));

function over(nodes: readonly GuardedNode[], driftRatioMax = CLOCK_DRIFT_RATIO_MAX) {
  return planLeaseFences({ nodes, driftRatioMax }).over.map(({ name }) => name);
}

describe('VMs that their node stops when it is isolated', () => {
  test.each<[string, Partial<GuardedNode>, readonly string[]]>([
    ['run no more when the lease and the drift of clocks are over', {}, ['a']],
    ['may run before', { storedMs: OVER_MS - 1 }, []],
    ['may run while the node is suspected', { state: 'suspected' }, []],
    ['run while it answers', { state: 'answers' }, []],
    ['are fenced already where it is powered off', { state: 'dead' }, []],
    ['may run where the node has confirmed nothing', { guard: null }, []],
    ['may run where it guards none', { guard: { leaseMs: LEASE_MS, vms: 0 } }, []],
    ['are recorded once', { isOver: true }, []],
  ])('%s', (_title, more, expected) => {
    expect(over([silent('a', more), ...others(5)])).toEqual(expected);
  });

  test('are explained', () => {
    expect(explainLeaseFence(silent('a'))).toBe(
      'a has stopped 2 VMs by itself: no heartbeat of it was stored for 60 s, and it stops them ' +
        'within 60 s',
    );
  });

  test('of many nodes at once are left alone, as those that would be powered off', () => {
    const both = [silent('a'), silent('b'), ...others(5)];
    expect(planLeaseFences({ nodes: both, driftRatioMax: CLOCK_DRIFT_RATIO_MAX })).toMatchObject({
      over: [],
      held: [{ zone: 'zone-a', silent: ['a', 'b'] }],
    });
    expect(over([...both, ...others(10)])).toEqual(['a', 'b']);
    const rack = ['a', 'b'].map((name) => silent(name, { rack: 'rack-1' }));
    expect(over([...rack, ...others(20)])).toEqual([]);
  });
});

/**
 * A node stores its last heartbeat at time 0 and stops its VMs when its own clock says that the
 * lease is over; the server decides by another clock. Times are those of a perfect clock.
 */
const isolation = fc.record({
  leaseMs: fc.integer({ min: 60_000, max: 600_000 }),
  /** Rate of the server's clock relative to the node's clock. A ratio. */
  rate: fc.double({ min: 0.99, max: 1 + CLOCK_DRIFT_RATIO_MAX, noNaN: true }),
  /** Time when the server saw the heartbeat in the store, and time of its check. Unit: ms. */
  seenMs: fc.integer({ min: 0, max: 30_000 }),
  lookMs: fc.integer({ min: 0, max: 700_000 }),
});

function findCopies(driftRatioMax: number, numRuns: number): number {
  let copies = 0;
  for (const { leaseMs, rate, seenMs, lookMs } of fc.sample(isolation, { numRuns, seed: 48 })) {
    const storedMs = Math.max(0, lookMs - seenMs) * rate;
    const given = silent('a', { guard: { leaseMs, vms: 1 }, storedMs });
    const isStarted = over([given, ...others(5)], driftRatioMax).length > 0;
    if (isStarted && lookMs < leaseMs) copies += 1;
  }
  return copies;
}

test('never run twice, whatever the clocks; without the bound on their drift they do', () => {
  expect(findCopies(CLOCK_DRIFT_RATIO_MAX, 20_000)).toBe(0);
  expect(findCopies(0, 20_000)).toBeGreaterThan(0);
});
