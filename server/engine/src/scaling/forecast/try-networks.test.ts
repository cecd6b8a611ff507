/** Networks in a selection: where they are chosen, where not, and what is stored of them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeRng } from '../../rng.ts';
import { continueForecast } from './continue-forecast.ts';
import type { ForecastRequest, Series } from './model/forecasting.ts';
import { planForecast } from './plan-forecast.ts';
import { selectModels } from './select-models.ts';

const REQUEST: ForecastRequest = { horizon: 2, periods: [], networks: 'tried' };

function seriesOf(values: readonly number[]): Series {
  return { startS: 0, stepS: 60, values };
}

/**
 * A series whose next value is a curve over the last one: no line continues it.
 * Source: Hénon, "A two-dimensional mapping with a strange attractor" (1976).
 */
function bend(count: number): readonly number[] {
  const rng = makeRng('bend');
  let [last, before] = [0.1, 0.1];
  return Array.from({ length: count }, () => {
    [last, before] = [1 - 1.4 * last * last + 0.3 * before, last];
    return 50 + 20 * last + 0.2 * (rng.next() - 0.5);
  });
}

/** A series that a regression continues as well as can be. */
function line(count: number): readonly number[] {
  const rng = makeRng('line');
  let [last, before] = [0, 0];
  return Array.from({ length: count }, () => {
    [last, before] = [1.4 * last - 0.6 * before + rng.next() - 0.5, last];
    return 50 + 5 * last;
  });
}

/** Networks are trained once for all tests of what they have learnt. */
const BENT = seriesOf(bend(650));
const CHOSEN = selectModels(BENT, REQUEST);

function errorsIn({ backtest, ...selection }: ReturnType<typeof selectModels>) {
  const errors = new Map(backtest.models.map(({ model, mase }) => [model, mase]));
  return { members: selection.members.map(({ model }) => model), errors };
}

describe('networks', () => {
  test('are chosen for a series that no regression continues', () => {
    const { members, errors } = errorsIn(CHOSEN);
    expect(members).toEqual(['mlp']);
    const ridge = errors.get('log-ridge') ?? 0;
    expect(errors.get('mlp')).toBeLessThan(ridge / 5);
    expect(errors.get('lstm')).toBeLessThan(ridge / 2);
  });

  test.each([
    ['linear', seriesOf(line(650)), 6, []],
    [
      'a daily wave',
      seriesOf(Array.from({ length: 504 }, (_, at) => 100 + 40 * Math.sin((Math.PI * at) / 12))),
      24,
      [24],
    ],
  ])('are compared and not chosen for a series that is %s', (_kind, series, horizon, periods) => {
    const { members, errors } = errorsIn(selectModels(series, { ...REQUEST, horizon, periods }));
    expect([...errors.keys()]).toEqual(expect.arrayContaining(['mlp', 'lstm', 'log-ridge']));
    expect(members).not.toContain('mlp');
    expect(members).not.toContain('lstm');
  });

  test('take no part unless they are tried', () => {
    const { members, errors } = errorsIn(selectModels(BENT, { horizon: 2, periods: [] }));
    expect(members).toContain('log-ridge');
    expect([errors.has('mlp'), errors.has('lstm')]).toEqual([false, false]);
  });

  test('go on with what they have learnt, until models are selected again', () => {
    const stored = JSON.parse(JSON.stringify(CHOSEN));
    const kept = continueForecast(BENT, REQUEST, stored);
    expect(kept.change).toBe('kept');
    expect(kept.selection).toEqual(CHOSEN);
    const [member] = CHOSEN.members;
    if (member?.state === undefined) throw new Error('a network has a state');
    const { state } = member;
    const idle = { ...state, parameters: state.parameters.map(() => 0) };
    const [fresh, untrained, other] = [
      CHOSEN,
      { ...CHOSEN, members: [{ ...member, state: idle }] },
      // As another release may have stored it: the network is trained again.
      { ...CHOSEN, members: [{ ...member, state: { ...state, parameters: [1, 2] } }] },
    ].map((each) => planForecast(BENT, REQUEST, each).point);
    expect(kept.forecast.point).toEqual(fresh);
    expect(untrained).not.toEqual(fresh);
    for (const [step, value] of (other ?? []).entries())
      expect(value).toBeCloseTo(fresh?.[step] ?? 0, 6);
  });

  test('forecast newer values of a series in other units than they were trained on', () => {
    const values = bend(663);
    for (let end = 650; end < 660; end += 1) {
      // The largest value scales a series: this one is far larger, and long ago.
      const series = seriesOf([500, ...values.slice(0, end)]);
      const { point } = planForecast(series, REQUEST, CHOSEN);
      expect(Math.abs((point[0] ?? 0) - (values[end] ?? 0))).toBeLessThan(2);
    }
  });

  test('leave every series a finite forecast, the same each time', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
    const values = fc.array(value, { minLength: 110, maxLength: 150 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (all, horizon) => {
        const request = { ...REQUEST, horizon, periods: [7] };
        const { point, lower, upper } = planForecast(seriesOf(all), request);
        expect([...point, ...lower, ...upper].every(Number.isFinite)).toBe(true);
        expect(planForecast(seriesOf(all), request).point).toEqual(point);
      }),
      { numRuns: 3 },
    );
  });
});
