/**
 * Demand that the members of a group share, minute by minute. Unit: members that are fully used; a
 * demand of 3.5 keeps five members at 70 %.
 */
import type { Rng } from '@novacron/runtime/rng';

/** Minutes of a day. */
export const DAY = 1_440;

const WEEK_DAYS = 7;

/** Noise from minute to minute: its deviation, and what is left of it after a minute. */
const NOISE_RATIO = 0.04;
const NOISE_MEMORY = 0.8;

/** A trace: a name, and its demand. */
export interface Trace {
  readonly name: string;
  readonly demand: Float64Array;
}

/** Common inputs of all traces. */
export interface TraceSource {
  readonly name: string;
  /** The same numbers give the same trace. */
  readonly rng: Rng;
  /** The largest demand, unless a burst comes on top of it. Unit: members. */
  readonly peak: number;
}

/** Parameters of a synthetic trace. */
export interface DemandShape {
  /** Least demand of a day, over the largest. */
  readonly nightRatio: number;
  /** Demand of Saturday and Sunday, over that of the other days. */
  readonly weekendRatio: number;
  /** Sudden demand that goes after some minutes, at any time: expected a day. */
  readonly burstsPerDay: number;
  /** The same at the same time of each working day, such as a mailing: the number a day. */
  readonly dailyBursts: number;
  /** Demand that comes within an hour and stays for good: expected a week. */
  readonly launchesPerWeek: number;
}

/** Makes a trace of a shape, which begins at midnight of a Monday. */
export function makeTrace(
  { name, rng, peak }: TraceSource,
  days: number,
  shape: DemandShape,
): Trace {
  const random = rng.fork('demand');
  const demand = new Float64Array(days * DAY);
  const phase = random.fork('phase').next();
  const sharpness = 1 + 2 * random.fork('sharpness').next();
  for (let minute = 0; minute < demand.length; minute += 1) {
    const turn = (1 - Math.cos(2 * Math.PI * (minute / DAY - phase))) / 2;
    const daily = shape.nightRatio + (1 - shape.nightRatio) * turn ** sharpness;
    demand[minute] = peak * daily * (isWeekend(minute) ? shape.weekendRatio : 1);
  }
  addLaunches(demand, rng, { peak, perWeek: shape.launchesPerWeek });
  addDailyBursts(demand, rng, shape.dailyBursts);
  addBursts(demand, rng, shape.burstsPerDay);
  return { name, demand: addNoise(demand, rng) };
}

/** Makes a trace of measurements: values between them lie on lines, and have noise. */
export function replayTrace(
  { name, rng, peak }: TraceSource,
  values: readonly number[],
  stepMinutes: number,
): Trace {
  const known = values.map((value) => (Number.isFinite(value) ? Math.max(0, value) : 0));
  const largest = known.reduce((most, value) => Math.max(most, value), 0);
  const scale = largest === 0 ? 0 : peak / largest;
  const demand = Float64Array.from({ length: known.length * stepMinutes }, (_, minute) => {
    const at = Math.floor(minute / stepMinutes);
    const part = minute / stepMinutes - at;
    const before = known[at] ?? 0;
    return scale * (before * (1 - part) + (known[at + 1] ?? before) * part);
  });
  return { name, demand: addNoise(demand, rng) };
}

/** Minutes in which a member fails. */
export function drawFailures(rng: Rng, minutes: number, perDay: number): ReadonlySet<number> {
  const random = rng.fork('failures');
  const failures = new Set<number>();
  for (let minute = 0; minute < minutes; minute += 1)
    if (random.next() < perDay / DAY) failures.add(minute);
  return failures;
}

function addLaunches(
  demand: Float64Array,
  parent: Rng,
  { peak, perWeek }: { readonly peak: number; readonly perWeek: number },
): void {
  const rng = parent.fork('launches');
  const risenMinutes = 60;
  for (let minute = 0; minute < demand.length; minute += 1) {
    if (rng.next() >= perWeek / (WEEK_DAYS * DAY)) continue;
    const more = peak * (0.1 + 0.2 * rng.next());
    for (let later = minute; later < demand.length; later += 1) {
      const risen = Math.min(1, (later - minute) / risenMinutes);
      demand[later] = (demand[later] ?? 0) + more * risen;
    }
  }
}

function addBursts(demand: Float64Array, parent: Rng, perDay: number): void {
  const rng = parent.fork('bursts');
  for (let minute = 0; minute < demand.length; minute += 1)
    if (rng.next() < perDay / DAY) addBurst(demand, minute, rng);
}

function addDailyBursts(demand: Float64Array, parent: Rng, count: number): void {
  const rng = parent.fork('daily-bursts');
  for (let burst = 0; burst < count; burst += 1) {
    const time = Math.floor(DAY * rng.next());
    for (let minute = time; minute < demand.length; minute += DAY)
      if (!isWeekend(minute)) addBurst(demand, minute, rng);
  }
}

function addBurst(demand: Float64Array, minute: number, rng: Rng): void {
  const more = 0.2 + 0.4 * rng.next();
  const length = 5 + Math.floor(25 * rng.next());
  for (let later = minute; later < Math.min(demand.length, minute + length); later += 1)
    demand[later] = (demand[later] ?? 0) * (1 + more);
}

function isWeekend(minute: number): boolean {
  return Math.floor(minute / DAY) % WEEK_DAYS >= 5;
}

/** Noise that lasts for some minutes. Source of the idea: autoregression of order 1. */
function addNoise(demand: Float64Array, parent: Rng): Float64Array {
  const rng = parent.fork('noise');
  const fresh = NOISE_RATIO * Math.sqrt(1 - NOISE_MEMORY ** 2);
  let noise = 0;
  return demand.map((value) => {
    // The sum of twelve even numbers is normal enough: Hastings (1955).
    let normal = -6;
    for (let count = 0; count < 12; count += 1) normal += rng.next();
    noise = NOISE_MEMORY * noise + fresh * normal;
    return Math.max(0, value * (1 + noise));
  });
}
