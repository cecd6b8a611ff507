// How a value lies in memory. The layout is private to this module; the host only sees JSON.
//
//   null     tag                       array  tag, length, capacity, -> values
//   boolean  tag, 0 or 1               set    tag, length, capacity, -> values (sorted)
//   number   tag, 0, i64               object tag, length, capacity, -> pairs (sorted by key)
//   number   tag, text length, -> text (when no exact i64)
//   string   tag, byte length, -> UTF-8 bytes
//
// The tags' order is Rego's order of types. Address 0 stands for "undefined".

import { opa_malloc } from './heap';

export const NULL: i32 = 1;
export const BOOLEAN: i32 = 2;
export const NUMBER: i32 = 3;
export const STRING: i32 = 4;
export const ARRAY: i32 = 5;
export const OBJECT: i32 = 6;
export const SET: i32 = 7;

/** The type of a value, 0 for undefined. */
export function tag(value: usize): i32 {
  return value ? load<u32>(value) : 0;
}

/** Length in bytes of a string, in values of a collection; 0 marks an i64 number. */
export function len(value: usize): i32 {
  return load<u32>(value, 4);
}

/** Makes the null. */
export function mk_null(): usize {
  const value = opa_malloc(8);
  store<u32>(value, NULL);
  return value;
}

/** Makes a boolean. */
export function mk_bool(truth: bool): usize {
  const value = opa_malloc(8);
  store<u32>(value, BOOLEAN);
  store<u32>(value, truth ? 1 : 0, 4);
  return value;
}

/** Makes a number that an i64 holds exactly. */
export function mk_int(integer: i64): usize {
  const value = opa_malloc(16);
  store<u32>(value, NUMBER);
  store<u32>(value, 0, 4);
  store<i64>(value, integer, 8);
  return value;
}

/** Makes a string of `size` bytes that stay where they are. */
export function mk_str(bytes: usize, size: i32): usize {
  return mk_text(STRING, bytes, size);
}

/** Makes a string or a number that is kept as text. */
export function mk_text(kind: i32, bytes: usize, size: i32): usize {
  const value = opa_malloc(16);
  store<u32>(value, kind);
  store<u32>(value, size, 4);
  store<u32>(value, <u32>bytes, 8);
  return value;
}

function mk_collection(kind: i32): usize {
  const value = opa_malloc(16);
  store<u32>(value, kind);
  store<u32>(value, 0, 4);
  store<u32>(value, 0, 8);
  store<u32>(value, 0, 12);
  return value;
}

/** Makes an empty array. */
export function mk_arr(): usize {
  return mk_collection(ARRAY);
}

/** Makes an empty object. */
export function mk_obj(): usize {
  return mk_collection(OBJECT);
}

/** Makes an empty set. */
export function mk_set(): usize {
  return mk_collection(SET);
}

/** Returns the address of the bytes of a string or of a number's text. */
export function text(value: usize): usize {
  return load<u32>(value, 8);
}

/** Whether a number is held as an i64. */
export function is_int(value: usize): bool {
  return load<u32>(value, 4) === 0;
}

/** The i64 of a number for which `is_int` holds. */
export function integer(value: usize): i64 {
  return load<i64>(value, 8);
}

/** The truth of a boolean. */
export function truth(value: usize): bool {
  return load<u32>(value, 4) !== 0;
}

/** Member `index` of an array or set. */
export function item(value: usize, index: i32): usize {
  return load<u32>(<usize>load<u32>(value, 12) + index * 4);
}

/** Key `index` of an object, in sorted order. */
export function obj_key(value: usize, index: i32): usize {
  return load<u32>(<usize>load<u32>(value, 12) + index * 8);
}

/** Value `index` of an object, in the order of its keys. */
export function obj_value(value: usize, index: i32): usize {
  return load<u32>(<usize>load<u32>(value, 12) + index * 8, 4);
}

/** Whether a value is anything but `false` and undefined: what an expression asks. */
export function holds(value: usize): bool {
  return value !== 0 && (load<u32>(value) !== BOOLEAN || truth(value));
}
