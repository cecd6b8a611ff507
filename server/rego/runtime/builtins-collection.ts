// Builtins over arrays, sets and objects whose result must keep its exact type.

import { arr_push, get, obj_get, obj_put, set_add, set_has, val_at, vlen } from './collection';
import { cmp } from './compare';
import { merge } from './document';
import { type_fault } from './host';
import {
  ARRAY,
  BOOLEAN,
  integer,
  is_int,
  item,
  len,
  mk_arr,
  mk_bool,
  mk_int,
  mk_obj,
  mk_set,
  NUMBER,
  OBJECT,
  obj_key,
  obj_value,
  SET,
  tag,
  truth,
} from './value';

function add_all(target: usize, list: usize): void {
  for (let i = 0; i < len(list); i++) set_add(target, item(list, i));
}

export function bi_or(a: usize, b: usize): usize {
  if (tag(a) !== SET || tag(b) !== SET) return type_fault();
  const all = mk_set();
  add_all(all, a);
  add_all(all, b);
  return all;
}

export function bi_and(a: usize, b: usize): usize {
  if (tag(a) !== SET || tag(b) !== SET) return type_fault();
  const both = mk_set();
  for (let i = 0; i < len(a); i++) if (set_has(b, item(a, i))) set_add(both, item(a, i));
  return both;
}

export function bi_union(sets: usize): usize {
  if (tag(sets) !== SET) return type_fault();
  const all = mk_set();
  for (let i = 0; i < len(sets); i++) {
    if (tag(item(sets, i)) !== SET) return type_fault();
    add_all(all, item(sets, i));
  }
  return all;
}

export function bi_intersection(sets: usize): usize {
  if (tag(sets) !== SET) return type_fault();
  if (len(sets) === 0) return mk_set();
  let common = item(sets, 0);
  if (tag(common) !== SET) return type_fault();
  for (let i = 1; i < len(sets); i++) {
    common = bi_and(common, item(sets, i));
    if (!common) return 0;
  }
  return common;
}

export function bi_sort(list: usize): usize {
  if (tag(list) !== ARRAY && tag(list) !== SET) return type_fault();
  const sorted = mk_arr();
  for (let i = 0; i < len(list); i++) arr_push(sorted, item(list, i));
  if (tag(list) === ARRAY) merge_sort(sorted);
  return sorted;
}

// Bottom-up merge sort between the array's own store and a copy of it.
function merge_sort(array: usize): void {
  const size = len(array);
  let from = <usize>load<u32>(array, 12);
  let to = spare_store(size);
  for (let width = 1; width < size; width *= 2) {
    for (let low = 0; low < size; low += width * 2) merge_runs(from, to, low, width, size);
    const swap = from;
    from = to;
    to = swap;
  }
  store<u32>(array, <u32>from, 12);
}

function spare_store(size: i32): usize {
  const spare = mk_arr();
  for (let i = 0; i < size; i++) arr_push(spare, 0);
  return load<u32>(spare, 12);
}

function merge_runs(from: usize, to: usize, low: i32, width: i32, size: i32): void {
  const middle = min(low + width, size);
  const high = min(low + width * 2, size);
  let i = low;
  let j = middle;
  for (let k = low; k < high; k++) {
    const left = <usize>load<u32>(from + i * 4);
    const takeLeft = i < middle && (j >= high || cmp(left, load<u32>(from + j * 4)) <= 0);
    store<u32>(to + k * 4, load<u32>(from + (takeLeft ? i++ : j++) * 4));
  }
}

export function bi_member2(value: usize, collection: usize): usize {
  if (tag(collection) === SET) return mk_bool(set_has(collection, value));
  for (let i = 0; i < vlen(collection); i++) {
    if (cmp(val_at(collection, i), value) === 0) return mk_bool(true);
  }
  return mk_bool(false);
}

export function bi_member3(key: usize, value: usize, collection: usize): usize {
  const present = get(collection, key);
  return mk_bool(present !== 0 && cmp(present, value) === 0);
}

export function bi_object_get(object: usize, key: usize, fallback: usize): usize {
  if (tag(object) !== OBJECT) return type_fault();
  if (tag(key) !== ARRAY) {
    const value = obj_get(object, key);
    return value ? value : fallback;
  }
  let value = object;
  for (let i = 0; value && i < len(key); i++) value = get(value, item(key, i));
  return value ? value : fallback;
}

export function bi_object_keys(object: usize): usize {
  if (tag(object) !== OBJECT) return type_fault();
  const keys = mk_set();
  for (let i = 0; i < len(object); i++) set_add(keys, obj_key(object, i));
  return keys;
}

export function bi_object_union(a: usize, b: usize): usize {
  return tag(a) === OBJECT && tag(b) === OBJECT ? merge(b, a) : type_fault();
}

export function bi_object_union_n(objects: usize): usize {
  if (tag(objects) !== ARRAY) return type_fault();
  let all = mk_obj();
  for (let i = 0; i < len(objects); i++) {
    if (tag(item(objects, i)) !== OBJECT) return type_fault();
    all = merge(item(objects, i), all);
  }
  return all;
}

function has_key(keys: usize, key: usize): bool {
  if (tag(keys) === OBJECT) return obj_get(keys, key) !== 0;
  if (tag(keys) === SET) return set_has(keys, key);
  for (let i = 0; i < len(keys); i++) if (cmp(item(keys, i), key) === 0) return true;
  return false;
}

function keep(object: usize, keys: usize, wanted: bool): usize {
  if (tag(object) !== OBJECT || tag(keys) < ARRAY) return type_fault();
  const kept = mk_obj();
  for (let i = 0; i < len(object); i++) {
    const key = obj_key(object, i);
    if (has_key(keys, key) === wanted) obj_put(kept, key, obj_value(object, i));
  }
  return kept;
}

export function bi_object_remove(object: usize, keys: usize): usize {
  return keep(object, keys, false);
}

export function bi_object_filter(object: usize, keys: usize): usize {
  return keep(object, keys, true);
}

export function bi_array_concat(a: usize, b: usize): usize {
  if (tag(a) !== ARRAY || tag(b) !== ARRAY) return type_fault();
  const all = mk_arr();
  for (let i = 0; i < len(a); i++) arr_push(all, item(a, i));
  for (let i = 0; i < len(b); i++) arr_push(all, item(b, i));
  return all;
}

function clamp(value: i64, size: i32): i32 {
  if (value < 0) return 0;
  return value > <i64>size ? size : <i32>value;
}

export function bi_array_slice(array: usize, from: usize, to: usize): usize {
  if (tag(array) !== ARRAY || tag(from) !== NUMBER || tag(to) !== NUMBER) return type_fault();
  if (!is_int(from) || !is_int(to)) return type_fault();
  const part = mk_arr();
  const stop = clamp(integer(to), len(array));
  for (let i = clamp(integer(from), len(array)); i < stop; i++) arr_push(part, item(array, i));
  return part;
}

export function bi_array_reverse(array: usize): usize {
  if (tag(array) !== ARRAY) return type_fault();
  const turned = mk_arr();
  for (let i = len(array) - 1; i >= 0; i--) arr_push(turned, item(array, i));
  return turned;
}

function is_true(value: usize): bool {
  return tag(value) === BOOLEAN && truth(value);
}

export function bi_all(list: usize): usize {
  if (tag(list) !== ARRAY && tag(list) !== SET) return type_fault();
  for (let i = 0; i < len(list); i++) if (!is_true(item(list, i))) return mk_bool(false);
  return mk_bool(true);
}

export function bi_any(list: usize): usize {
  if (tag(list) !== ARRAY && tag(list) !== SET) return type_fault();
  for (let i = 0; i < len(list); i++) if (is_true(item(list, i))) return mk_bool(true);
  return mk_bool(false);
}

/** All [path, value] pairs of a document, itself first: what `walk` relates. */
export function bi_walk(value: usize): usize {
  const pairs = mk_arr();
  walk_into(pairs, mk_arr(), value);
  return pairs;
}

function walk_into(pairs: usize, path: usize, value: usize): void {
  const pair = mk_arr();
  arr_push(pair, path);
  arr_push(pair, value);
  arr_push(pairs, pair);
  const kind = tag(value);
  for (let i = 0; i < vlen(value); i++) {
    const key = kind === OBJECT ? obj_key(value, i) : kind === ARRAY ? mk_int(i) : item(value, i);
    const longer = bi_array_concat(path, mk_arr());
    arr_push(longer, key);
    walk_into(pairs, longer, val_at(value, i));
  }
}
