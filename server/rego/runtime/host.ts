// Calls to the host. JSON has no sets, no keys but strings and no exact numbers, so values are
// encoded: {"$s":[…]} a set, {"$o":[[key,value],…]} an object, {"$n":"text"} a number. What needs
// no encoding goes as it is, uncopied.

import { arr_push, obj_put, set_add } from './collection';
import { opa_abort, opa_builtin1 } from './env';
import { opa_malloc } from './heap';
import { num_from_text, write_int } from './number';
import {
  ARRAY,
  integer,
  is_int,
  item,
  len,
  mk_arr,
  mk_obj,
  mk_set,
  mk_str,
  NUMBER,
  OBJECT,
  obj_key,
  obj_value,
  SET,
  STRING,
  tag,
  text,
} from './value';

const DOLLAR: i32 = 36;
const SAFE: i64 = 9007199254740991;
const LETTER_N: i32 = 110;
const LETTER_O: i32 = 111;
const LETTER_S: i32 = 115;

/** The last builtin's failure: 0 none, 1 an operand's type, 2 anything else. */
export let fault: i32 = 0;

/** Notes that an operand has the wrong type; the result is undefined. */
export function type_fault(): usize {
  fault = 1;
  return 0;
}

/** Notes that a builtin failed; the result is undefined. */
export function value_fault(): usize {
  fault = 2;
  return 0;
}

/** Forgets the last failure. */
export function fault_reset(): void {
  fault = 0;
}

/** Stops the evaluation with a NUL-terminated message. */
export function abort_with(message: usize): void {
  opa_abort(message);
  unreachable();
}

/** Calls builtin `id` of the host with an array of arguments. */
export function host_call(id: i32, args: usize): usize {
  const result = opa_builtin1(id, 0, is_plain(args) ? args : encode(args));
  return result && has_marks(result) ? decode(result) : result;
}

function is_plain(value: usize): bool {
  const kind = tag(value);
  if (kind === NUMBER) return is_int(value) && integer(value) <= SAFE && integer(value) >= -SAFE;
  if (kind === ARRAY) {
    for (let i = 0; i < len(value); i++) if (!is_plain(item(value, i))) return false;
    return true;
  }
  if (kind === OBJECT) return has_plain_keys(value) && has_plain_values(value);
  return kind !== SET;
}

function is_marked(key: usize): bool {
  return len(key) > 0 && load<u8>(text(key)) === DOLLAR;
}

function has_plain_keys(object: usize): bool {
  for (let i = 0; i < len(object); i++) {
    const key = obj_key(object, i);
    if (tag(key) !== STRING || is_marked(key)) return false;
  }
  return true;
}

function has_plain_values(object: usize): bool {
  for (let i = 0; i < len(object); i++) if (!is_plain(obj_value(object, i))) return false;
  return true;
}

function mark(letter: i32, value: usize): usize {
  const bytes = opa_malloc(8);
  store<u8>(bytes, <u8>DOLLAR);
  store<u8>(bytes, <u8>letter, 1);
  const object = mk_obj();
  obj_put(object, mk_str(bytes, 2), value);
  return object;
}

function encode(value: usize): usize {
  if (is_plain(value)) return value;
  const kind = tag(value);
  if (kind === NUMBER) return mark(LETTER_N, number_text(value));
  if (kind !== OBJECT) {
    const list = mk_arr();
    for (let i = 0; i < len(value); i++) arr_push(list, encode(item(value, i)));
    return kind === SET ? mark(LETTER_S, list) : list;
  }
  return has_plain_keys(value) ? encode_values(value) : mark(LETTER_O, encode_pairs(value));
}

/** The decimal text of a number, as a string. */
export function number_text(value: usize): usize {
  if (!is_int(value)) return mk_str(text(value), len(value));
  const end = opa_malloc(24) + 24;
  const start = write_int(integer(value), end);
  return mk_str(start, <i32>(end - start));
}

function encode_values(object: usize): usize {
  const copy = mk_obj();
  for (let i = 0; i < len(object); i++) {
    obj_put(copy, obj_key(object, i), encode(obj_value(object, i)));
  }
  return copy;
}

function encode_pairs(object: usize): usize {
  const pairs = mk_arr();
  for (let i = 0; i < len(object); i++) {
    const pair = mk_arr();
    arr_push(pair, encode(obj_key(object, i)));
    arr_push(pair, encode(obj_value(object, i)));
    arr_push(pairs, pair);
  }
  return pairs;
}

function has_marks(value: usize): bool {
  const kind = tag(value);
  if (kind === ARRAY) {
    for (let i = 0; i < len(value); i++) if (has_marks(item(value, i))) return true;
  }
  if (kind !== OBJECT) return false;
  for (let i = 0; i < len(value); i++) {
    if (is_marked(obj_key(value, i)) || has_marks(obj_value(value, i))) return true;
  }
  return false;
}

function decode(value: usize): usize {
  const kind = tag(value);
  if (kind === ARRAY) {
    const list = mk_arr();
    for (let i = 0; i < len(value); i++) arr_push(list, decode(item(value, i)));
    return list;
  }
  if (kind !== OBJECT) return value;
  if (len(value) === 1 && is_marked(obj_key(value, 0))) {
    return decode_mark(<i32>load<u8>(text(obj_key(value, 0)), 1), obj_value(value, 0));
  }
  const copy = mk_obj();
  for (let i = 0; i < len(value); i++)
    obj_put(copy, obj_key(value, i), decode(obj_value(value, i)));
  return copy;
}

function decode_mark(letter: i32, value: usize): usize {
  if (letter === LETTER_N) return num_from_text(text(value), len(value));
  if (letter === LETTER_S) {
    const set = mk_set();
    for (let i = 0; i < len(value); i++) set_add(set, decode(item(value, i)));
    return set;
  }
  const object = mk_obj();
  for (let i = 0; i < len(value); i++) {
    const pair = item(value, i);
    obj_put(object, decode(item(pair, 0)), decode(item(pair, 1)));
  }
  return object;
}

/** In strict mode: stops with one of two messages if the builtin that gave `value` failed. */
export function strict_check(value: usize, typeMessage: usize, otherMessage: usize): void {
  if (value || fault === 0) return;
  abort_with(fault === 1 ? typeMessage : otherMessage);
}
