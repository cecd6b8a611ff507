/** Reselection of a series' models. */
import { describe, expect, test } from '@jest/globals';
import { continueForecast } from './continue-forecast.ts';

const REQUEST = { horizon: 12, periods: [24] };

const daily = (at: number) => 50 + 30 * Math.sin((2 * Math.PI * at) / 24) + ((at * 7919) % 13) / 5;

function seriesOf(length: number, valueAt: (at: number) => number) {
  return { startS: 0, stepS: 3_600, values: Array.from({ length }, (_, at) => valueAt(at)) };
}

/** Returns the value as a server reads it from the store. */
function stored<Value>(value: Value): Value {
  return structuredClone(value);
}

describe('a selection', () => {
  const { selection } = continueForecast(seriesOf(240, daily), REQUEST, undefined);

  test('is made where there is none', () => {
    const first = continueForecast(seriesOf(240, daily), REQUEST, undefined);
    expect(first.change).toBe('selected');
    expect(first.forecast.point).toHaveLength(12);
  });

  test('is kept while the series goes on, and its models are fitted to what came', () => {
    const later = seriesOf(252, daily);
    const next = continueForecast(later, REQUEST, stored(selection));
    expect(next.change).toBe('kept');
    expect(next.selection).toEqual(selection);
    next.forecast.point.forEach((value, step) => {
      expect(Math.abs(value - daily(252 + step))).toBeLessThan(10);
    });
  });

  test('is kept after one odd value, and with values that are missing', () => {
    const odd = seriesOf(252, (at) => (at === 247 ? 400 : at === 249 ? Number.NaN : daily(at)));
    expect(continueForecast(odd, REQUEST, selection).change).toBe('kept');
  });

  test('is made again when most of the newest values are far from what was expected', () => {
    const stepped = seriesOf(252, (at) => (at < 240 ? daily(at) : daily(at) + 200));
    const next = continueForecast(stepped, REQUEST, selection);
    expect(next.change).toBe('drifted');
    expect(next.selection).not.toEqual(selection);
  });

  test('of a constant series is made again once it changes', () => {
    const constant = continueForecast(
      seriesOf(100, () => 5),
      REQUEST,
      undefined,
    );
    const same = seriesOf(110, () => 5);
    expect(continueForecast(same, REQUEST, constant.selection).change).toBe('kept');
    const changed = seriesOf(112, (at) => (at < 100 ? 5 : 6));
    expect(continueForecast(changed, REQUEST, constant.selection).change).toBe('drifted');
  });

  test('of a short series is kept: nothing can be checked', () => {
    const short = continueForecast(
      seriesOf(4, () => 5),
      REQUEST,
      undefined,
    );
    const next = seriesOf(5, (at) => at * 100);
    expect(continueForecast(next, REQUEST, short.selection).change).toBe('kept');
  });
});
