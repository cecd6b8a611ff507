// Numbers: an i64 where it is exact, otherwise the decimal text as it was written. Arithmetic that
// leaves the i64 range is done by the host on texts, so that nothing is rounded by accident.

import { opa_malloc } from './heap';
import { integer, is_int, len, mk_int, mk_text, NUMBER, text } from './value';

const DIGITS_OF_EXACT_I64: i32 = 18;

/** Writes an i64 in decimal below `end` and returns where the text begins. */
export function write_int(value: i64, end: usize): usize {
  let at = end;
  let rest: u64 = value < 0 ? 0 - <u64>value : <u64>value;
  do {
    at -= 1;
    store<u8>(at, <u8>(48 + (rest % 10)));
    rest /= 10;
  } while (rest > 0);
  if (value < 0) {
    at -= 1;
    store<u8>(at, 45);
  }
  return at;
}

/** Makes a number of a JSON number's text: an i64 if the value is a small integer. */
export function num_from_text(start: usize, size: i32): usize {
  scan_text(start, size);
  const scale = point - count;
  if (count === 0) return mk_int(0);
  if (scale < 0 || point > DIGITS_OF_EXACT_I64) return mk_text(NUMBER, start, size);
  let value: i64 = 0;
  for (let i = 0; i < point; i++) value = value * 10 + <i64>digit(i);
  return mk_int(negative ? -value : value);
}

// The scanner's result: sign, where the first significant digit lies, how many digits are
// significant (no trailing zeros), and how many of them stand before the decimal point.
let negative: bool = false;
let first: usize = 0;
let count: i32 = 0;
let point: i32 = 0;

function digit(index: i32): i32 {
  if (index >= count) return 0;
  let at = first;
  for (let i = 0; i < index || load<u8>(at) === 46; at++) if (load<u8>(at) !== 46) i++;
  return <i32>load<u8>(at) - 48;
}

function scan_text(start: usize, size: i32): void {
  const end = start + size;
  let at = start;
  negative = load<u8>(at) === 45;
  if (negative) at++;
  first = 0;
  count = 0;
  point = 0;
  let seen: i32 = 0;
  let pointSeen = false;
  for (; at < end; at++) {
    const c = <i32>load<u8>(at);
    if (c === 46) {
      pointSeen = true;
      continue;
    }
    if (c < 48 || c > 57) break;
    if (first === 0 && c === 48) {
      if (pointSeen) point--;
      continue;
    }
    if (first === 0) first = at;
    seen++;
    if (!pointSeen) point++;
    if (c !== 48) count = seen;
  }
  if (at < end) point += exponent(at + 1, end);
}

function exponent(start: usize, end: usize): i32 {
  let at = start;
  let minus = false;
  let value: i32 = 0;
  if (at < end && load<u8>(at) === 45) minus = true;
  if (at < end && (load<u8>(at) === 45 || load<u8>(at) === 43)) at++;
  for (; at < end; at++) if (value < 100000000) value = value * 10 + <i32>load<u8>(at) - 48;
  return minus ? -value : value;
}

function scan_number(value: usize): void {
  if (!is_int(value)) {
    scan_text(text(value), len(value));
    return;
  }
  const buffer = opa_malloc(24);
  const start = write_int(integer(value), buffer + 24);
  scan_text(start, <i32>(buffer + 24 - start));
}

/** Compares two numbers by value, exactly: negative, 0 or positive. */
export function compare_numbers(a: usize, b: usize): i32 {
  if (is_int(a) && is_int(b)) {
    const x = integer(a);
    const y = integer(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  scan_number(a);
  const aSign = count === 0 ? 0 : negative ? -1 : 1;
  const aPoint = point;
  const aCount = count;
  const aFirst = first;
  scan_number(b);
  const bSign = count === 0 ? 0 : negative ? -1 : 1;
  if (aSign !== bSign) return aSign < bSign ? -1 : 1;
  if (aSign === 0) return 0;
  if (aPoint !== point) return aPoint < point ? -aSign : aSign;
  return aSign * compare_digits(aFirst, aCount, first, count);
}

function compare_digits(a: usize, aCount: i32, b: usize, bCount: i32): i32 {
  let at = a;
  let bt = b;
  for (let i = 0; i < aCount && i < bCount; i++) {
    if (load<u8>(at) === 46) at++;
    if (load<u8>(bt) === 46) bt++;
    const difference = <i32>load<u8>(at) - <i32>load<u8>(bt);
    if (difference !== 0) return difference < 0 ? -1 : 1;
    at++;
    bt++;
  }
  return aCount === bCount ? 0 : aCount < bCount ? -1 : 1;
}
