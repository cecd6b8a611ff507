/**
 * The values of a series in few bytes, without loss. Decimal numbers and short floats become whole
 * numbers; any others are written as Gorilla does (Pelkonen and others, VLDB 2015): as what
 * differs, in binary, from the value before.
 */
import type { BitReader, BitWriter } from './bits.ts';
import { makeBitWriter } from './bits.ts';
import { PACKED_MAX, packIntegers, unpackIntegers } from './pack-integers.ts';

/** Encodings of values: three bits. */
const FORMS = { decimal: 0, short: 1, binary: 2 } as const;
const FORM_BITS = 3;

/** Digits behind the point that a decimal number may have. */
const DIGITS_MAX = 6;
const DIGITS_BITS = 3;

/** A short float has this many bits before ten zeros and a low half of zeros. */
const SHORT_SHIFT = 10;

/** Writes values, which are finite. */
export function packValues(out: BitWriter, values: readonly number[]): void {
  const packed = [toDecimal(values), toShort(values)].flatMap((each) => each ?? []);
  const [first, second] = packed.map((each) => ({ ...each, cost: costOf(each.numbers) }));
  const best = second !== undefined && first !== undefined && second.cost < first.cost;
  const chosen = best ? second : first;
  if (chosen === undefined) {
    out.write(FORMS.binary, FORM_BITS);
    packBinary(out, values);
    return;
  }
  out.write(chosen.form, FORM_BITS);
  if (chosen.form === FORMS.decimal) out.write(chosen.digits, DIGITS_BITS);
  packIntegers(out, chosen.numbers);
}

/** Reads as many values as were packed. */
export function unpackValues(input: BitReader, count: number): number[] {
  const form = input.read(FORM_BITS);
  if (form === FORMS.binary) return unpackBinary(input, count);
  if (form === FORMS.short) {
    const words = new Uint32Array(2);
    const floats = new Float64Array(words.buffer);
    return unpackIntegers(input, count).map((number) => {
      words[HIGH] = number << SHORT_SHIFT;
      words[LOW] = 0;
      return floats[0] ?? 0;
    });
  }
  const scale = 10 ** input.read(DIGITS_BITS);
  return unpackIntegers(input, count).map((number) => number / scale);
}

interface Packed {
  readonly form: number;
  readonly digits: number;
  readonly numbers: readonly number[];
}

function costOf(numbers: readonly number[]): number {
  const out = makeBitWriter();
  packIntegers(out, numbers);
  return out.bytes().length;
}

/** Values as whole numbers of the last digit that one of them has; undefined if that is inexact. */
function toDecimal(values: readonly number[]): Packed | undefined {
  let digits = 0;
  for (const value of values) {
    while (!isExact(value, 10 ** digits)) {
      digits += 1;
      if (digits > DIGITS_MAX) return undefined;
    }
  }
  const scale = 10 ** digits;
  const numbers = values.map((value) => Math.round(value * scale));
  const isSmall = numbers.every((number) => Math.abs(number) < PACKED_MAX);
  return isSmall ? { form: FORMS.decimal, digits, numbers } : undefined;
}

function isExact(value: number, scale: number): boolean {
  // What is rounded to -0 becomes 0, which -0 is not.
  return Object.is(Math.round(value * scale) / scale + 0, value);
}

/** The upper bits of positive floats, which are ordered as the floats are. */
function toShort(values: readonly number[]): Packed | undefined {
  const floats = Float64Array.from(values);
  const words = new Uint32Array(floats.buffer);
  const numbers: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const high = words[2 * index + HIGH] ?? 0;
    const low = words[2 * index + LOW] ?? 0;
    const isShort = low === 0 && (high >>> SHORT_SHIFT) << SHORT_SHIFT === high;
    if (!isShort) return undefined;
    numbers.push(high >>> SHORT_SHIFT);
  }
  return { form: FORMS.short, digits: 0, numbers };
}

/** Index of a float's word that has its exponent: the machine decides. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

const WORD_BITS = 32;
const WORD = 2 ** WORD_BITS;

/** Bits that say where the difference of two floats begins, and how long it is. */
const LEADING_BITS = 5;
const LEADING_MAX = 31;
const LENGTH_BITS = 6;

/** A part of two words that differs. */
interface Window {
  readonly leading: number;
  readonly length: number;
}

const NO_WINDOW: Window = { leading: WORD_BITS * 2, length: 0 };

function packBinary(out: BitWriter, values: readonly number[]): void {
  const floats = Float64Array.from(values);
  const words = new Uint32Array(floats.buffer);
  let [high, low] = [0, 0];
  let window = NO_WINDOW;
  for (let index = 0; index < values.length; index += 1) {
    const nextHigh = words[2 * index + HIGH] ?? 0;
    const nextLow = words[2 * index + LOW] ?? 0;
    window = packDifference(out, window, (high ^ nextHigh) >>> 0, (low ^ nextLow) >>> 0);
    [high, low] = [nextHigh, nextLow];
  }
}

/** One bit for no difference, two where it lies within the last window, else the new window. */
function packDifference(out: BitWriter, window: Window, high: number, low: number): Window {
  if (high === 0 && low === 0) {
    out.write(0, 1);
    return window;
  }
  out.write(1, 1);
  const leading = Math.min(leadingZeros(high, low), LEADING_MAX);
  const trailing = trailingZeros(high, low);
  const end = 2 * WORD_BITS - trailing;
  const isWithin = leading >= window.leading && end <= window.leading + window.length;
  const own = isWithin ? window : { leading, length: end - leading };
  out.write(isWithin ? 0 : 1, 1);
  if (!isWithin) {
    out.write(own.leading, LEADING_BITS);
    out.write(own.length - 1, LENGTH_BITS);
  }
  for (let bit = own.leading; bit < own.leading + own.length; ) {
    const isHigh = bit < WORD_BITS;
    const stop = Math.min(own.leading + own.length, isHigh ? WORD_BITS : 2 * WORD_BITS);
    const wordEnd = isHigh ? WORD_BITS : 2 * WORD_BITS;
    const part = Math.floor((isHigh ? high : low) / 2 ** (wordEnd - stop));
    out.write(part % 2 ** (stop - bit), stop - bit);
    bit = stop;
  }
  return own;
}

function unpackBinary(input: BitReader, count: number): number[] {
  const words = new Uint32Array(2);
  const floats = new Float64Array(words.buffer);
  const values: number[] = [];
  let window = NO_WINDOW;
  for (let index = 0; index < count; index += 1) {
    if (input.read(1) === 1) {
      if (input.read(1) === 1) {
        window = { leading: input.read(LEADING_BITS), length: input.read(LENGTH_BITS) + 1 };
      }
      const { high, low } = readDifference(input, window);
      words[HIGH] = (words[HIGH] ?? 0) ^ high;
      words[LOW] = (words[LOW] ?? 0) ^ low;
    }
    values.push(floats[0] ?? 0);
  }
  return values;
}

function readDifference(input: BitReader, { leading, length }: Window) {
  const end = leading + length;
  const highEnd = Math.min(end, WORD_BITS);
  const high = leading < WORD_BITS ? input.read(highEnd - leading) * 2 ** (WORD_BITS - highEnd) : 0;
  const lowStart = Math.max(leading, WORD_BITS);
  const low = end > WORD_BITS ? input.read(end - lowStart) * 2 ** (2 * WORD_BITS - end) : 0;
  return { high, low: low % WORD };
}

function leadingZeros(high: number, low: number): number {
  return high === 0 ? WORD_BITS + Math.clz32(low) : Math.clz32(high);
}

function trailingZeros(high: number, low: number): number {
  const word = low === 0 ? high : low;
  const own = WORD_BITS - 1 - Math.clz32(word & -word);
  return low === 0 ? WORD_BITS + own : own;
}
