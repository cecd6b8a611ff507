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

/** Up to this size a key is put where it belongs; beyond it, moving the others costs more. */
const INSERT_MAX: i32 = 16;

/**
 * Sets a key of an object that is being read. False when the key is only noted: `obj_put_all` must
 * follow before anything else is done with the object.
 */
export function obj_put_last(object: usize, key: usize, value: usize): bool {
  const size = len(object);
  if (size === 0 || cmp(obj_key(object, size - 1), key) < 0) {
    insert_pair(object, size, key, value);
    return true;
  }
  if (size <= INSERT_MAX) {
    obj_put(object, key, value);
    return true;
  }
  insert_pair(object, size, key, value);
  return false;
}

/** Sorts the keys that `obj_put_last` noted; of equal ones the last wins. */
export function obj_put_all(object: usize): void {
  const size = len(object);
  let from = <usize>load<u32>(object, 12);
  let to = opa_malloc(size * 8);
  while (merge_runs(from, to, size)) {
    const done = to;
    to = from;
    from = done;
  }
  let kept = 0;
  for (let i = 0; i < size; i++) {
    const pair = from + i * 8;
    const isLast = i + 1 === size || cmp(load<u32>(pair), load<u32>(pair + 8)) !== 0;
    if (!isLast) continue;
    store<u64>(from + kept * 8, load<u64>(pair));
    kept++;
  }
  store<u32>(object, kept, 4);
  store<u32>(object, <u32>from, 12);
  // The capacity is what both areas have room for.
  store<u32>(object, <u32>size | (load<u32>(object, 8) & INNER), 8);
}

// Merges pairs of ascending runs; false when all was one run, and nothing is moved then.
function merge_runs(from: usize, to: usize, size: i32): bool {
  let start = 0;
  let out = to;
  while (start < size) {
    const middle = run_end(from, start, size);
    if (start === 0 && middle === size) return false;
    const stop = middle < size ? run_end(from, middle, size) : middle;
    let left = start;
    let right = middle;
    while (left < middle && right < stop) {
      const a = from + left * 8;
      const b = from + right * 8;
      const isLeft = cmp(<usize>load<u32>(a), <usize>load<u32>(b)) <= 0;
      store<u64>(out, load<u64>(isLeft ? a : b));
      if (isLeft) left++;
      else right++;
      out += 8;
    }
    memory.copy(out, from + left * 8, (middle - left) * 8);
    out += (middle - left) * 8;
    memory.copy(out, from + right * 8, (stop - right) * 8);
    out += (stop - right) * 8;
    start = stop;
  }
  return true;
}

// Where keys stop to ascend; equal keys are one run, in their order.
function run_end(from: usize, start: i32, size: i32): i32 {
  let i = start + 1;
  while (i < size) {
    const key = <usize>load<u32>(from + i * 8);
    if (cmp(<usize>load<u32>(from + (i - 1) * 8), key) > 0) break;
    i++;
  }
  return i;
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

/** Returns `collection[key]`: a value, a set's member, or undefined. */
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

/** Returns the number of elements that a scan visits; 0 if the value is not a collection. */
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
