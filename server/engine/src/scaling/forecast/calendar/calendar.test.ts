/** Named days: when they are, what is learnt of them, and how much better forecasts get. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeRng } from '../../../rng.ts';
import { continueForecast } from '../continue-forecast.ts';
import { explainForecast } from '../explain-forecast.ts';
import type { NamedDates, Series } from '../model/forecasting.ts';
import { adjustSeries } from './adjust-series.ts';
import { findNamedDays, isCalendarDate } from './find-named-days.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

const secondsOf = (text: string) => Date.parse(text) / 1_000;
const START_S = secondsOf('2026-01-01T00:00:00Z');

const dates = (name: string, ...all: string[]): NamedDates => ({
  name,
  dates: all,
  timeZone: 'UTC',
});

describe('the days of a calendar', () => {
  test.each([
    ['UTC', '2026-03-29T00:00:00Z', 24],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', 23],
    ['America/New_York', '2026-03-29T04:00:00Z', 24],
    ['Pacific/Kiritimati', '2026-03-28T10:00:00Z', 24],
    ['Pacific/Pago_Pago', '2026-03-29T11:00:00Z', 24],
  ])('begin at midnight of %s and last until the next one', (timeZone, from, hours) => {
    const stretch = {
      fromS: secondsOf('2026-03-29T08:00:00Z'),
      toS: secondsOf('2026-03-29T12:00:00Z'),
    };
    const [day] = findNamedDays([{ name: 'sale', dates: ['2026-03-29'], timeZone }], stretch);
    const startS = secondsOf(from);
    expect(day).toEqual({ name: 'sale', startS, endS: startS + hours * HOUR_S });
  });

  test('come each year without a year, and 29 February in leap years only', () => {
    const stretch = {
      fromS: secondsOf('2023-06-01T00:00:00Z'),
      toS: secondsOf('2026-01-01T00:00:00Z'),
    };
    const found = findNamedDays([dates('eve', '12-24', '02-29')], stretch);
    expect(found.map(({ startS }) => new Date(startS * 1_000).toISOString().slice(0, 10))).toEqual([
      '2023-12-24',
      '2024-02-29',
      '2024-12-24',
      '2025-12-24',
    ]);
  });

  test('have the first of two names', () => {
    const stretch = { fromS: START_S, toS: START_S + 9 * DAY_S };
    const both = [dates('sale', '2026-01-03'), dates('holiday', '01-03', '2026-01-04')];
    expect(findNamedDays(both, stretch).map(({ name }) => name)).toEqual(['sale', 'holiday']);
  });

  test.each([
    ['2026-11-27', true],
    ['12-24', true],
    ['02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['24-12', false],
    ['tomorrow', false],
  ])('%s is a date: %s', (text, is) => {
    expect(isCalendarDate(text)).toBe(is);
  });
});

/** Hours with a day and a week in them, in which the load of named days is another one. */
function makeHours(
  seed: string,
  days: number,
  factors: Readonly<Record<string, number>>,
): Series & { readonly values: readonly number[] } {
  const rng = makeRng(seed);
  const values = Array.from({ length: days * 24 }, (_, at) => {
    const day = new Date((START_S + at * HOUR_S) * 1_000);
    const isWeekend = day.getUTCDay() % 6 === 0;
    const factor = factors[day.toISOString().slice(0, 10)] ?? 1;
    const daily = 100 + 60 * Math.sin((2 * Math.PI * (at - 8)) / 24);
    return daily * (isWeekend ? 0.6 : 1) * factor * (1 + 0.04 * (rng.next() - 0.5));
  });
  return { startS: START_S, stepS: HOUR_S, values };
}

const SALES = { '2026-02-03': 2.4, '2026-02-26': 2.2, '2026-03-18': 2.3, '2026-04-10': 2.35 };
const SALE = dates('sale', ...Object.keys(SALES));
const SALE_S = secondsOf('2026-04-10T00:00:00Z');
const REQUEST = { horizon: 24, periods: [24, 168] };

/** The forecast of the last sale from the hours before it, and how far it is from what came. */
function forecastSale(seed: string, named: readonly NamedDates[], factors = SALES) {
  const all = makeHours(seed, 110, factors);
  const before = (SALE_S - START_S) / HOUR_S;
  const series = { ...all, values: all.values.slice(0, before) };
  const request = named.length === 0 ? REQUEST : { ...REQUEST, calendar: { dates: named } };
  const { forecast } = continueForecast(series, request, undefined);
  const actual = all.values.slice(before, before + 24);
  const error = actual.reduce(
    (sum, value, at) => sum + Math.abs(value - (forecast.point[at] ?? 0)),
    0,
  );
  const sum = actual.reduce((total, value) => total + value, 0);
  const covered = actual.filter(
    (value, at) => value >= (forecast.lower[at] ?? 0) && value <= (forecast.upper[at] ?? 0),
  );
  return { forecast, errorRatio: error / sum, coveredRatio: covered.length / actual.length };
}

describe('a forecast with a calendar', () => {
  test.each(['one', 'two', 'three', 'four'])(
    'errs by less than half on a named day (%s)',
    (seed) => {
      const without = forecastSale(seed, []);
      const found = forecastSale(seed, [SALE]);
      expect(without.errorRatio).toBeGreaterThan(0.4);
      expect(found.errorRatio).toBeLessThan(without.errorRatio / 2);
      expect(found.coveredRatio).toBeGreaterThan(0.9);
    },
  );

  test('says which days it has followed, and by how much', () => {
    const { forecast } = forecastSale('one', [SALE]);
    const [effect] = forecast.calendar ?? [];
    expect(effect).toMatchObject({ name: 'sale', startS: SALE_S, earlierDays: 3, state: 'learnt' });
    expect(effect?.ratio).toBeGreaterThan(1.7);
    expect(effect?.ratio).toBeLessThan(2.4);
    expect(explainForecast(forecast).at(-1)).toMatch(
      /^The named day sale, .* with [12][.]\d\d times an ordinary day, by 3 earlier days/,
    );
  });

  test('moves less by one earlier day than by three, and further from there its interval', () => {
    const ratioOf = (...days: string[]) => {
      const { forecast } = forecastSale('one', [dates('sale', ...days, '2026-04-10')]);
      return { ratio: forecast.calendar?.[0]?.ratio ?? 0, upper: forecast.upper[12] ?? 0 };
    };
    const [one, three] = [ratioOf('2026-03-18'), ratioOf(...Object.keys(SALES).slice(0, 3))];
    expect(one.ratio).toBeGreaterThan(1.3);
    expect(one.ratio).toBeLessThan(three.ratio);
    const { values } = makeHours('one', 110, SALES);
    expect(one.upper).toBeGreaterThan(values[(SALE_S - START_S) / HOUR_S + 12] ?? 0);
  });

  test('is that of ordinary days where no earlier day was measured, and says so', () => {
    const { forecast } = forecastSale('one', [dates('sale', '2026-04-10')]);
    const without = forecastSale('one', []).forecast;
    expect({ ...forecast, calendar: undefined }).toEqual({ ...without, calendar: undefined });
    expect(forecast.calendar).toEqual([
      expect.objectContaining({ state: 'none_before', ratio: 1 }),
    ]);
    expect(explainForecast(forecast).at(-1)).toContain('no earlier day of that name was measured');
  });

  test('is that of ordinary days where days of a name do not resemble each other', () => {
    const odd = { '2026-02-03': 2, '2026-02-26': 0.5, '2026-03-18': 1.02, '2026-04-10': 1 };
    const found = forecastSale('one', [SALE], odd);
    expect(found.forecast.calendar).toEqual([expect.objectContaining({ state: 'unlike' })]);
    expect(found.errorRatio).toBeLessThan(0.1);
    expect(explainForecast(found.forecast).at(-1)).toContain('do not resemble each other');
  });

  test('does not take the day after a named one for another', () => {
    const all = makeHours('one', 110, SALES);
    const after = (SALE_S - START_S) / HOUR_S + 24;
    const series = { ...all, values: all.values.slice(0, after) };
    const errorOf = (calendar: object) => {
      const { point } = continueForecast(series, { ...REQUEST, ...calendar }, undefined).forecast;
      return point.reduce(
        (sum, value, at) => sum + Math.abs(value - (all.values[after + at] ?? 0)),
        0,
      );
    };
    expect(errorOf({ calendar: { dates: [SALE] } })).toBeLessThan(errorOf({}) / 2);
  });

  test('learns from a coarser and longer history, such as that of a year before', () => {
    const history = makeHours('one', 110, SALES);
    const stepS = 300;
    const startS = SALE_S - 3 * DAY_S;
    const values = Array.from({ length: (3 * DAY_S) / stepS }, (_, at) => {
      const hour = Math.floor((startS + at * stepS - START_S) / HOUR_S);
      return history.values[hour] ?? 0;
    });
    const known = (SALE_S - START_S) / HOUR_S;
    const before = { ...history, values: history.values.slice(0, known) };
    const calendar = { dates: [SALE], history: before };
    const request = { horizon: 72, periods: [288], calendar };
    const { forecast } = continueForecast({ startS, stepS, values }, request, undefined);
    expect(forecast.calendar).toEqual([
      expect.objectContaining({ earlierDays: 3, state: 'learnt' }),
    ]);
    const actual = history.values[known + 3] ?? 0;
    expect(Math.abs((forecast.point[42] ?? 0) - actual)).toBeLessThan(0.4 * actual);
  });

  test('follows a named day that has begun', () => {
    const all = makeHours('one', 110, SALES);
    const noon = (SALE_S - START_S) / HOUR_S + 12;
    const series = { ...all, values: all.values.slice(0, noon) };
    const request = { ...REQUEST, horizon: 12, calendar: { dates: [SALE] } };
    const { forecast } = continueForecast(series, request, undefined);
    const actual = all.values.slice(noon, noon + 12);
    const error = actual.reduce(
      (sum, value, at) => sum + Math.abs(value - (forecast.point[at] ?? 0)),
      0,
    );
    expect(error / actual.reduce((total, value) => total + value, 0)).toBeLessThan(0.25);
    expect(forecast.calendar).toEqual([expect.objectContaining({ earlierDays: 3 })]);
  });
});

test('nothing changes without a calendar, and with one whose days are elsewhere', () => {
  const series = makeHours('one', 60, {});
  const without = continueForecast(series, REQUEST, undefined);
  const calendar = { dates: [dates('sale', '2027-01-01')] };
  expect(adjustSeries(series, calendar, REQUEST.horizon)).toBeUndefined();
  expect(continueForecast(series, { ...REQUEST, calendar }, undefined)).toEqual(without);
  expect(without.forecast).not.toHaveProperty('calendar');
});

test('any series has a finite forecast on a named day, in order and near what was measured', () => {
  const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
  const values = fc.array(value, { maxLength: 24 * 12 });
  const calendar = {
    dates: [dates('sale', '2026-01-09', '2026-01-16', '2026-01-23', '2026-01-28')],
  };
  fc.assert(
    fc.property(values, (all) => {
      const series = { startS: START_S, stepS: HOUR_S, values: all };
      const request = { horizon: 30, periods: [24], calendar };
      const { point, lower, upper } = continueForecast(series, request, undefined).forecast;
      expect([...point, ...lower, ...upper].every(Number.isFinite)).toBe(true);
      point.forEach((each, step) => {
        expect(lower[step]).toBeLessThanOrEqual(each);
        expect(upper[step]).toBeGreaterThanOrEqual(each);
      });
    }),
  );
});
