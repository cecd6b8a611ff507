/** Waits for a condition: the one way in which a test may let real time pass. */

const POLL_MS = 10;
const PATIENCE_MS = 30_000;

/** How long to wait. */
export interface WaitOptions {
  /** After this the wait has failed. Unit: milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Waits until a condition holds.
 * @param what - what is waited for, for the message of a wait in vain
 * @param holds - answers with a value once it holds and with undefined before; a rejection counts
 *   as "not yet", and the last one becomes the cause of a wait in vain
 * @example
 * const vm = await waitUntil('the VM to run', async () => {
 *   const found = await call('vm.get', { id });
 *   return found.ok && found.value.status === 'running' ? found.value : undefined;
 * });
 */
export function waitUntil<T>(
  what: string,
  holds: () => Promise<T | undefined> | T | undefined,
  options: WaitOptions = {},
): Promise<T> {
  const { timeoutMs = PATIENCE_MS } = options;
  const deadlineMs = performance.now() + timeoutMs;
  return new Promise((resolve, reject) => {
    async function look(): Promise<void> {
      const { value, cause } = await attempt(holds);
      if (value !== undefined) resolve(value);
      else if (performance.now() < deadlineMs) setTimeout(() => void look(), POLL_MS);
      else reject(new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause }));
    }
    void look();
  });
}

async function attempt<T>(
  holds: () => Promise<T | undefined> | T | undefined,
): Promise<{ readonly value?: T | undefined; readonly cause?: unknown }> {
  try {
    return { value: await holds() };
  } catch (cause) {
    return { cause };
  }
}
