// Arrays, sets and objects: adding, finding, and walking by position.

import { cmp } from './compare';
import { opa_malloc } from './heap';
import {
  ARRAY,
  integer,
  is_int,
  item,
  len,
  mk_int,
  NUMBER,
  OBJECT,
  obj_key,
  obj_value,
  SET,
  tag,
} from './value';

// The capacity's top bit marks an object that a partial rule builds: see document.ts.
const INNER: u32 = 0x80000000;

/** Marks an object as an inner one of the document that a partial rule builds. */
export function mark_inner(object: usize): void {
  store<u32>(object, load<u32>(object, 8) | INNER, 8);
}

/** Whether `mark_inner` was called for an object. */
export function is_inner(object: usize): bool {
  return (load<u32>(object, 8) & INNER) !== 0;
}

function make_room(collection: usize, width: i32): void {
  const size = len(collection);
  const mark = load<u32>(collection, 8) & INNER;
  const capacity = <i32>(load<u32>(collection, 8) & ~INNER);
  if (size < capacity) return;
  const next = capacity ? capacity * 2 : 4;
  const moved = opa_malloc(next * width);
  memory.copy(moved, load<u32>(collection, 12), size * width);
  store<u32>(collection, <u32>next | mark, 8);
  store<u32>(collection, <u32>moved, 12);
}

/** Appends to an array. */
export function arr_push(array: usize, value: usize): void {
  make_room(array, 4);
  const size = len(array);
  store<u32>(<usize>load<u32>(array, 12) + size * 4, <u32>value);
  store<u32>(array, size + 1, 4);
}

let found: bool = false;

function search(collection: usize, key: usize, isObject: bool): i32 {
  let low = 0;
  let high = len(collection);
  found = false;
  if (high > 0) {
    const last = isObject ? obj_key(collection, high - 1) : item(collection, high - 1);
    if (cmp(last, key) < 0) return high;
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = cmp(isObject ? obj_key(collection, middle) : item(collection, middle), key);
    if (order === 0) {
      found = true;
      return middle;
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds to a set; a member that is there already stays. */
export function set_add(set: usize, value: usize): void {
  const at = search(set, value, false);
  if (found) return;
  make_room(set, 4);
  const members = <usize>load<u32>(set, 12);
  const size = len(set);
  memory.copy(members + (at + 1) * 4, members + at * 4, (size - at) * 4);
  store<u32>(members + at * 4, <u32>value);
  store<u32>(set, size + 1, 4);
}

/** Whether a set has a member. */
export function set_has(set: usize, value: usize): bool {
  search(set, value, false);
  return found;
}

/** Sets a key of an object; the last value wins. */
export function obj_put(object: usize, key: usize, value: usize): void {
  const at = search(object, key, true);
  const pairs = <usize>load<u32>(object, 12);
  if (found) store<u32>(pairs + at * 8, <u32>value, 4);
  else insert_pair(object, at, key, value);
}

function insert_pair(object: usize, at: i32, key: usize, value: usize): void {
  make_room(object, 8);
  const pairs = <usize>load<u32>(object, 12);
  const size = len(object);
  memory.copy(pairs + (at + 1) * 8, pairs + at * 8, (size - at) * 8);
  store<u32>(pairs + at * 8, <u32>key);
  store<u32>(pairs + at * 8, <u32>value, 4);
  store<u32>(object, size + 1, 4);
}

/** Sets a key of an object; true when the key already has another value (nothing changes then). */
export function obj_once(object: usize, key: usize, value: usize): bool {
  const at = search(object, key, true);
  if (found) return cmp(obj_value(object, at), value) !== 0;
  insert_pair(object, at, key, value);
  return false;
}

/** The value of an object's key, or undefined. */
export function obj_get(object: usize, key: usize): usize {
  const at = search(object, key, true);
  return found ? obj_value(object, at) : 0;
}

/** What `collection[key]` is: a value, a set's member, or undefined. */
export function get(collection: usize, key: usize): usize {
  const kind = tag(collection);
  if (kind === OBJECT) return obj_get(collection, key);
  if (kind === ARRAY) {
    if (tag(key) !== NUMBER || !is_int(key)) return 0;
    const index = integer(key);
    return index >= 0 && index < <i64>len(collection) ? item(collection, <i32>index) : 0;
  }
  if (kind !== SET) return 0;
  const at = search(collection, key, false);
  return found ? item(collection, at) : 0;
}

/** How many things a scan meets; 0 for what is not a collection. */
export function vlen(value: usize): i32 {
  return tag(value) >= ARRAY ? len(value) : 0;
}

/** The key that a scan meets at a position: an index, a key, or a set's member. */
export function key_at(value: usize, index: i32): usize {
  const kind = tag(value);
  if (kind === ARRAY) return mk_int(index);
  return kind === OBJECT ? obj_key(value, index) : item(value, index);
}

/** The value that a scan meets at a position. */
export function val_at(value: usize, index: i32): usize {
  return tag(value) === OBJECT ? obj_value(value, index) : item(value, index);
}
