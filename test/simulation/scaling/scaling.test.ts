import { beforeAll, describe, expect, test } from '@jest/globals';
import { drawFailures, makeTrace, replayTrace } from '@novacron/agent/drivers/simulator/demand';
import { makeRng } from '@novacron/engine/rng';
import type { GroupDecision } from '@novacron/engine/scaling/decide/model/scaling';
import { addUp, compareScaling } from './compare-scaling.ts';
import { runScaling } from './run-scaling.ts';
import { scaleByHpa } from './scale-by-hpa.ts';
import { type Controller, SIZE_MAX, SIZE_MIN, simulateScaling } from './simulate-scaling.ts';
import { makeTraces, sourceOf } from './traces.ts';

/** Longest that a few days may take on a slow machine. Unit: milliseconds. */
const DAYS_MS_MAX = 120_000;

const CALM = {
  nightRatio: 1,
  weekendRatio: 1,
  burstsPerDay: 0,
  dailyBursts: 0,
  launchesPerWeek: 0,
};

const keep = (size: number): Controller => ({
  decide: () => size,
  expectedMost: () => undefined,
});

describe('the simulated group', () => {
  const flat = { name: 'flat', demand: new Float64Array(600).fill(7) };
  const loop = { first: 0, failures: new Set<number>() };

  test('violates while its members are used too much', () => {
    const short = simulateScaling(flat, loop, keep(7));
    // Ten members are there at the beginning; seven of them are fully used.
    expect(short).toMatchObject({ violationMinutes: 599, startsAndStops: 3, regretted: 1 });
    expect(simulateScaling(flat, loop, keep(9)).violationMinutes).toBe(0);
  });

  test('serves with fewer while a failed member is booted again', () => {
    const failing = { first: 0, failures: new Set([300]) };
    expect(simulateScaling(flat, failing, keep(9)).violationMinutes).toBe(10);
  });

  test('grows with the Horizontal Pod Autoscaler within its tolerance', () => {
    const hpa = () => scaleByHpa({ target: 0.7, windowMinutes: 5 });
    expect(simulateScaling(flat, loop, hpa()).startsAndStops).toBe(0);
    const double = { name: 'double', demand: flat.demand.map((each, at) => (at < 60 ? each : 14)) };
    expect(simulateScaling(double, loop, hpa()).startsAndStops).toBe(10);
  });
});

describe('demand', () => {
  test('is the same for a seed, never negative, and differs by seed', () => {
    const [one, again, other] = ['a', 'a', 'b'].map(
      (seed) => makeTrace(sourceOf(seed), 2, CALM).demand,
    );
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    expect(Math.min(...(one ?? []))).toBeGreaterThanOrEqual(0);
  });

  test('of a recording has its values, scaled to the largest one', () => {
    const { demand } = replayTrace(sourceOf('r'), [0, 10, 20, 10], 60);
    expect(demand).toHaveLength(240);
    expect((demand[60] ?? 0) / (demand[120] ?? 1)).toBeCloseTo(0.5, 0);
  });

  test('has failures at its rate', () => {
    expect(drawFailures(makeRng('a'), 1_440_000, 0.5).size).toBeGreaterThan(400);
    expect(drawFailures(makeRng('a'), 1_440_000, 0).size).toBe(0);
  });
});

describe('scaling in the closed loop', () => {
  const decisions: GroupDecision[] = [];
  let compared: ReturnType<typeof compareScaling> = [];
  beforeAll(() => {
    compared = compareScaling(makeTraces('short', 2, 3), (decision) => decisions.push(decision));
  }, DAYS_MS_MAX);

  test("violates less than HPA's rule, starts and stops less, and regrets no shrinkage", () => {
    const ours = addUp(compared.map((each) => each.ours));
    const hpa = addUp(compared.map((each) => each.hpa));
    expect(ours.violationMinutes).toBeLessThan(hpa.violationMinutes);
    expect(ours.startsAndStops).toBeLessThan(hpa.startsAndStops);
    expect(ours.regretted).toBe(0);
  });

  test(
    'stays within bounds, removes no member twice, and changes direction at most thrice an hour',
    () => {
      expect(decisions.some(({ kind }) => kind === 'shrink')).toBe(true);
      for (const { from, to, kind, remove, limitedBy } of decisions) {
        expect(to).toBeGreaterThanOrEqual(SIZE_MIN);
        expect(to).toBeLessThanOrEqual(SIZE_MAX);
        expect(new Set(remove).size).toBe(kind === 'shrink' ? from - to : 0);
        expect(kind === 'shrink' && limitedBy.includes('reversals')).toBe(false);
      }
    },
    DAYS_MS_MAX,
  );

  test(
    'is the same in every run of a seed, and reported in lines',
    () => {
      const said: string[] = [];
      const out = { write: (text: string) => said.push(text) };
      const run = { seed: '7', runs: 1, days: 1 };
      expect([runScaling(run, out), runScaling(run, out)]).toEqual([0, 0]);
      expect(said.slice(0, 2)).toEqual(said.slice(2));
      expect(said[0]).toMatch(/^scaling of seed 7: 3 days, \d+ minutes of violations, /);
      expect(runScaling({ ...run, days: 0 }, out)).toBe(2);
    },
    DAYS_MS_MAX,
  );
});
