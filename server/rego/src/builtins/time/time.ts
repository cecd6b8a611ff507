// Builtins over time. The clock is asked once an evaluation.

import { isArray, numberFromText, type RegoValue } from '../../values/rego-value.ts';
import { asBigInt, asInteger, asString, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { formatTime, layoutOf, parseTime, WEEKDAYS } from './time-layout.ts';
import { checkRange, type Fields, fieldsOf, type Moment, momentIn, nsInZone } from './time-zone.ts';

function nanoseconds(ns: bigint): RegoValue {
  return numberFromText(String(checkRange(ns)));
}

// A time is a number of nanoseconds, or an array of it with a zone.
function asMoment(value: RegoValue | undefined): Moment {
  if (value === undefined || !isArray(value)) return momentIn(asBigInt(value), '');
  const [ns, zone] = value;
  return momentIn(asBigInt(ns), zone === undefined ? '' : asString(zone));
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const DURATION_PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

function parseDuration(text: string): bigint {
  const sign = text.startsWith('-') ? -1n : 1n;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0n;
  let total = 0n;
  let length = 0;
  for (const [whole, amount = '', unit = ''] of body.matchAll(DURATION_PART)) {
    const [integer = '', fraction = ''] = amount.split('.');
    const scale = 10n ** BigInt(fraction.length);
    total += (BigInt(integer + fraction) * (UNITS[unit] ?? 0n)) / scale;
    length += whole.length;
  }
  return length === body.length && length > 0 ? sign * total : fail('the text is not a duration');
}

function format([time]: readonly RegoValue[]): RegoValue {
  const layout = time !== undefined && isArray(time) ? time[2] : undefined;
  return formatTime(
    asMoment(time),
    layoutOf(layout === undefined ? 'RFC3339Nano' : asString(layout)),
  );
}

function addDate([time, years, months, days]: readonly RegoValue[]): RegoValue {
  const moment = asMoment(time);
  const fields = fieldsOf(moment);
  const moved = {
    ...fields,
    year: fields.year + asInteger(years),
    month: fields.month + asInteger(months),
    day: fields.day + asInteger(days),
  };
  return nanoseconds(nsInZone(moved, moment.zone));
}

// Years, months, days, hours, minutes and seconds from the earlier to the later time.
function difference([a, b]: readonly RegoValue[]): RegoValue {
  const [first, second] = [asMoment(a), asMoment(b)];
  const [early, late] = first.ns <= second.ns ? [first, second] : [second, first];
  const from = fieldsOf(momentIn(early.ns, first.zone));
  const to = fieldsOf(momentIn(late.ns, first.zone));
  const seconds = borrow(to.second - from.second, 60);
  const minutes = borrow(to.minute - from.minute - seconds.carry, 60);
  const hours = borrow(to.hour - from.hour - minutes.carry, 24);
  const monthDays = daysIn(from);
  const days = borrow(to.day - from.day - hours.carry, monthDays);
  const months = borrow(to.month - from.month - days.carry, 12);
  const years = to.year - from.year - months.carry;
  return [years, months.rest, days.rest, hours.rest, minutes.rest, seconds.rest];
}

function borrow(value: number, size: number): { readonly rest: number; readonly carry: number } {
  return value < 0 ? { rest: value + size, carry: 1 } : { rest: value, carry: 0 };
}

function daysIn({ year, month }: Fields): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The builtins over time. */
export const TIME_BUILTINS: HostBuiltins = {
  'time.now_ns': (_, { nowNs }) => nanoseconds(nowNs()),
  'time.parse_ns': ([layout, text]) =>
    nanoseconds(parseTime(asString(text), layoutOf(asString(layout)))),
  'time.parse_rfc3339_ns': ([text]) => nanoseconds(parseTime(asString(text), layoutOf('RFC3339'))),
  'time.parse_duration_ns': ([text]) => nanoseconds(parseDuration(asString(text))),
  'time.format': format,
  'time.date': ([time]) => {
    const { year, month, day } = fieldsOf(asMoment(time));
    return [year, month, day];
  },
  'time.clock': ([time]) => {
    const { hour, minute, second } = fieldsOf(asMoment(time));
    return [hour, minute, second];
  },
  'time.weekday': ([time]) => WEEKDAYS[fieldsOf(asMoment(time)).weekday] ?? '',
  'time.add_date': addDate,
  'time.diff': difference,
};
