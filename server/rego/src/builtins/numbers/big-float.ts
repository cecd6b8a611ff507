// Numbers as Rego computes them beyond small integers: binary floating point with a mantissa of 64
// bits, written with the fewest decimal digits that tell it from its neighbours.

import { readDecimal } from '../../values/rego-value.ts';

/** A number: mantissa times two to the power `exponent`; a mantissa of 0 is zero. */
export type BigFloat = { readonly mantissa: bigint; readonly exponent: number };

const PRECISION = 64;
/** Exponents of ten beyond this are refused: the digits would fill the memory. */
const EXPONENT_MAX = 5000;
const ZERO: BigFloat = { mantissa: 0n, exponent: 0 };

function bitLength(value: bigint): number {
  return value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length;
}

// Divides by a power of two and rounds to nearest, ties to even.
function shiftRound(value: bigint, bits: number, hasMore: boolean): bigint {
  const quotient = value >> BigInt(bits);
  const rest = value - (quotient << BigInt(bits));
  const half = 1n << BigInt(bits - 1);
  const up = rest > half || (rest === half && (hasMore || (quotient & 1n) === 1n));
  return up ? quotient + 1n : quotient;
}

function normal(mantissa: bigint, exponent: number, hasMore = false): BigFloat {
  if (mantissa === 0n) return ZERO;
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const extra = bitLength(magnitude) - PRECISION;
  if (extra <= 0) return { mantissa, exponent };
  const rounded = shiftRound(magnitude, extra, hasMore);
  return { mantissa: mantissa < 0n ? -rounded : rounded, exponent: exponent + extra };
}

function ratio(numerator: bigint, denominator: bigint): BigFloat {
  if (numerator === 0n) return ZERO;
  const isNegative = numerator < 0n !== denominator < 0n;
  const top = numerator < 0n ? -numerator : numerator;
  const bottom = denominator < 0n ? -denominator : denominator;
  const shift = Math.max(0, PRECISION + 2 + bitLength(bottom) - bitLength(top));
  const scaled = top << BigInt(shift);
  const quotient = scaled / bottom;
  const result = normal(quotient, -shift, scaled % bottom !== 0n);
  return isNegative ? { ...result, mantissa: -result.mantissa } : result;
}

/** Reads a decimal text; undefined when its exponent is out of all proportion. */
export function parseFloat64(text: string): BigFloat | undefined {
  const { sign, digits, point } = readDecimal(text);
  if (sign === 0) return ZERO;
  if (Math.abs(point) > EXPONENT_MAX) return undefined;
  const scale = point - digits.length;
  const value = BigInt(digits) * BigInt(sign);
  if (scale >= 0) return normal(value * 10n ** BigInt(scale), 0);
  return ratio(value, 10n ** BigInt(-scale));
}

/** The sum. */
export function add(a: BigFloat, b: BigFloat): BigFloat {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.mantissa << BigInt(a.exponent - exponent);
  return normal(left + (b.mantissa << BigInt(b.exponent - exponent)), exponent);
}

/** The number with its sign turned. */
export function negate(a: BigFloat): BigFloat {
  return { ...a, mantissa: -a.mantissa };
}

/** The product. */
export function multiply(a: BigFloat, b: BigFloat): BigFloat {
  return normal(a.mantissa * b.mantissa, a.exponent + b.exponent);
}

/** The quotient; `b` is not zero. */
export function divide(a: BigFloat, b: BigFloat): BigFloat {
  const quotient = ratio(a.mantissa, b.mantissa);
  return { ...quotient, exponent: quotient.exponent + a.exponent - b.exponent };
}

/** The exact integer that a number is; undefined when it has a fraction. */
function toBigInt({ mantissa, exponent }: BigFloat): bigint | undefined {
  if (exponent >= 0) return mantissa << BigInt(exponent);
  const divisor = 1n << BigInt(-exponent);
  return mantissa % divisor === 0n ? mantissa / divisor : undefined;
}

/** Rounds to an integer: down, up, or to nearest with halves away from zero. */
export function toInteger(value: BigFloat, mode: 'floor' | 'ceil' | 'round'): bigint {
  const exact = toBigInt(value);
  if (exact !== undefined) return exact;
  const divisor = 1n << BigInt(-value.exponent);
  const magnitude = value.mantissa < 0n ? -value.mantissa : value.mantissa;
  const whole = magnitude / divisor;
  const isNegative = value.mantissa < 0n;
  const away =
    mode === 'round' ? (magnitude % divisor) * 2n >= divisor : (mode === 'ceil') === !isNegative;
  const rounded = away ? whole + 1n : whole;
  return isNegative ? -rounded : rounded;
}

/** The shortest decimal text that reads back as the same number. */
export function formatFloat64(value: BigFloat): string {
  if (value.mantissa === 0n) return '0';
  const sign = value.mantissa < 0n ? '-' : '';
  const magnitude = value.mantissa < 0n ? -value.mantissa : value.mantissa;
  const { digits, point } = shortest(magnitude, value.exponent);
  const isInteger = toBigInt(value) !== undefined;
  return sign + (isInteger ? digits.padEnd(point, '0') : layOut(digits, point));
}

// As "%g" does: plain for moderate exponents, otherwise d.ddde±xx.
function layOut(digits: string, point: number): string {
  const exponent = point - 1;
  if (exponent >= -4 && exponent < 21) {
    if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
    if (point >= digits.length) return digits.padEnd(point, '0');
    return `${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  const tail = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${tail}e${exponent < 0 ? '-' : '+'}${power}`;
}

type Digits = { readonly digits: string; readonly point: number };

// The value and the halves to its neighbours are kept over one denominator; then more and more
// digits are tried until the text lies between the halves.
function shortest(magnitude: bigint, exponent: number): Digits {
  const widen = BigInt(PRECISION - bitLength(magnitude));
  const mantissa = magnitude << widen;
  const power = exponent - Number(widen);
  const isLowest = mantissa === 1n << BigInt(PRECISION - 1);
  const scale = (units: bigint) => (power >= 2 ? units << BigInt(power - 2) : units);
  const denominator = power >= 2 ? 1n : 1n << BigInt(2 - power);
  const value = scale(mantissa * 4n);
  const low = scale(mantissa * 4n - (isLowest ? 1n : 2n));
  const high = scale(mantissa * 4n + 2n);
  const inclusive = mantissa % 2n === 0n;
  const point = decimalPoint(value, denominator);
  for (let count = 1; ; count += 1) {
    const found = tryDigits({ value, low, high, denominator, inclusive }, count, point);
    if (found) return found;
  }
}

function decimalPoint(value: bigint, denominator: bigint): number {
  let point = Math.floor((bitLength(value) - bitLength(denominator)) * Math.LOG10E * Math.LN2);
  while (value >= denominator * powerOfTen(point)) point += 1;
  while (point > -EXPONENT_MAX * 2 && value * powerOfTen(1 - point) < denominator) point -= 1;
  return point;
}

function powerOfTen(exponent: number): bigint {
  return exponent > 0 ? 10n ** BigInt(exponent) : 1n;
}

type Interval = {
  readonly value: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly denominator: bigint;
  readonly inclusive: boolean;
};

function tryDigits(interval: Interval, count: number, point: number): Digits | undefined {
  const shift = count - point;
  const factor = powerOfTen(shift);
  const unit = interval.denominator * powerOfTen(-shift);
  const scaled = interval.value * factor;
  const down = scaled / unit;
  const up = down + 1n;
  const { inclusive } = interval;
  const low = interval.low * factor;
  const high = interval.high * factor;
  const okDown = inclusive ? down * unit >= low : down * unit > low;
  const okUp = inclusive ? up * unit <= high : up * unit < high;
  if (!okDown && !okUp) return undefined;
  const isUpNearer = (up * unit - scaled) * 2n <= unit;
  const chosen = okDown && okUp ? (isUpNearer ? up : down) : okDown ? down : up;
  const text = String(chosen);
  return { digits: text.replace(/0+$/, ''), point: point + text.length - count };
}
