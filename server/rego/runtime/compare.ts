// Rego's total order over values: by type first, then by content.

import { compare_numbers } from './number';
import {
  BOOLEAN,
  item,
  len,
  NULL,
  NUMBER,
  OBJECT,
  obj_key,
  obj_value,
  STRING,
  tag,
  text,
  truth,
} from './value';

/** Compares bytes: negative, 0 or positive. */
export function compare_bytes(a: usize, b: usize, size: i32): i32 {
  let i = 0;
  for (; i + 8 <= size; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    // The byte that comes first decides, and it is the lowest one.
    if (x !== y) return bswap(x) < bswap(y) ? -1 : 1;
  }
  for (; i < size; i++) {
    const x = <i32>load<u8>(a + i);
    const y = <i32>load<u8>(b + i);
    if (x !== y) return x - y;
  }
  return 0;
}

/** Compares two values: negative, 0 or positive. */
export function cmp(a: usize, b: usize): i32 {
  if (a === b) return 0;
  const kind = tag(a);
  const other = tag(b);
  if (kind !== other) return kind < other ? -1 : 1;
  if (kind === STRING) {
    const n = len(a);
    const m = len(b);
    const order = compare_bytes(text(a), text(b), min(n, m));
    return order ? order : n - m;
  }
  if (kind === NUMBER) return compare_numbers(a, b);
  if (kind <= NULL) return 0;
  if (kind === BOOLEAN) return <i32>truth(a) - <i32>truth(b);
  return kind === OBJECT ? compare_objects(a, b) : compare_lists(a, b);
}

function compare_lists(a: usize, b: usize): i32 {
  const n = len(a);
  const m = len(b);
  for (let i = 0; i < n && i < m; i++) {
    const order = cmp(item(a, i), item(b, i));
    if (order) return order;
  }
  return n - m;
}

function compare_objects(a: usize, b: usize): i32 {
  const n = len(a);
  const m = len(b);
  for (let i = 0; i < n && i < m; i++) {
    let order = cmp(obj_key(a, i), obj_key(b, i));
    if (order) return order;
    order = cmp(obj_value(a, i), obj_value(b, i));
    if (order) return order;
  }
  return n - m;
}
