import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainStrategies } from './explain-strategies.ts';
import type { Outcome } from './model/learning.ts';
import { OUTCOMES_MIN, planStrategies } from './plan-strategies.ts';
import { FAILOVER_LEVEL, LADDER, UNHEALTHY_LEVEL } from './rules/ladder.ts';
import { wilsonBound } from './rules/wilson-bound.ts';

const outcomes = (
  strategy: string,
  count: number,
  result: Outcome['result'],
  durationMs = 60_000,
): readonly Outcome[] => Array.from({ length: count }, () => ({ strategy, result, durationMs }));

const orderOf = (...all: readonly (readonly Outcome[])[]) =>
  planStrategies(UNHEALTHY_LEVEL, all.flat()).order;

describe('the order of resets and reboots', () => {
  test('is the default without outcomes', () => {
    expect(orderOf()).toEqual(['reset', 'reboot']);
  });

  test('changes with the 20th outcome, and not with the 19th', () => {
    const bad = outcomes('reset', 10, 'failed');
    expect(orderOf(bad, outcomes('reboot', 9, 'succeeded'))).toEqual(['reset', 'reboot']);
    expect(orderOf(bad, outcomes('reboot', 10, 'succeeded'))).toEqual(['reboot', 'reset']);
  });

  test('does not count outcomes of other levels', () => {
    const bad = outcomes('reset', 10, 'failed');
    const others = outcomes('replace_member', 50, 'succeeded');
    expect(orderOf(bad, outcomes('reboot', 9, 'succeeded'), others)).toEqual(['reset', 'reboot']);
  });

  test('stays where few successes prove little', () => {
    const mostly = [...outcomes('reset', 28, 'succeeded'), ...outcomes('reset', 2, 'failed')];
    expect(orderOf(mostly, outcomes('reboot', 2, 'succeeded'))).toEqual(['reset', 'reboot']);
  });

  test('follows the time where both help as often', () => {
    const slow = outcomes('reset', 10, 'succeeded', 90_000);
    expect(orderOf(slow, outcomes('reboot', 10, 'succeeded', 89_000))).toEqual(['reboot', 'reset']);
    expect(orderOf(slow, outcomes('reboot', 10, 'succeeded', 90_000))).toEqual(['reset', 'reboot']);
  });

  test('is explained with its figures', () => {
    const all = [...outcomes('reset', 10, 'failed'), ...outcomes('reboot', 10, 'succeeded')];
    expect(explainStrategies(planStrategies(UNHEALTHY_LEVEL, all))).toEqual([
      'unhealthy: reboot before reset, instead of reset before reboot, because of 20 outcomes. ' +
        'reboot has helped 10 of 10 times (at least 72 % with a confidence of 95 %), after 60 s ' +
        'on average. reset has helped 0 of 10 times (at least 0 % with a confidence of 95 %).',
    ]);
    expect(explainStrategies(planStrategies(UNHEALTHY_LEVEL, all.slice(1)))).toEqual([
      expect.stringMatching(
        /^unhealthy: reset before reboot, which is the default: 19 of the 20 outcomes/,
      ),
    ]);
  });
});

describe('the order of standbys and other nodes', () => {
  const others = outcomes('restart_elsewhere', 20, 'succeeded');

  test('says nothing of standbys by recoveries of VMs that have none', () => {
    const plan = planStrategies(FAILOVER_LEVEL, others);
    expect(plan).toMatchObject({ order: ['standby', 'restart_elsewhere'], basis: 'default' });
    expect(explainStrategies(plan)).toEqual([
      expect.stringContaining('each needs 20 outcomes of its own before they decide the order'),
    ]);
  });

  test('changes once standbys have failed often enough themselves', () => {
    const some = planStrategies(FAILOVER_LEVEL, [...others, ...outcomes('standby', 19, 'failed')]);
    expect(some.order).toEqual(['standby', 'restart_elsewhere']);
    const all = planStrategies(FAILOVER_LEVEL, [...others, ...outcomes('standby', 20, 'failed')]);
    expect(all.order).toEqual(['restart_elsewhere', 'standby']);
  });
});

test('the bound is the one of the literature', () => {
  expect(wilsonBound(0, 0)).toBe(0);
  expect(wilsonBound(10, 10)).toBeCloseTo(0.7225, 3);
  expect(wilsonBound(5, 10)).toBeCloseTo(0.2366, 3);
  expect(wilsonBound(0, 10)).toBe(0);
});

test('an order has each strategy of its level once, whatever the outcomes and their order', () => {
  const anyOutcome = fc.record({
    strategy: fc.constantFrom(...LADDER.flatMap(({ strategies }) => strategies), 'unknown'),
    result: fc.constantFrom<Outcome['result'][]>('succeeded', 'failed'),
    durationMs: fc.nat(1_000_000),
  });
  const levels = fc.constantFrom(...LADDER);
  fc.assert(
    fc.property(levels, fc.array(anyOutcome, { maxLength: 80 }), (level, all) => {
      const { order, basis } = planStrategies(level, all);
      expect([...order].sort()).toEqual([...level.strategies].sort());
      expect(planStrategies(level, [...all].reverse()).order).toEqual(order);
      if (basis === 'default') expect(order).toEqual(level.strategies);
      const own = all.filter(({ strategy }) => level.strategies.includes(strategy));
      const counts = level.strategies.map(
        (each) => own.filter(({ strategy }) => strategy === each).length,
      );
      const isEnough =
        level.counted === 'each' ? Math.min(...counts) >= OUTCOMES_MIN : own.length >= OUTCOMES_MIN;
      expect(basis === 'outcomes').toBe(isEnough);
    }),
  );
});
