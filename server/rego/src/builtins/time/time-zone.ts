// Moments as calendar fields in a time zone.

import { fail } from '../host/host-builtin.ts';

const NS_PER_MS = 1_000_000n;
const MS_PER_SECOND = 1000;
const INT64_MAX = 9223372036854775807n;

/** A moment in nanoseconds since 1970, and how far the zone's clocks are ahead of UTC. */
export type Moment = {
  readonly ns: bigint;
  readonly offsetSeconds: number;
  readonly zone: string;
};

/** The fields of a calendar and a clock; the month counts from 1. */
export type Fields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly weekday: number;
};

/** Refuses moments that OPA cannot hold: nanoseconds must fit 64 bits. */
export function checkRange(ns: bigint): bigint {
  const fits = ns <= INT64_MAX && ns >= -INT64_MAX - 1n;
  return fits ? ns : fail('the time is not between the years 1677 and 2262');
}

/** Rounds a division down. */
function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** A moment in a zone such as `Europe/Paris`; an empty name is UTC. */
export function momentIn(ns: bigint, zone: string): Moment {
  checkRange(ns);
  if (zone === '' || zone === 'UTC') return { ns, offsetSeconds: 0, zone: 'UTC' };
  const ms = Number(floorDivide(ns, NS_PER_MS));
  return { ns, offsetSeconds: offsetAt(ms, zone), zone };
}

function offsetAt(ms: number, zone: string): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second') =>
      parts.get(name) ?? 0;
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return Math.round((local - Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND) / MS_PER_SECOND);
  } catch {
    return fail(`there is no time zone "${zone}"`);
  }
}

/** The calendar fields of a moment. */
export function fieldsOf({ ns, offsetSeconds }: Moment): Fields {
  const ms = Number(floorDivide(ns, NS_PER_MS)) + offsetSeconds * MS_PER_SECOND;
  const date = new Date(ms);
  const second = floorDivide(ns, NS_PER_MS * 1000n) * NS_PER_MS * 1000n;
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: Number(ns - second),
    weekday: date.getUTCDay(),
  };
}

/** The moment of calendar fields, which may overflow into the next larger field. */
export function nsOfFields(fields: Omit<Fields, 'weekday'>, offsetSeconds: number): bigint {
  const date = new Date(0);
  date.setUTCFullYear(fields.year, fields.month - 1, fields.day);
  date.setUTCHours(fields.hour, fields.minute, fields.second);
  const ms = BigInt(date.getTime() - offsetSeconds * MS_PER_SECOND);
  return ms * NS_PER_MS + BigInt(fields.nanosecond);
}

/** The moment of calendar fields read off a zone's clocks. */
export function nsInZone(fields: Omit<Fields, 'weekday'>, zone: string): bigint {
  const guess = nsOfFields(fields, 0);
  const { offsetSeconds } = momentIn(guess, zone);
  const second = nsOfFields(fields, offsetSeconds);
  return nsOfFields(fields, momentIn(second, zone).offsetSeconds);
}
