// Rego values on this side of the WebAssembly border: constants of the compiler, arguments and
// results of builtins that run here.

/** A number that a JavaScript number does not hold exactly: its decimal text. */
export type RegoNumber = { readonly kind: 'number'; readonly text: string };

/** An object; pairs are in the order of their keys. */
export type RegoObject = {
  readonly kind: 'object';
  readonly pairs: readonly (readonly [RegoValue, RegoValue])[];
};

/** A set; members are in order. */
type RegoSet = { readonly kind: 'set'; readonly items: readonly RegoValue[] };

/** Any value. A JavaScript number is always a safe integer; all others are a `RegoNumber`. */
export type RegoValue =
  | null
  | boolean
  | number
  | string
  | readonly RegoValue[]
  | RegoNumber
  | RegoObject
  | RegoSet;

/** The names of the types, as returned by `type_name`. */
type RegoType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'set';

/** The type of a value. */
export function typeOf(value: RegoValue): RegoType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'kind' in value ? value.kind : 'array';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'string';
}

/** Whether a value is an array. */
export function isArray(value: RegoValue): value is readonly RegoValue[] {
  return Array.isArray(value);
}

/** Whether a value is an object. */
export function isObject(value: RegoValue): value is RegoObject {
  return typeOf(value) === 'object';
}

/** Whether a value is a set. */
export function isSet(value: RegoValue): value is RegoSet {
  return typeOf(value) === 'set';
}

/** Whether a value is a number. */
export function isNumber(value: RegoValue): value is number | RegoNumber {
  return typeOf(value) === 'number';
}

const ORDER: readonly RegoType[] = [
  'null',
  'boolean',
  'number',
  'string',
  'array',
  'object',
  'set',
];

/** Rego's total order over values: negative, 0 or positive. */
export function compareValues(a: RegoValue, b: RegoValue): number {
  const type = typeOf(a);
  const other = typeOf(b);
  if (type !== other) return ORDER.indexOf(type) - ORDER.indexOf(other);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return Number(a) - Number(b);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (isArray(a) && isArray(b)) return compareLists(a, b);
  if (isSet(a) && isSet(b)) return compareLists(a.items, b.items);
  return isObject(a) && isObject(b) ? compareLists(a.pairs.flat(), b.pairs.flat()) : 0;
}

function compareLists(a: readonly RegoValue[], b: readonly RegoValue[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareValues(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Compares strings by their UTF-8 bytes, which is by code point. */
function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above all others, though their numbers are lower.
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The decimal text of a number. */
export function numberText(value: number | RegoNumber): string {
  return typeof value === 'number' ? String(value) : value.text;
}

function compareNumbers(a: number | RegoNumber, b: number | RegoNumber): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareDecimals(numberText(a), numberText(b));
}

/** Compares two decimal texts by value, exactly. */
function compareDecimals(a: string, b: string): number {
  const left = readDecimal(a);
  const right = readDecimal(b);
  if (left.sign !== right.sign) return left.sign - right.sign;
  if (left.point !== right.point) return left.sign * (left.point < right.point ? -1 : 1);
  return left.digits === right.digits ? 0 : left.sign * (left.digits < right.digits ? -1 : 1);
}

/** A decimal as 0.digits times ten to the power `point`; no zeros around the digits. */
type Decimal = {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly point: number;
};

/** Takes a decimal text apart. */
export function readDecimal(text: string): Decimal {
  const parts = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = parts ?? [];
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, '').length;
  const digits = all.replace(/^0+/, '').replace(/0+$/, '');
  if (digits === '') return { sign: 0, digits: '', point: 0 };
  const point = whole.length - leading + Number(exponent);
  return { sign: minus === '-' ? -1 : 1, digits, point };
}

/** Makes a value of a decimal text: a safe integer becomes a JavaScript number. */
export function numberFromText(text: string): number | RegoNumber {
  const { sign, digits, point } = readDecimal(text);
  if (sign === 0) return 0;
  const isInteger = point >= digits.length && point <= 16;
  const value = isInteger ? sign * Number(digits.padEnd(point, '0')) : Number.NaN;
  return Number.isSafeInteger(value) ? value : { kind: 'number', text };
}

/** Makes a set: sorted, each member once. */
export function makeSet(items: readonly RegoValue[]): RegoSet {
  const sorted = [...items].sort(compareValues);
  const isFirst = (item: RegoValue, index: number) => {
    const previous = sorted[index - 1];
    return index === 0 || previous === undefined || compareValues(previous, item) !== 0;
  };
  return { kind: 'set', items: sorted.filter(isFirst) };
}

/** Makes an object: sorted by key; of equal keys the last wins. */
export function makeObject(pairs: readonly (readonly [RegoValue, RegoValue])[]): RegoObject {
  const sorted = [...pairs].sort((a, b) => compareValues(a[0], b[0]));
  const isLast = (pair: readonly [RegoValue, RegoValue], index: number) => {
    const next = sorted[index + 1];
    return next === undefined || compareValues(next[0], pair[0]) !== 0;
  };
  return { kind: 'object', pairs: sorted.filter(isLast) };
}
