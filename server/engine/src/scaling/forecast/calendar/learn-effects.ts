/**
 * Learns what named days do to a series: how far earlier ones were from the same time of the weeks
 * around them. Little is known of a rare day, so that its effect is shrunk towards none.
 * Sources: Efron and Morris, "Stein's estimation rule and its competitors" (1973), for shrinkage;
 * Taylor and Letham, "Forecasting at scale" (2018), for holidays by their names.
 */
import { mean, median } from 'simple-statistics';
import type { NamedDay, Series } from '../model/forecasting.ts';
import type { Transform } from '../series/transform.ts';

/** The effect of a name, on the scale of a transform. */
export interface NameEffect {
  readonly earlierDays: number;
  readonly state: 'learnt' | 'none_before' | 'unlike';
  /** Effect at an hour of the day, from 0. */
  readonly at: (hour: number) => number;
  /** Deviation of days of this name from the effect, below and above; never negative. */
  readonly below: number;
  readonly above: number;
}

/** Values of one day, on the scale of a transform. */
export interface DayShape {
  readonly day: NamedDay;
  /** Values by hour of the day; NaN if unknown. */
  readonly hours: readonly number[];
  /** Their mean. */
  readonly level: number;
}

const HOUR_S = 3_600;
const WEEK_S = 7 * 24 * HOUR_S;
const DAY_S = 24 * HOUR_S;

/** With summer time a day has up to 25 hours. */
const HOURS = 25;

/** The same time of the weeks around a day, to both sides. */
const WEEKS_AROUND = 4;

/** The days around, where a series is too short for weeks. */
const DAYS_AROUND = 3;

/** Ordinary values without which a time has no ordinary value. */
const ORDINARY_MIN = 2;

/** A single day counts half, two days two thirds. */
const SHRINKAGE_LEVEL = 1;

/** The hours of a day vary more than its level. */
const SHRINKAGE_HOURS = 3;

/** The shapes of the days that a series has measured; those without one are left out. */
export function measureDays(
  series: Series,
  days: readonly NamedDay[],
  scale: Transform,
): readonly DayShape[] {
  const values = scale.forward(Float64Array.from(series.values));
  const isNamed = findNamedSteps(series, days);
  return days.flatMap((day) => {
    const sums = new Float64Array(HOURS);
    const counts = new Float64Array(HOURS);
    const { startS, stepS } = series;
    const first = Math.max(0, Math.ceil((day.startS - startS) / stepS));
    for (let at = first; at < values.length && startS + at * stepS < day.endS; at += 1) {
      const change = (values[at] ?? Number.NaN) - ordinaryAt({ values, isNamed, stepS }, at);
      if (!Number.isFinite(change)) continue;
      const hour = hourOf(startS + at * stepS, day);
      sums[hour] = (sums[hour] ?? 0) + change;
      counts[hour] = (counts[hour] ?? 0) + 1;
    }
    const hours = [...sums].map((sum, hour) => sum / (counts[hour] ?? 0));
    const known = hours.filter(Number.isFinite);
    return known.length === 0 ? [] : [{ day, hours, level: mean(known) }];
  });
}

/**
 * Learns the effect of a name from its days. With two days or more each of them is compared with
 * what the others say: a name whose days do not resemble each other has no effect.
 */
export function learnEffect(shapes: readonly DayShape[]): NameEffect {
  const earlierDays = shapes.length;
  const none = { earlierDays, at: () => 0, below: 0, above: 0 };
  if (earlierDays === 0) return { ...none, state: 'none_before' };
  if (earlierDays > 1 && !isAlike(shapes)) return { ...none, state: 'unlike' };
  const at = shrink(shapes);
  const distances = shapes.map(({ hours }) => distanceFrom(hours, at));
  const caution = Math.sqrt(1 + 1 / earlierDays);
  return {
    earlierDays,
    state: 'learnt',
    at,
    below: Math.max(0, ...distances.map((distance) => -distance)) * caution,
    above: Math.max(0, ...distances) * caution,
  };
}

/** The hour of a day, by time that has passed since it began. */
export function hourOf(atS: number, { startS }: Pick<NamedDay, 'startS'>): number {
  return Math.min(HOURS - 1, Math.floor((atS - startS) / HOUR_S));
}

/** Whether the others say more of a day than that it were an ordinary one. */
function isAlike(shapes: readonly DayShape[]): boolean {
  let [learnt, ordinary] = [0, 0];
  for (const [index, { hours }] of shapes.entries()) {
    const at = shrink(shapes.filter((_, other) => other !== index));
    for (const [hour, change] of hours.entries()) {
      if (!Number.isFinite(change)) continue;
      learnt += Math.abs(change - at(hour));
      ordinary += Math.abs(change);
    }
  }
  return learnt < ordinary;
}

function shrink(shapes: readonly DayShape[]): (hour: number) => number {
  const count = shapes.length;
  const level = mean(shapes.map((shape) => shape.level));
  const part = count / (count + SHRINKAGE_HOURS);
  const hours = Array.from({ length: HOURS }, (_, hour) => {
    const known = shapes.flatMap((shape) => {
      const change = shape.hours[hour] ?? Number.NaN;
      return Number.isFinite(change) ? [change - shape.level] : [];
    });
    return known.length === 0 ? 0 : mean(known) * part;
  });
  const shrunk = (level * count) / (count + SHRINKAGE_LEVEL);
  return (hour) => shrunk + (hours[hour] ?? 0);
}

function distanceFrom(hours: readonly number[], at: (hour: number) => number): number {
  const distances = hours.map((change, hour) => change - at(hour)).filter(Number.isFinite);
  return mean(distances);
}

interface Steps {
  readonly values: Float64Array;
  readonly isNamed: Uint8Array;
  readonly stepS: number;
}

/** Returns the value of an ordinary day at this step; NaN if unknown. */
function ordinaryAt(steps: Steps, at: number): number {
  const weeks = around(steps, at, { distanceS: WEEK_S, count: WEEKS_AROUND });
  const near = weeks.length < ORDINARY_MIN;
  const found = near ? around(steps, at, { distanceS: DAY_S, count: DAYS_AROUND }) : weeks;
  return found.length < ORDINARY_MIN ? Number.NaN : median(found);
}

function around(
  { values, isNamed, stepS }: Steps,
  at: number,
  { distanceS, count }: { readonly distanceS: number; readonly count: number },
): number[] {
  const found: number[] = [];
  for (let each = 1; each <= count; each += 1) {
    const distance = Math.round((each * distanceS) / stepS);
    for (const other of [at - distance, at + distance]) {
      const value = values[other] ?? Number.NaN;
      if (distance > 0 && Number.isFinite(value) && isNamed[other] === 0) found.push(value);
    }
  }
  return found;
}

function findNamedSteps({ startS, stepS, values }: Series, days: readonly NamedDay[]): Uint8Array {
  const isNamed = new Uint8Array(values.length);
  for (const day of days) {
    const first = Math.max(0, Math.ceil((day.startS - startS) / stepS));
    const end = Math.max(first, Math.ceil((day.endS - startS) / stepS));
    isNamed.fill(1, first, end);
  }
  return isNamed;
}
