// JSON text to values. Strings without escapes point into the text, which the caller keeps.

import { arr_push, obj_put_all, obj_put_last } from './collection';
import { opa_malloc } from './heap';
import { num_from_text } from './number';
import { mk_arr, mk_bool, mk_int, mk_null, mk_obj, mk_str } from './value';

const REPLACEMENT: i32 = 0xfffd;
const SHORT_DIGITS: usize = 17;

// Eight bytes at once: the same byte in all of them.
const ONES: u64 = ((<u64>0x01010101) << 32) | 0x01010101;
const HIGHS: u64 = ONES << 7;
const QUOTES: u64 = ONES * 34;
const BACKSLASHES: u64 = ONES * 92;
const BLANKS: u64 = ONES * 32;

let at: usize = 0;
let end: usize = 0;

/** Parses `size` bytes of JSON; 0 when they are not one JSON value. */
export function opa_json_parse(start: usize, size: i32): usize {
  at = start;
  end = start + size;
  const value = parse_value();
  skip_space();
  return at === end ? value : 0;
}

function peek(): i32 {
  return at < end ? <i32>load<u8>(at) : -1;
}

function skip_space(): void {
  let here = at;
  while (here < end) {
    const c = load<u8>(here);
    if (c > 32 || (c !== 32 && c !== 10 && c !== 13 && c !== 9)) break;
    here++;
  }
  at = here;
}

function eat(c: i32): bool {
  skip_space();
  if (peek() !== c) return false;
  at++;
  return true;
}

function word(letters: u32, size: i32): bool {
  if (at + size > end || load<u32>(at) !== letters) return false;
  at += size;
  return true;
}

function parse_value(): usize {
  skip_space();
  const c = peek();
  if (c === 34) return parse_string();
  if (c === 123) return parse_object();
  if (c === 91) return parse_array();
  if (c === 45 || (c >= 48 && c <= 57)) return parse_number();
  if (c === 116) return word(0x65757274, 4) ? mk_bool(true) : 0;
  if (c === 110) return word(0x6c6c756e, 4) ? mk_null() : 0;
  if (c !== 102 || !word(0x736c6166, 4) || peek() !== 101) return 0;
  at++;
  return mk_bool(false);
}

function digits(): bool {
  const start = at;
  while (peek() >= 48 && peek() <= 57) at++;
  return at > start;
}

// An integer of a few digits is read at once; all other numbers are looked at as text.
function parse_number(): usize {
  const start = at;
  const minus = peek() === 45;
  let here = minus ? start + 1 : start;
  const last = min(here + SHORT_DIGITS, end);
  let value: i64 = 0;
  for (; here < last; here++) {
    const d = <i32>load<u8>(here) - 48;
    if (<u32>d > 9) {
      if (d === -2 || (d | 32) === 53) break;
      at = here;
      return here > start + <usize>minus ? mk_int(minus ? -value : value) : 0;
    }
    value = value * 10 + <i64>d;
  }
  if (minus) at++;
  if (!digits()) return 0;
  if (peek() === 46) {
    at++;
    if (!digits()) return 0;
  }
  if (peek() === 101 || peek() === 69) {
    at++;
    if (peek() === 43 || peek() === 45) at++;
    if (!digits()) return 0;
  }
  return num_from_text(start, <i32>(at - start));
}

function parse_array(): usize {
  at++;
  const array = mk_arr();
  if (eat(93)) return array;
  do {
    const value = parse_value();
    if (!value) return 0;
    arr_push(array, value);
  } while (eat(44));
  return eat(93) ? array : 0;
}

function parse_object(): usize {
  at++;
  const object = mk_obj();
  if (eat(125)) return object;
  let sorted = true;
  do {
    skip_space();
    const key = peek() === 34 ? parse_string() : 0;
    if (!key || !eat(58)) return 0;
    const value = parse_value();
    if (!value) return 0;
    sorted = obj_put_last(object, key, value) && sorted;
  } while (eat(44));
  if (!sorted) obj_put_all(object);
  return eat(125) ? object : 0;
}

function parse_string(): usize {
  const start = ++at;
  at = find_stop(start);
  if (peek() === 92) return parse_escaped(start);
  if (peek() !== 34) return 0;
  return mk_str(start, <i32>(at++ - start));
}

// The first quote, backslash or control character from here on, or the end.
function find_stop(from: usize): usize {
  let here = from;
  for (; here + 8 <= end; here += 8) {
    const w = load<u64>(here);
    const controls = (w - BLANKS) & ~w & HIGHS;
    const stops = zero_bytes(w ^ QUOTES) | zero_bytes(w ^ BACKSLASHES) | controls;
    if (stops !== 0) return here + <usize>(ctz(stops) >> 3);
  }
  for (; here < end; here++) {
    const c = load<u8>(here);
    if (c === 34 || c === 92 || c < 32) break;
  }
  return here;
}

// The lowest bit that is set belongs to the first byte that is zero; higher ones may be wrong.
function zero_bytes(w: u64): u64 {
  return (w - ONES) & ~w & HIGHS;
}

function parse_escaped(start: usize): usize {
  let stop = at;
  while (stop < end && load<u8>(stop) === 92) stop = find_stop(min(stop + 2, end));
  const buffer = opa_malloc(stop - start + 4);
  memory.copy(buffer, start, at - start);
  let out = buffer + (at - start);
  while (at < end) {
    const next = find_stop(at);
    memory.copy(out, at, next - at);
    out += next - at;
    at = next + 1;
    const c = next < end ? <i32>load<u8>(next) : -1;
    if (c === 34) return mk_str(buffer, <i32>(out - buffer));
    if (c !== 92) return 0;
    const e = peek();
    at++;
    if (e === 117) {
      const rune = parse_rune();
      if (rune < 0) return 0;
      out = put_rune(out, rune);
      continue;
    }
    const plain = escaped_byte(e);
    if (plain < 0) return 0;
    store<u8>(out++, <u8>plain);
  }
  return 0;
}

function escaped_byte(c: i32): i32 {
  if (c === 34 || c === 92 || c === 47) return c;
  if (c === 98) return 8;
  if (c === 102) return 12;
  if (c === 110) return 10;
  if (c === 114) return 13;
  return c === 116 ? 9 : -1;
}

function hex4(): i32 {
  if (at + 4 > end) return -1;
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const c = <i32>load<u8>(at++);
    const d = c <= 57 ? c - 48 : (c | 32) - 87;
    if (d < 0 || d > 15 || (c > 57 && d < 10)) return -1;
    value = value * 16 + d;
  }
  return value;
}

function parse_rune(): i32 {
  const high = hex4();
  if (high < 0xd800 || high > 0xdfff) return high;
  if (high > 0xdbff || at + 2 > end || load<u16>(at) !== 0x755c) return REPLACEMENT;
  const back = at;
  at += 2;
  const low = hex4();
  if (low < 0) return -1;
  if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  at = back;
  return REPLACEMENT;
}

function put_rune(start: usize, rune: i32): usize {
  let out = start;
  if (rune < 0x80) {
    store<u8>(out++, <u8>rune);
    return out;
  }
  if (rune < 0x800) {
    store<u8>(out++, <u8>(0xc0 | (rune >> 6)));
  } else if (rune < 0x10000) {
    store<u8>(out++, <u8>(0xe0 | (rune >> 12)));
    store<u8>(out++, <u8>(0x80 | ((rune >> 6) & 63)));
  } else {
    store<u8>(out++, <u8>(0xf0 | (rune >> 18)));
    store<u8>(out++, <u8>(0x80 | ((rune >> 12) & 63)));
    store<u8>(out++, <u8>(0x80 | ((rune >> 6) & 63)));
  }
  store<u8>(out++, <u8>(0x80 | (rune & 63)));
  return out;
}
