/** Values as texts of one cell. */
import { plainText } from '@novacron/contract/formats/plain-text';
import { type Fields, isFields } from './fields.ts';
import { plainLine } from './plain-text.ts';

/** The text of a value, a dash for none. Lists of objects and sentences take a line each. */
export function cellText(value: unknown): string {
  if (isNothing(value)) return '-';
  if (typeof value === 'string') return plainText(value).trimEnd();
  if (Array.isArray(value)) return arrayText(value);
  if (isFields(value)) return membersText(value, ', ');
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Digits of a fraction that people read: a rate has fifteen. */
const DIGITS_MAX = 4;

/** Sizes in GB come in steps of a sixteenth, and stay as they are. */
const STEPS = 16;

/** A number with all digits before its point, and at most four in all otherwise. */
function numberText(value: number): string {
  if (Number.isInteger(value * STEPS)) return String(value);
  const isLong = Math.abs(value) >= 10 ** DIGITS_MAX;
  return String(isLong ? Math.round(value) : Number(value.toPrecision(DIGITS_MAX)));
}

/** Whether a value says nothing: null, an empty text, list or object. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Whether a value is a list or an object. */
export function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The text of a value on one line. */
export function lineText(value: unknown): string {
  if (typeof value === 'string') return plainLine(value);
  if (typeof value === 'number') return numberText(value);
  if (isFields(value) && Object.values(value).every((member) => !isNested(member))) {
    return membersText(value, ' ');
  }
  return plainLine(JSON.stringify(value) ?? '-');
}

function arrayText(values: readonly unknown[]): string {
  const lines = values.map(lineText);
  // Sentences are set below each other, as objects are.
  const isTall = values.some(isFields) || lines.some((line) => line.endsWith('.'));
  return lines.join(isTall ? '\n' : ', ');
}

function membersText(value: Fields, separator: string): string {
  return Object.entries(value)
    .map(([key, member]) => `${plainLine(key)}=${lineText(member)}`)
    .join(separator);
}
