/**
 * Takes the effect of named days out of a series, so that models see ordinary days only, and puts
 * it into what they forecast.
 * Source: calendar adjustment in X-13ARIMA-SEATS (U.S. Census Bureau).
 */
import type { Calendar, DayEffect, Forecast, NamedDay, Series } from '../model/forecasting.ts';
import { findLimits } from '../series/make-history.ts';
import { makeTransform, type Transform } from '../series/transform.ts';
import { findNamedDays } from './find-named-days.ts';
import {
  type DayShape,
  hourOf,
  learnEffect,
  measureDays,
  type NameEffect,
} from './learn-effects.ts';

/** A series without the effects of its named days. */
export interface AdjustedSeries {
  readonly series: Series;
  /** Puts the effects of the days in the horizon into a forecast of that series. */
  readonly restore: (forecast: Forecast) => Forecast;
}

/**
 * Adjusts.
 * @param horizon - how many values are forecast
 * @returns undefined where no named day is in the series or in the horizon: nothing is to adjust
 */
export function adjustSeries(
  series: Series,
  calendar: Calendar,
  horizon: number,
): AdjustedSeries | undefined {
  const { dates, history = series } = calendar;
  const { startS, stepS } = series;
  const values = Float64Array.from(series.values);
  const endS = startS + values.length * stepS;
  const untilS = endS + horizon * stepS;
  const days = findNamedDays(dates, { fromS: startS, toS: untilS });
  if (days.length === 0) return undefined;
  const known = [...values, ...Array.from(history.values)].filter(Number.isFinite);
  const scale = makeScale(known);
  const all = findNamedDays(dates, { fromS: Math.min(startS, history.startS), toS: untilS });
  const ended = all.filter((day) => day.endS <= endS);
  const shapes = measureDays(history, all, scale).filter(({ day }) => ended.includes(day));
  const effects = new Map(
    dates.map(({ name }) => [name, learnEffect(shapes.filter(({ day }) => day.name === name))]),
  );
  const change = (day: NamedDay, atS: number) => changeAt({ effects, shapes }, day, atS);
  const ordinary = scale.forward(values);
  forEachStep({ startS, stepS, count: values.length }, days, (at, day) => {
    ordinary[at] = (ordinary[at] ?? Number.NaN) - change(day, startS + at * stepS);
  });
  const back = scale.back(ordinary);
  const steps = { startS: endS, stepS, count: horizon };
  const adjusted = values.slice();
  forEachStep({ startS, stepS, count: values.length }, days, (at) => {
    adjusted[at] = back[at] ?? Number.NaN;
  });
  return {
    series: { startS, stepS, values: adjusted },
    restore: (forecast) =>
      restoreForecast(forecast, { steps, days, effects, scale, limits: findLimits(known) }),
  };
}

/** Ratios where no value is negative, else amounts; of values of any size. */
function makeScale(known: readonly number[]): Transform {
  const largest = known.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const shrunk = (values: Float64Array) => values.map((value) => value / largest);
  const { forward, back } = makeTransform('log', shrunk(Float64Array.from(known)));
  return {
    forward: (values) => forward(shrunk(values)),
    back: (values) => back(values).map((value) => value * largest),
  };
}

interface Steps {
  readonly startS: number;
  readonly stepS: number;
  readonly count: number;
}

/** Calls back for every step that begins within one of the days. */
function forEachStep(
  { startS, stepS, count }: Steps,
  days: readonly NamedDay[],
  then: (at: number, day: NamedDay) => void,
): void {
  for (const day of days) {
    const first = Math.max(0, Math.ceil((day.startS - startS) / stepS));
    for (let at = first; at < count && startS + at * stepS < day.endS; at += 1) then(at, day);
  }
}

interface Learnt {
  readonly effects: ReadonlyMap<string, NameEffect>;
  readonly shapes: readonly DayShape[];
}

/**
 * Returns how far a step deviates from an ordinary one: as measured, or as its named day predicts.
 */
function changeAt({ effects, shapes }: Learnt, day: NamedDay, atS: number): number {
  const hour = hourOf(atS, day);
  const shape = shapes.find((each) => each.day.startS === day.startS);
  if (shape === undefined) return effects.get(day.name)?.at(hour) ?? 0;
  const measured = shape.hours[hour] ?? Number.NaN;
  return Number.isFinite(measured) ? measured : shape.level;
}

interface Restoring {
  readonly steps: Steps;
  readonly days: readonly NamedDay[];
  readonly effects: ReadonlyMap<string, NameEffect>;
  readonly scale: Transform;
  readonly limits: { readonly low: number; readonly high: number };
}

function restoreForecast(
  forecast: Forecast,
  { steps, days, effects, scale, limits }: Restoring,
): Forecast {
  const [point, lower, upper] = [[...forecast.point], [...forecast.lower], [...forecast.upper]];
  const move = (value: number | undefined, by: number): number => {
    const [moved] = scale.back(scale.forward(Float64Array.of(value ?? 0)).map((each) => each + by));
    return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, moved ?? 0));
  };
  const count = Math.min(steps.count, point.length);
  const calendar: DayEffect[] = [];
  for (const day of days) {
    const effect = effects.get(day.name);
    let [ordinary, expected, within] = [0, 0, 0];
    forEachStep({ ...steps, count }, [day], (at) => {
      within += 1;
      const before = point[at] ?? 0;
      ordinary += before;
      if (effect?.state === 'learnt') {
        const by = effect.at(hourOf(steps.startS + at * steps.stepS, day));
        const value = Math.min(limits.high, Math.max(limits.low, move(before, by)));
        lower[at] = Math.min(value, move(lower[at], by - effect.below));
        upper[at] = Math.max(value, move(upper[at], by + effect.above));
        point[at] = value;
      }
      expected += point[at] ?? 0;
    });
    if (within === 0 || effect === undefined) continue;
    const { earlierDays, state } = effect;
    const ratio = expected / ordinary;
    calendar.push({
      ...day,
      earlierDays,
      state,
      ratio: Number.isFinite(ratio) ? ratio : undefined,
    });
  }
  return { ...forecast, point, lower, upper, calendar };
}
