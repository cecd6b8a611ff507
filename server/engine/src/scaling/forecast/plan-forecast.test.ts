/** Forecasts of series of every kind, with each model: finite, within limits, and useful. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeRng } from '../../rng.ts';
import type { ModelName, Series } from './model/forecasting.ts';
import { FORECASTERS } from './models/find-forecasters.ts';
import { planForecast } from './plan-forecast.ts';
import { selectModels } from './select-models.ts';

const HORIZON = 24;
const PERIODS = [24, 168];

function seriesOf(values: readonly number[]): Series {
  return { startS: 0, stepS: 3600, values };
}

function generate(count: number, valueAt: (at: number) => number): readonly number[] {
  return Array.from({ length: count }, (_, at) => valueAt(at));
}

const rng = makeRng('forecasting');
const daily = (at: number) => 100 + 40 * Math.sin((2 * Math.PI * at) / 24) + 2 * rng.next();

const SERIES: Readonly<Record<string, readonly number[]>> = {
  empty: [],
  'of one value': [5],
  'of three values': [3, 1, 2],
  constant: generate(400, () => 7),
  'all zero': generate(400, () => 0),
  negative: generate(400, (at) => -daily(at)),
  'around zero': generate(400, (at) => daily(at) - 100),
  huge: generate(400, (at) => 1e300 * daily(at)),
  tiny: generate(400, (at) => 1e-300 * daily(at)),
  'full of gaps': generate(400, (at) => (at % 3 === 1 ? daily(at) : Number.NaN)),
  'without any value': generate(50, () => Number.NaN),
  'with infinities': generate(400, (at) => (at % 50 === 7 ? Number.POSITIVE_INFINITY : daily(at))),
  stepped: generate(400, (at) => (at < 300 ? 10 : 1000)),
  'of another season': generate(400, (at) => 50 + 20 * Math.sin((2 * Math.PI * at) / 17)),
  growing: generate(400, (at) => Math.exp(at / 20)),
  'mostly zero': generate(400, (at) => (at % 97 === 0 ? 1e6 : 0)),
};

const MODELS: readonly (ModelName | undefined)[] = [
  undefined,
  ...FORECASTERS.map(({ name }) => name),
];

describe.each(Object.entries(SERIES))('a series that is %s', (_kind, values) => {
  const known = values.filter(Number.isFinite);
  const least = Math.min(...known);
  const most = Math.max(...known);

  test.each(MODELS)('has a forecast that stays near what was measured (%s)', (model) => {
    const models = model === undefined ? undefined : [model];
    const request = { horizon: HORIZON, periods: PERIODS, ...(models && { models }) };
    const { point, lower, upper } = planForecast(seriesOf(values), request);
    expect(point).toHaveLength(known.length === 0 ? 0 : HORIZON);
    const room = (most - least) * 0.5 + 1e-9 * Math.abs(most);
    point.forEach((value, step) => {
      expect(Number.isFinite(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(least - room);
      expect(value).toBeLessThanOrEqual(most + room);
      expect(lower[step]).toBeLessThanOrEqual(value);
      expect(upper[step]).toBeGreaterThanOrEqual(value);
    });
  });
});

test('no constant is certain: its interval has a width, except that of 0', () => {
  const level = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(level, fc.integer({ min: 1, max: 120 }), (value, count) => {
      fc.pre(Math.abs(value) > 1e-12);
      const values = generate(count, () => value);
      const { lower, upper } = planForecast(seriesOf(values), { horizon: 5, periods: [24] });
      lower.forEach((least, step) => {
        expect(least).toBeLessThan(value);
        expect(upper[step]).toBeGreaterThan(value);
      });
    }),
    { numRuns: 30 },
  );
  const { upper } = planForecast(seriesOf([0, 0, 0]), { horizon: 2, periods: [] });
  expect(upper).toEqual([0, 0]);
});

test('any series has a finite forecast, the same each time', () => {
  const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
  const values = fc.array(value, { maxLength: 120 });
  const periods = fc.array(fc.integer({ min: 2, max: 30 }), { maxLength: 3 });
  fc.assert(
    fc.property(values, periods, fc.integer({ min: 1, max: 40 }), (all, lengths, horizon) => {
      const request = { horizon, periods: lengths };
      const forecast = planForecast(seriesOf(all), request);
      const numbers = [...forecast.point, ...forecast.lower, ...forecast.upper];
      expect(numbers.every(Number.isFinite)).toBe(true);
      expect(planForecast(seriesOf(all), request)).toEqual(forecast);
    }),
    { examples: [[[Number.NaN, 0, 0, 0, 9.465828400750249e307, Number.NaN], [], 1]] },
  );
});

test('a daily wave is continued more closely than by repeating the last value or day', () => {
  const values = generate(24 * 21, daily);
  const actual = generate(HORIZON, (step) => 101 + 40 * Math.sin((2 * Math.PI * step) / 24));
  const errorOf = (models?: readonly ModelName[]) => {
    const request = { horizon: HORIZON, periods: [24], ...(models && { models }) };
    const { point } = planForecast(seriesOf(values), request);
    return point.reduce((sum, value, step) => sum + Math.abs(value - (actual[step] ?? 0)), 0);
  };
  expect(errorOf()).toBeLessThan(errorOf(['seasonal-naive']));
  expect(errorOf()).toBeLessThan(errorOf(['naive']) / 10);
});

test('gaps are filled from the season before', () => {
  const whole = generate(24 * 14, (at) => at % 24);
  const holed = whole.map((value, at) => (at > 200 && at < 230 ? Number.NaN : value));
  const request = { horizon: HORIZON, periods: [24] };
  const forecast = planForecast(seriesOf(holed), request);
  for (const [step, value] of forecast.point.entries()) expect(value).toBeCloseTo(step, 0);
});

test('intervals contain about as many values as they promise', () => {
  const chance = makeRng('intervals');
  const noise = () => [1, 2, 3, 4, 5, 6].reduce((sum) => sum + chance.next() - 0.5, 0);
  let inside = 0;
  let all = 0;
  for (let run = 0; run < 40; run += 1) {
    const values = generate(400, (at) => 50 + 10 * Math.sin((2 * Math.PI * at) / 24) + noise());
    const { lower, upper } = planForecast(seriesOf(values.slice(0, -HORIZON)), {
      horizon: HORIZON,
      periods: [24],
    });
    values.slice(-HORIZON).forEach((value, step) => {
      all += 1;
      if ((lower[step] ?? 0) <= value && value <= (upper[step] ?? 0)) inside += 1;
    });
  }
  expect(inside / all).toBeGreaterThan(0.9);
  expect(inside / all).toBeLessThan(0.995);
});

describe('a selection', () => {
  test('can be stored and used again', () => {
    const values = generate(24 * 21, daily);
    const request = { horizon: HORIZON, periods: [24] };
    const selection = selectModels(seriesOf(values), request);
    const stored = JSON.parse(JSON.stringify(selection));
    const fresh = planForecast(seriesOf(values), request);
    expect(planForecast(seriesOf(values), request, stored)).toEqual(fresh);
  });

  test('is a fallback where nothing forecasts well', () => {
    const chance = makeRng('noise');
    const noise = generate(300, () => (chance.next() < 0.5 ? 0 : 100));
    const selection = selectModels(seriesOf(noise), { horizon: 12, periods: [24] });
    expect(selection.kind).toBe('fallback');
    expect(selection.backtest.accuracyRatio).toBeLessThan(0.7);
  });

  test('is a fallback with the last value where the series is too short to try anything', () => {
    const selection = selectModels(seriesOf([1, 2, 4]), { horizon: 2, periods: [] });
    expect(selection).toMatchObject({
      kind: 'fallback',
      members: [{ model: 'naive', weight: 1 }],
      backtest: { origins: 0 },
    });
    expect(selection.reach.above[1]).toBeGreaterThan(selection.reach.above[0] ?? 0);
  });

  test('says how each model did, the best first', () => {
    const values = generate(24 * 21, daily);
    const { backtest } = selectModels(seriesOf(values), { horizon: HORIZON, periods: [24] });
    const names = backtest.models.map(({ model }) => model);
    expect(names).toContain('naive');
    expect(names).toContain('seasonal-naive');
    expect(names.indexOf('seasonal-naive')).toBeLessThan(names.indexOf('naive'));
    expect(backtest.origins).toBeGreaterThan(1);
    expect(backtest.accuracyRatio).toBeGreaterThan(0.95);
  });
});
