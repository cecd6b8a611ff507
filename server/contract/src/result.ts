/**
 * The outcome of anything that can go wrong in an expected way: a value, never an exception.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Wraps a value as a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps an expected trouble as a failure. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/**
 * Crashes on a state that cannot be: a bug, never a user's mistake.
 * @param condition - what must hold
 * @param message - the invariant in words
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** Ends an exhaustive switch: the compiler proves that no case is left. */
export function assertNever(value: never): never {
  throw new Error(`broken invariant: unexpected case ${JSON.stringify(value)}`);
}
