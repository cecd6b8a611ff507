/** Waiting for a condition, for tests that talk to real processes. */
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 10;
const PATIENCE_MS = 30_000;

/**
 * Waits until a condition holds.
 * @param what - what is waited for, for the message
 * @param holds - answers with a value once it holds, undefined before; a rejection counts as "no"
 */
export async function waitUntil<T>(
  what: string,
  holds: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const value = await holds();
      if (value !== undefined) return value;
    } catch (trouble) {
      cause = trouble;
    }
    await wait(POLL_MS);
  }
  throw new Error(`waited ${PATIENCE_MS} ms in vain for ${what}`, { cause });
}
