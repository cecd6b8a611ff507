/** Waits for a condition: the one way in which a test may let real time pass. */

/** Pause before the second look. Unit: ms. */
const POLL_MS_MIN = 10;

/** Longest pause: looks take processor time from what is waited for. Unit: ms. */
const POLL_MS_MAX = 50;

/** A pause is this share of the time waited so far, within both limits. */
const PAUSE_SHARE = 0.05;

/** Jest's limit of a test, where the suite has set none (jest.config.cjs). */
const TEST_MS_MAX = 60_000;

/** Ends a little before the test, so that the message says what was waited for. */
const SHARE = 0.8;

/** Key under which jest stores the value given to `jest.setTimeout`. */
const TEST_LIMIT = Symbol.for('TEST_TIMEOUT_SYMBOL');

/** Options of a wait. */
export interface WaitOptions {
  /**
   * After this the wait has failed. It detects what hangs, and says nothing of speed. Default: most
   * of the time that the test has. Unit: milliseconds.
   */
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
  const { timeoutMs = patienceMs() } = options;
  const startMs = performance.now();
  const deadlineMs = startMs + timeoutMs;
  return new Promise((resolve, reject) => {
    async function look(): Promise<void> {
      const { value, cause } = await attempt(holds);
      const nowMs = performance.now();
      const pauseMs = Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, PAUSE_SHARE * (nowMs - startMs)));
      if (value !== undefined) resolve(value);
      else if (nowMs < deadlineMs) setTimeout(() => void look(), pauseMs);
      else reject(new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause }));
    }
    void look();
  });
}

function patienceMs(): number {
  const limitMs: unknown = Reflect.get(globalThis, TEST_LIMIT);
  return SHARE * (typeof limitMs === 'number' ? limitMs : TEST_MS_MAX);
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
