// The functions that templates of Go's text/template may call.

import { fail } from '../host/host-builtin.ts';
import { sprintf } from './sprintf.ts';

/**
 * A value in a template; undefined is nil, or a member that is absent. A number comes from the
 * template itself: those of the data are texts, as Go's reader of JSON keeps them.
 */
export type TemplateValue =
  | undefined
  | string
  | boolean
  | number
  | readonly TemplateValue[]
  | ReadonlyMap<string, TemplateValue>;

type Values = readonly TemplateValue[];

/** Whether a condition holds. */
export function isTrue(value: TemplateValue): boolean {
  if (isList(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** A value as the template shows it. */
export function showValue(value: TemplateValue): string {
  return value === undefined ? '<undefined>' : plain(value);
}

/** Calls a function. Fails where there is none of the name, or its arguments do not fit. */
export function callFunction(name: string, args: Values): TemplateValue {
  const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return call ? call(args) : fail(`template: function "${name}" not defined`);
}

/** Whether a value is a list. */
export function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

function plain(value: TemplateValue): string {
  if (value === undefined) return '<nil>';
  if (isList(value)) return `[${value.map(plain).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  return `map[${[...value].map(([key, each]) => `${key}:${plain(each)}`).join(' ')}]`;
}

function lengthOf([value]: Values): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (isList(value)) return value.length;
  return value instanceof Map ? value.size : fail(`template: len of ${kindOf(value)}`);
}

function kindOf(value: TemplateValue): string {
  if (value === undefined) return 'nil';
  if (isList(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

function indexInto([value, ...keys]: Values): TemplateValue {
  return keys.reduce<TemplateValue>((each, key) => {
    if (each instanceof Map && typeof key === 'string') return each.get(key);
    if (!isList(each)) return fail(`template: cannot index ${kindOf(each)} by ${kindOf(key)}`);
    const isInside = typeof key === 'number' && Number.isInteger(key) && key in each;
    return isInside ? each[key] : fail(`template: index out of range: ${plain(key)}`);
  }, value);
}

function sliceOf([value, from = 0, to]: Values): TemplateValue {
  const length = typeof value === 'string' || isList(value) ? value.length : undefined;
  if (length === undefined) return fail(`template: cannot slice ${kindOf(value)}`);
  const end = to ?? length;
  const isInside = typeof from === 'number' && typeof end === 'number' && 0 <= from && from <= end;
  if (!isInside || end > length) return fail('template: index out of range of a slice');
  return typeof value === 'string'
    ? value.slice(from, end)
    : isList(value) && value.slice(from, end);
}

function print(values: Values): string {
  let text = '';
  for (const [index, value] of values.entries()) {
    const isSpaced = typeof value !== 'string' && typeof values[index - 1] !== 'string';
    text += `${index > 0 && isSpaced ? ' ' : ''}${plain(value)}`;
  }
  return text;
}

function format([pattern, ...values]: Values): string {
  if (typeof pattern !== 'string') return fail('template: printf needs a text');
  const operands = values.map((value) => (typeof value === 'number' ? value : plain(value)));
  return sprintf(pattern, operands);
}

function isEqual(a: TemplateValue, b: TemplateValue): boolean {
  const isBasic = (value: TemplateValue) => typeof value !== 'object';
  if (!isBasic(a) || !isBasic(b)) return fail('template: lists and maps cannot be compared');
  const isSame = typeof a === typeof b || a === undefined || b === undefined;
  return isSame ? a === b : fail('template: incompatible types for comparison');
}

function isLess(a: TemplateValue, b: TemplateValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  }
  return fail('template: incompatible types for comparison');
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\ufffd',
};

function escapeScript(text: string): string {
  return text.replace(/[\\'"<>&=\p{Cc}]/gu, (letter) => {
    if (`\\'"`.includes(letter)) return `\\${letter}`;
    return `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function escapeQuery(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1).replace(/\*/g, '%2A');
}

const FUNCTIONS: Readonly<Record<string, (args: Values) => TemplateValue>> = {
  len: lengthOf,
  index: indexInto,
  slice: sliceOf,
  not: ([value]) => !isTrue(value),
  print,
  printf: format,
  println: (values) => `${values.map(plain).join(' ')}\n`,
  html: (values) => print(values).replace(/[&<>"'\0]/g, (letter) => HTML[letter] ?? letter),
  js: (values) => escapeScript(print(values)),
  urlquery: (values) => escapeQuery(print(values)),
  eq: ([a, ...others]) =>
    others.length > 0
      ? others.some((b) => isEqual(a, b))
      : fail('template: missing argument for comparison'),
  ne: ([a, b]) => !isEqual(a, b),
  lt: ([a, b]) => isLess(a, b),
  le: ([a, b]) => !isLess(b, a),
  gt: ([a, b]) => isLess(b, a),
  ge: ([a, b]) => !isLess(a, b),
};
