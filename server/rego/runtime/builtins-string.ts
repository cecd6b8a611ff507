// String tests that policies use most; the other string builtins run on the host.

import { arr_push } from './collection';
import { compare_bytes } from './compare';
import { opa_malloc } from './heap';
import { type_fault } from './host';
import { ARRAY, item, len, mk_arr, mk_bool, mk_str, SET, STRING, tag, text } from './value';

function are_strings(a: usize, b: usize): bool {
  return tag(a) === STRING && tag(b) === STRING;
}

function matches_at(a: usize, offset: i32, b: usize): bool {
  return compare_bytes(text(a) + offset, text(b), len(b)) === 0;
}

export function bi_startswith(a: usize, b: usize): usize {
  if (!are_strings(a, b)) return type_fault();
  return mk_bool(len(a) >= len(b) && matches_at(a, 0, b));
}

export function bi_endswith(a: usize, b: usize): usize {
  if (!are_strings(a, b)) return type_fault();
  return mk_bool(len(a) >= len(b) && matches_at(a, len(a) - len(b), b));
}

function find_from(a: usize, from: i32, b: usize): i32 {
  for (let i = from; i <= len(a) - len(b); i++) if (matches_at(a, i, b)) return i;
  return -1;
}

export function bi_contains(a: usize, b: usize): usize {
  return are_strings(a, b) ? mk_bool(find_from(a, 0, b) >= 0) : type_fault();
}

export function bi_concat(glue: usize, list: usize): usize {
  if (tag(glue) !== STRING || (tag(list) !== ARRAY && tag(list) !== SET)) return type_fault();
  let size = 0;
  for (let i = 0; i < len(list); i++) {
    if (tag(item(list, i)) !== STRING) return type_fault();
    size += len(item(list, i)) + (i ? len(glue) : 0);
  }
  const bytes = opa_malloc(size);
  let at = bytes;
  for (let i = 0; i < len(list); i++) {
    if (i) at = append(at, glue);
    at = append(at, item(list, i));
  }
  return mk_str(bytes, size);
}

function append(at: usize, value: usize): usize {
  memory.copy(at, text(value), len(value));
  return at + len(value);
}

function rune_size(first: i32): i32 {
  if (first < 0x80) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function split_runes(value: usize): usize {
  const parts = mk_arr();
  for (let i = 0; i < len(value); ) {
    const size = rune_size(<i32>load<u8>(text(value) + i));
    arr_push(parts, mk_str(text(value) + i, size));
    i += size;
  }
  return parts;
}

export function bi_split(value: usize, separator: usize): usize {
  if (!are_strings(value, separator)) return type_fault();
  if (len(separator) === 0) return split_runes(value);
  const parts = mk_arr();
  let from = 0;
  for (;;) {
    const at = find_from(value, from, separator);
    if (at < 0) break;
    arr_push(parts, mk_str(text(value) + from, at - from));
    from = at + len(separator);
  }
  arr_push(parts, mk_str(text(value) + from, len(value) - from));
  return parts;
}

/** Whether a value has one type; the linker turns `is_string` and its kin into this. */
export function bi_is(value: usize, kind: i32): usize {
  return mk_bool(tag(value) === kind);
}
