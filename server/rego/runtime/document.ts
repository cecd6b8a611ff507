// Documents: putting a value at a path (for `with`), merging rules over data, and building the
// objects of partial rules.

import { is_inner, mark_inner, obj_get, obj_once, obj_put, set_add } from './collection';
import { item, len, mk_obj, mk_set, OBJECT, obj_key, obj_value, SET, tag } from './value';

function copy_object(object: usize): usize {
  const copy = mk_obj();
  for (let i = 0; i < len(object); i++) obj_put(copy, obj_key(object, i), obj_value(object, i));
  return copy;
}

/** A copy of `document` in which `path` (an array of keys, from `depth` on) holds `value`. */
export function upsert(document: usize, path: usize, depth: i32, value: usize): usize {
  if (depth >= len(path)) return value;
  const copy = tag(document) === OBJECT ? copy_object(document) : mk_obj();
  const key = item(path, depth);
  obj_put(copy, key, upsert(obj_get(copy, key), path, depth + 1, value));
  return copy;
}

/** Objects merged key by key, deeply; where both have a value that is not an object, `a` wins. */
export function merge(a: usize, b: usize): usize {
  if (!a) return b;
  if (tag(a) !== OBJECT || tag(b) !== OBJECT) return a;
  const merged = copy_object(b);
  for (let i = 0; i < len(a); i++) {
    const key = obj_key(a, i);
    obj_put(merged, key, merge(obj_value(a, i), obj_get(merged, key)));
  }
  return merged;
}

/** Puts `value` at a path inside `object`; true when something else is there already. */
export function path_once(object: usize, path: usize, value: usize): bool {
  const parent = parent_at(object, path);
  return !parent || obj_once(parent, item(path, len(path) - 1), value);
}

/** Adds `value` to the set at a path inside `object`; true when something else is there. */
export function path_add(object: usize, path: usize, value: usize): bool {
  const parent = parent_at(object, path);
  if (!parent) return true;
  const key = item(path, len(path) - 1);
  let set = obj_get(parent, key);
  if (!set) {
    set = mk_set();
    obj_put(parent, key, set);
  }
  if (tag(set) !== SET) return true;
  set_add(set, value);
  return false;
}

// Only objects made here are walked into: an object that is some rule's value is a leaf.
function parent_at(object: usize, path: usize): usize {
  let parent = object;
  for (let i = 0; i < len(path) - 1; i++) {
    const key = item(path, i);
    let child = obj_get(parent, key);
    if (!child) {
      child = mk_obj();
      mark_inner(child);
      obj_put(parent, key, child);
    }
    if (tag(child) !== OBJECT || !is_inner(child)) return 0;
    parent = child;
  }
  return parent;
}
