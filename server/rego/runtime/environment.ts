// What an evaluation sees: `input`, `data`, the values that `with` put in the place of functions,
// and an epoch that separates the cached rule values of one environment from those of another.
//
//   epoch, input, data, slot 0, slot 1, …

import { upsert } from './document';
import { opa_malloc } from './heap';

const HEAD: i32 = 12;
const INPUT: i32 = 0;

let lastEpoch: u32 = 0;

/** Makes an environment with `slots` empty slots. */
export function env_new(input: usize, data: usize, slots: i32): usize {
  const env = opa_malloc(HEAD + slots * 4);
  store<u32>(env, ++lastEpoch);
  store<u32>(env, <u32>input, 4);
  store<u32>(env, <u32>data, 8);
  memory.fill(env + HEAD, 0, slots * 4);
  return env;
}

/** Copies an environment under a new epoch. */
export function env_derive(from: usize, slots: i32): usize {
  const env = opa_malloc(HEAD + slots * 4);
  memory.copy(env, from, HEAD + slots * 4);
  store<u32>(env, ++lastEpoch);
  return env;
}

/** Reads input (0) or data (1). */
export function env_document(env: usize, which: i32): usize {
  return which === INPUT ? load<u32>(env, 4) : load<u32>(env, 8);
}

/** Puts `value` at a path (an array of keys) of input (0) or data (1). */
export function env_put(env: usize, which: i32, path: usize, value: usize): void {
  const document = upsert(env_document(env, which), path, 0, value);
  if (which === INPUT) store<u32>(env, <u32>document, 4);
  else store<u32>(env, <u32>document, 8);
}

/** Reads a slot. */
export function env_slot(env: usize, slot: i32): usize {
  return load<u32>(env + slot * 4, HEAD);
}

/** Fills a slot. */
export function env_fill(env: usize, slot: i32, value: usize): void {
  store<u32>(env + slot * 4, <u32>value, HEAD);
}

/** Whether a memo cell (epoch, value) was filled in this environment. */
export function memo_has(cell: usize, env: usize): bool {
  return load<u32>(cell) === load<u32>(env);
}

/** Fills a memo cell and hands the value through. */
export function memo_put(cell: usize, env: usize, value: usize): usize {
  store<u32>(cell, load<u32>(env));
  store<u32>(cell, <u32>value, 4);
  return value;
}
