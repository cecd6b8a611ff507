// Arithmetic that the runtime leaves to the host, and the builtins over numbers.

import { numberFromText, type RegoValue } from '../../values/rego-value.ts';
import {
  asBigInt,
  asInteger,
  asNumberText,
  asString,
  BuiltinFailure,
  exceed,
  fail,
  type HostBuiltins,
} from '../host/host-builtin.ts';
import * as float from './big-float.ts';

const INTEGER = /^-?\d+$/;
/** A range may have this many numbers; a longer one is a mistake or an attack. */
const RANGE_LENGTH_MAX = 1_000_000;
/** Bits that a shift may move by; more would fill the memory. */
const SHIFT_MAX = 100_000n;
const SMALL_INTEGER_DIGITS_MAX = 18;

function big(text: string): float.BigFloat {
  return float.parseFloat64(text) ?? exceed('a number is too large to compute with');
}

function remainder(a: string, b: string): string {
  if (!INTEGER.test(a) || !INTEGER.test(b)) return fail('a remainder needs integers');
  return String(BigInt(a) % BigInt(b));
}

/** Computes `a operator b` on decimal texts. */
export function computeNumbers(operator: string, a: string, b: string): string {
  if (operator === '%') return remainder(a, b);
  const isSmall = [a, b].every((x) => INTEGER.test(x) && x.length <= SMALL_INTEGER_DIGITS_MAX);
  if (isSmall && operator === '+') return String(BigInt(a) + BigInt(b));
  if (isSmall && operator === '-') return String(BigInt(a) - BigInt(b));
  const left = big(a);
  const right = big(b);
  switch (operator) {
    case '+':
      return float.formatFloat64(float.add(left, right));
    case '-':
      return float.formatFloat64(float.add(left, float.negate(right)));
    case '*':
      return float.formatFloat64(float.multiply(left, right));
    default:
      if (right.mantissa === 0n) return fail('a number cannot be divided by zero');
      return float.formatFloat64(float.divide(left, right));
  }
}

function integerValue(value: bigint): RegoValue {
  return numberFromText(String(value));
}

function rounded(mode: 'floor' | 'ceil' | 'round') {
  return ([value]: readonly RegoValue[]): RegoValue => {
    const text = asNumberText(value);
    if (INTEGER.test(text)) return numberFromText(text);
    return integerValue(float.toInteger(big(text), mode));
  };
}

function range(start: bigint, end: bigint, step: bigint): readonly RegoValue[] {
  const size = (start < end ? end - start : start - end) / step;
  if (size > RANGE_LENGTH_MAX) return exceed(`a range has more than ${RANGE_LENGTH_MAX} numbers`);
  const direction = start <= end ? step : -step;
  return Array.from({ length: Number(size) + 1 }, (_, index) =>
    integerValue(start + BigInt(index) * direction),
  );
}

function toNumber([value]: readonly RegoValue[]): RegoValue {
  if (value === null || value === false) return 0;
  if (value === true) return 1;
  if (typeof value !== 'string') return numberFromText(asNumberText(value));
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) {
    const isNamed = /^[+-]?(nan|inf|infinity)$/i.test(value);
    const kind = isNamed ? 'eval_type_error' : 'eval_builtin_error';
    throw new BuiltinFailure('a string is not a number', kind);
  }
  return numberFromText(value.replace(/^\+/, ''));
}

const DIGITS: Readonly<Record<number, true>> = { 2: true, 8: true, 10: true, 16: true };

function formatInt([value, base]: readonly RegoValue[]): RegoValue {
  const radix = asInteger(base);
  if (!DIGITS[radix]) throw new BuiltinFailure('a base is not 2, 8, 10 or 16', 'eval_type_error');
  const text = asNumberText(value);
  const integer = INTEGER.test(text)
    ? BigInt(text)
    : float.toInteger(big(text), text.startsWith('-') ? 'ceil' : 'floor');
  return integer.toString(radix);
}

function shift(value: bigint, by: bigint): bigint {
  if (by < 0n) throw new BuiltinFailure('a shift is negative', 'eval_type_error');
  return by > SHIFT_MAX ? exceed(`a shift is more than ${SHIFT_MAX} bits`) : value << by;
}

const bits = (compute: (a: bigint, b: bigint) => bigint) => {
  return ([a, b]: readonly RegoValue[]) => integerValue(compute(asBigInt(a), asBigInt(b)));
};

/** The builtins over numbers. */
export const NUMBER_BUILTINS: HostBuiltins = {
  'internal.number_op': ([operator, a, b]) =>
    computeNumbers(String.fromCharCode(asInteger(operator)), asString(a), asString(b)),
  abs: ([value]) => numberFromText(asNumberText(value).replace(/^-/, '')),
  ceil: rounded('ceil'),
  floor: rounded('floor'),
  round: rounded('round'),
  to_number: toNumber,
  format_int: formatInt,
  'numbers.range': ([start, end]) => range(asBigInt(start), asBigInt(end), 1n),
  'numbers.range_step': ([start, end, step]) => {
    const by = asBigInt(step);
    return by > 0n ? range(asBigInt(start), asBigInt(end), by) : fail('a step is not above zero');
  },
  'bits.and': bits((a, b) => a & b),
  'bits.or': bits((a, b) => a | b),
  'bits.xor': bits((a, b) => a ^ b),
  'bits.lsh': bits(shift),
  'bits.rsh': bits((a, b) => {
    if (b < 0n) throw new BuiltinFailure('a shift is negative', 'eval_type_error');
    return a >> b;
  }),
  'bits.negate': ([value]) => integerValue(~asBigInt(value)),
};
