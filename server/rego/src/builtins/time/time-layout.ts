// Times as text by an example: Go's layouts, written with Monday 2 January 2006 15:04:05 -0700.

import { fail } from '../host/host-builtin.ts';
import { type Fields, fieldsOf, type Moment, nsOfFields } from './time-zone.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** The names of the days, Sunday first. */
export const WEEKDAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

const NAMED: ReadonlyMap<string, string> = new Map([
  ['ANSIC', 'Mon Jan _2 15:04:05 2006'],
  ['UnixDate', 'Mon Jan _2 15:04:05 MST 2006'],
  ['RubyDate', 'Mon Jan 02 15:04:05 -0700 2006'],
  ['RFC822', '02 Jan 06 15:04 MST'],
  ['RFC822Z', '02 Jan 06 15:04 -0700'],
  ['RFC850', 'Monday, 02-Jan-06 15:04:05 MST'],
  ['RFC1123', 'Mon, 02 Jan 2006 15:04:05 MST'],
  ['RFC1123Z', 'Mon, 02 Jan 2006 15:04:05 -0700'],
  ['RFC3339', '2006-01-02T15:04:05Z07:00'],
  ['RFC3339Nano', '2006-01-02T15:04:05.999999999Z07:00'],
]);

const ELEMENT_PATTERNS = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '2006',
  'Z07:00',
  'Z0700',
  'Z07',
  '-07:00',
  '-0700',
  '-07',
  '002',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '15',
  'PM',
  'pm',
  '_2',
  '[.,](?:0+|9+)(?!\\d)',
  '1',
  '2',
  '3',
  '4',
  '5',
];
const ELEMENT = new RegExp(ELEMENT_PATTERNS.join('|'), 'g');

/** The layout that a name such as `RFC3339` stands for, or the text itself. */
export function layoutOf(name: string): string {
  return NAMED.get(name) ?? name;
}

/** Writes a moment by a layout. */
export function formatTime(moment: Moment, layout: string): string {
  const fields = fieldsOf(moment);
  return layout.replace(ELEMENT, (element) => writeElement(element, fields, moment));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function writeElement(element: string, fields: Fields, moment: Moment): string {
  const month = MONTHS[fields.month - 1] ?? '';
  const weekday = WEEKDAYS[fields.weekday] ?? '';
  const hour12 = fields.hour % 12 === 0 ? 12 : fields.hour % 12;
  const plain: Readonly<Record<string, string>> = {
    January: month,
    Jan: month.slice(0, 3),
    Monday: weekday,
    Mon: weekday.slice(0, 3),
    '2006': String(fields.year).padStart(4, '0'),
    '06': two(fields.year % 100),
    '01': two(fields.month),
    '1': String(fields.month),
    '02': two(fields.day),
    _2: String(fields.day).padStart(2, ' '),
    '2': String(fields.day),
    '15': two(fields.hour),
    '03': two(hour12),
    '3': String(hour12),
    '04': two(fields.minute),
    '4': String(fields.minute),
    '05': two(fields.second),
    '5': String(fields.second),
    PM: fields.hour < 12 ? 'AM' : 'PM',
    pm: fields.hour < 12 ? 'am' : 'pm',
    '002': String(dayOfYear(fields)).padStart(3, '0'),
  };
  const simple = plain[element];
  if (simple !== undefined) return simple;
  if (element === 'MST') return zoneName(moment);
  if (/^[.,]/.test(element)) return writeFraction(element, fields.nanosecond);
  return writeOffset(element, moment.offsetSeconds);
}

function dayOfYear({ year, month, day }: Fields): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 0)) / 86_400_000);
}

function zoneName({ zone, offsetSeconds, ns }: Moment): string {
  if (offsetSeconds === 0 && zone === 'UTC') return 'UTC';
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' });
  const parts = format.formatToParts(Number(ns / 1_000_000n));
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
  return /^[A-Z]+$/.test(name) ? name : writeOffset('-0700', offsetSeconds).slice(0, 3);
}

function writeFraction(element: string, nanosecond: number): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, element.length - 1);
  if (element[1] === '0') return `${element[0]}${digits}`;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : `${element[0]}${short}`;
}

function writeOffset(element: string, seconds: number): string {
  if (element.startsWith('Z') && seconds === 0) return 'Z';
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const sign = seconds < 0 ? '-' : '+';
  const hours = two(Math.floor(minutes / 60));
  if (element.endsWith('07')) return sign + hours;
  return `${sign}${hours}${element.includes(':') ? ':' : ''}${two(minutes % 60)}`;
}

const READERS: Readonly<Record<string, readonly [string, string]>> = {
  '2006': ['year', '\\d{4}'],
  '06': ['shortYear', '\\d{2}'],
  '01': ['month', '\\d{2}'],
  '1': ['month', '\\d{1,2}'],
  '02': ['day', '\\d{2}'],
  _2: ['day', ' ?\\d{1,2}'],
  '2': ['day', '\\d{1,2}'],
  '15': ['hour', '\\d{1,2}'],
  '03': ['hour', '\\d{2}'],
  '3': ['hour', '\\d{1,2}'],
  '04': ['minute', '\\d{2}'],
  '4': ['minute', '\\d{1,2}'],
  '05': ['second', '\\d{2}'],
  '5': ['second', '\\d{1,2}'],
  PM: ['half', 'AM|PM'],
  pm: ['half', 'am|pm'],
  January: ['monthName', MONTHS.join('|')],
  Jan: ['monthName', MONTHS.map((name) => name.slice(0, 3)).join('|')],
  Monday: ['weekday', WEEKDAYS.join('|')],
  Mon: ['weekday', WEEKDAYS.map((name) => name.slice(0, 3)).join('|')],
  MST: ['zone', '[A-Z]{3,5}'],
  'Z07:00': ['offset', 'Z|[+-]\\d{2}:\\d{2}'],
  Z0700: ['offset', 'Z|[+-]\\d{4}'],
  Z07: ['offset', 'Z|[+-]\\d{2}'],
  '-07:00': ['offset', '[+-]\\d{2}:\\d{2}'],
  '-0700': ['offset', '[+-]\\d{4}'],
  '-07': ['offset', '[+-]\\d{2}'],
  '002': ['yearDay', '\\d{3}'],
};

/** Reads a time by a layout. Fails when the text does not follow it. */
export function parseTime(text: string, layout: string): bigint {
  const values = new Map(readElements(text, layout));
  const number = (name: string, fallback: number) => Number(values.get(name) ?? fallback);
  const short = number('shortYear', 0);
  const named = values.get('monthName')?.slice(0, 3);
  const half = values.get('half')?.toLowerCase();
  const hour = number('hour', 0);
  const fields = {
    year: values.has('shortYear') ? short + (short >= 69 ? 1900 : 2000) : number('year', 0),
    month: named ? MONTHS.findIndex((name) => name.startsWith(named)) + 1 : number('month', 1),
    day: number('day', 1),
    hour: half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0),
    minute: number('minute', 0),
    second: number('second', 0),
    nanosecond: Number((values.get('fraction') ?? '').slice(1, 10).padEnd(9, '0')),
  };
  checkFields(fields);
  return nsOfFields(fields, readOffset(values.get('offset')));
}

function readElements(text: string, layout: string): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  let rest = text;
  let from = 0;
  const eat = (pattern: string, name: string | undefined) => {
    const match = new RegExp(`^(?:${pattern})`).exec(rest);
    if (!match) return fail('the text does not follow the layout');
    rest = rest.slice(match[0].length);
    if (name !== undefined) found.push([name, match[0].trim()]);
    return undefined;
  };
  const literal = (part: string) => {
    if (!rest.startsWith(part)) fail('the text does not follow the layout');
    rest = rest.slice(part.length);
  };
  for (const { index, 0: element } of layout.matchAll(ELEMENT)) {
    literal(layout.slice(from, index));
    from = index + element.length;
    const reader = READERS[element];
    if (reader) eat(reader[1], reader[0]);
    else eat(element[1] === '0' ? `[.,]\\d{${element.length - 1}}` : '(?:[.,]\\d+)?', 'fraction');
    const isSecond = reader?.[0] === 'second';
    if (isSecond && /^[.,]\d/.test(rest) && !/^[.,][09]/.test(layout.slice(from))) {
      eat('[.,]\\d+', 'fraction');
    }
  }
  literal(layout.slice(from));
  return rest === '' ? found : fail('the text goes on after the layout');
}

function checkFields(fields: Omit<Fields, 'weekday'>): void {
  const { year, month, day, hour, minute, second } = fields;
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= days;
  if (!isDate || hour > 23 || minute > 59 || second > 59)
    fail('the text is not a time that exists');
}

function readOffset(text: string | undefined): number {
  if (text === undefined || text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return text.startsWith('-') ? -seconds : seconds;
}
