// Comparison and arithmetic. Integers are done here; what leaves the i64 range or has a fraction is
// done by the host (`number_op`), on the decimal texts.

import { arr_push, set_add, set_has } from './collection';
import { cmp } from './compare';
import { host_call, number_text, type_fault, value_fault } from './host';
import { num_from_text } from './number';
import {
  ARRAY,
  integer,
  is_int,
  item,
  len,
  mk_arr,
  mk_bool,
  mk_int,
  mk_set,
  NUMBER,
  SET,
  STRING,
  tag,
  text,
} from './value';

const PLUS: i32 = 43;
const MINUS: i32 = 45;
const TIMES: i32 = 42;
const OVER: i32 = 47;
const REMAINDER: i32 = 37;
const HALF_RANGE: i64 = 1 << 62;
const FACTOR_MAX: i64 = 2147483647;

/** The linker's id of the host function that computes on decimal texts. */
export let numberOp: i32 = 0;

/** Sets the id of the host function that computes on decimal texts. */
export function number_op_set(id: i32): void {
  numberOp = id;
}

function on_host(operator: i32, a: usize, b: usize): usize {
  const args = mk_arr();
  arr_push(args, mk_int(operator));
  arr_push(args, number_text(a));
  arr_push(args, number_text(b));
  const result = host_call(numberOp, args);
  if (tag(result) !== STRING) return value_fault();
  return num_from_text(text(result), len(result));
}

function are_numbers(a: usize, b: usize): bool {
  return tag(a) === NUMBER && tag(b) === NUMBER;
}

function are_small(a: usize, b: usize, bound: i64): bool {
  if (!is_int(a) || !is_int(b)) return false;
  const x = integer(a);
  const y = integer(b);
  return x < bound && x > -bound && y < bound && y > -bound;
}

export function bi_plus(a: usize, b: usize): usize {
  if (!are_numbers(a, b)) return type_fault();
  return are_small(a, b, HALF_RANGE) ? mk_int(integer(a) + integer(b)) : on_host(PLUS, a, b);
}

export function bi_minus(a: usize, b: usize): usize {
  if (tag(a) === SET && tag(b) === SET) return difference(a, b);
  if (!are_numbers(a, b)) return type_fault();
  return are_small(a, b, HALF_RANGE) ? mk_int(integer(a) - integer(b)) : on_host(MINUS, a, b);
}

function difference(a: usize, b: usize): usize {
  const rest = mk_set();
  for (let i = 0; i < len(a); i++) if (!set_has(b, item(a, i))) set_add(rest, item(a, i));
  return rest;
}

export function bi_mul(a: usize, b: usize): usize {
  if (!are_numbers(a, b)) return type_fault();
  return are_small(a, b, FACTOR_MAX) ? mk_int(integer(a) * integer(b)) : on_host(TIMES, a, b);
}

function is_zero(value: usize): bool {
  return is_int(value) && integer(value) === 0;
}

export function bi_div(a: usize, b: usize): usize {
  if (!are_numbers(a, b)) return type_fault();
  if (is_zero(b)) return value_fault();
  if (are_small(a, b, HALF_RANGE) && integer(a) % integer(b) === 0) {
    return mk_int(integer(a) / integer(b));
  }
  return on_host(OVER, a, b);
}

export function bi_rem(a: usize, b: usize): usize {
  if (!are_numbers(a, b)) return type_fault();
  if (is_zero(b)) return value_fault();
  return are_small(a, b, HALF_RANGE) ? mk_int(integer(a) % integer(b)) : on_host(REMAINDER, a, b);
}

export function bi_equal(a: usize, b: usize): usize {
  return mk_bool(cmp(a, b) === 0);
}

export function bi_neq(a: usize, b: usize): usize {
  return mk_bool(cmp(a, b) !== 0);
}

export function bi_lt(a: usize, b: usize): usize {
  return mk_bool(cmp(a, b) < 0);
}

export function bi_lte(a: usize, b: usize): usize {
  return mk_bool(cmp(a, b) <= 0);
}

export function bi_gt(a: usize, b: usize): usize {
  return mk_bool(cmp(a, b) > 0);
}

export function bi_gte(a: usize, b: usize): usize {
  return mk_bool(cmp(a, b) >= 0);
}

function is_list(value: usize): bool {
  return tag(value) === ARRAY || tag(value) === SET;
}

/** Characters of a string, not bytes. */
function rune_count(value: usize): i32 {
  let runes = 0;
  const start = text(value);
  for (let i = 0; i < len(value); i++) if ((load<u8>(start + i) & 0xc0) !== 0x80) runes++;
  return runes;
}

export function bi_count(value: usize): usize {
  if (tag(value) === STRING) return mk_int(rune_count(value));
  return tag(value) >= ARRAY ? mk_int(len(value)) : type_fault();
}

export function bi_sum(list: usize): usize {
  if (!is_list(list)) return type_fault();
  let total = mk_int(0);
  for (let i = 0; total && i < len(list); i++) total = bi_plus(total, item(list, i));
  return total;
}

export function bi_product(list: usize): usize {
  if (!is_list(list)) return type_fault();
  let total = mk_int(1);
  for (let i = 0; total && i < len(list); i++) total = bi_mul(total, item(list, i));
  return total;
}

export function bi_max(list: usize): usize {
  if (!is_list(list)) return type_fault();
  let best: usize = 0;
  for (let i = 0; i < len(list); i++)
    if (!best || cmp(item(list, i), best) > 0) best = item(list, i);
  return best;
}

export function bi_min(list: usize): usize {
  if (!is_list(list)) return type_fault();
  let best: usize = 0;
  for (let i = 0; i < len(list); i++)
    if (!best || cmp(item(list, i), best) < 0) best = item(list, i);
  return best;
}
