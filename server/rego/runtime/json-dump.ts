// Values to JSON text. It is written at the top of the heap; nothing else allocates meanwhile.

import { opa_heap_ptr_get, opa_heap_ptr_set, reserve } from './heap';
import { write_int } from './number';
import {
  BOOLEAN,
  integer,
  is_int,
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

let out: usize = 0;
let limit: usize = 0;

/** Writes a value as JSON; returns where the NUL-terminated text begins. */
export function opa_json_dump(value: usize): usize {
  const start = opa_heap_ptr_get();
  out = start;
  limit = start;
  put_value(value);
  put(0);
  opa_heap_ptr_set(out);
  return start;
}

/** The same as JSON: this module has no second text form. */
export function opa_value_dump(value: usize): usize {
  return opa_json_dump(value);
}

function need(size: i32): void {
  if (out + size <= limit) return;
  limit = out + size + 1024;
  reserve(limit);
}

function put(c: i32): void {
  need(1);
  store<u8>(out++, <u8>c);
}

function put_word(letters: u32): void {
  need(4);
  store<u32>(out, letters);
  out += 4;
}

function put_bytes(start: usize, size: i32): void {
  need(size);
  memory.copy(out, start, size);
  out += size;
}

function put_value(value: usize): void {
  const kind = tag(value);
  if (kind === STRING) put_string(value);
  else if (kind === NUMBER) put_number(value);
  else if (kind === OBJECT) put_object(value);
  else if (kind > OBJECT || kind === OBJECT - 1) put_list(value);
  else if (kind === BOOLEAN) put_boolean(value);
  else if (kind === NULL) put_word(0x6c6c756e);
}

function put_boolean(value: usize): void {
  put_word(truth(value) ? 0x65757274 : 0x736c6166);
  if (!truth(value)) put(101);
}

function put_number(value: usize): void {
  if (!is_int(value)) {
    put_bytes(text(value), len(value));
    return;
  }
  need(24);
  const start = write_int(integer(value), out + 24);
  const size = <i32>(out + 24 - start);
  memory.copy(out, start, size);
  out += size;
}

function put_string(value: usize): void {
  put(34);
  put_escaped(text(value), len(value));
  put(34);
}

function put_escaped(start: usize, size: i32): void {
  const end = start + size;
  let from = start;
  for (let at = start; at < end; at++) {
    const c = <i32>load<u8>(at);
    if (c >= 32 && c !== 34 && c !== 92) continue;
    put_bytes(from, <i32>(at - from));
    from = at + 1;
    put(92);
    if (c >= 32) {
      put(c);
      continue;
    }
    put(117);
    put(48);
    put(48);
    put(48 + (c >> 4));
    const low = c & 15;
    put(low < 10 ? 48 + low : 87 + low);
  }
  put_bytes(from, <i32>(end - from));
}

function put_list(value: usize): void {
  put(91);
  for (let i = 0; i < len(value); i++) {
    if (i) put(44);
    put_value(item(value, i));
  }
  put(93);
}

function put_object(value: usize): void {
  put(123);
  for (let i = 0; i < len(value); i++) {
    if (i) put(44);
    put_key(obj_key(value, i));
    put(58);
    put_value(obj_value(value, i));
  }
  put(125);
}

// A key that is not a string becomes the string of its JSON: first written plainly, then escaped.
function put_key(key: usize): void {
  if (tag(key) === STRING) {
    put_string(key);
    return;
  }
  const start = out;
  put_value(key);
  const size = <i32>(out - start);
  need(size);
  memory.copy(out, start, size);
  const copy = out;
  need(size * 7 + 2);
  const target = start;
  out = copy + size;
  const escaped = out;
  put(34);
  put_escaped(copy, size);
  put(34);
  const escapedSize = <i32>(out - escaped);
  memory.copy(target, escaped, escapedSize);
  out = target + escapedSize;
}
