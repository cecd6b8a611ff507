/**
 * The writes that are on their way or whose answer was lost. One that is pressed again while it is
 * on its way is not sent again; one that is sent again after a lost answer has the same
 * idempotency key, so that the server answers what it has done the first time.
 */

/** Maximum number of lost answers remembered; the oldest is dropped. */
const KEYS_MAX = 100;

const KEY_BYTES = 16;

/** Sends a write with its idempotency key. @returns the text of the answer */
type SendWrite = (key: string) => Promise<string>;

/** Tracks writes that are not confirmed. */
export interface PendingWrites {
  /**
   * Sends a write, or joins the one that is on its way.
   *
   * @param text operation and input: what makes two writes the same
   * @param isLost whether a failure leaves open what the server has done
   */
  readonly send: (
    text: string,
    isLost: (cause: unknown) => boolean,
    send: SendWrite,
  ) => Promise<string>;
}

/** Returns an empty memory; `makeKey` makes keys that nothing else has. */
export function createPendingWrites(makeKey: () => string = randomKey): PendingWrites {
  const onTheirWay = new Map<string, Promise<string>>();
  const keys = new Map<string, string>();
  const run = async (
    text: string,
    isLost: (cause: unknown) => boolean,
    send: SendWrite,
  ): Promise<string> => {
    const key = keys.get(text) ?? makeKey();
    keys.set(text, key);
    try {
      const answer = await send(key);
      keys.delete(text);
      return answer;
    } catch (cause) {
      if (!isLost(cause)) keys.delete(text);
      forgetOldest(keys);
      throw cause;
    } finally {
      onTheirWay.delete(text);
    }
  };
  return {
    send: (text, isLost, send) => {
      const earlier = onTheirWay.get(text);
      if (earlier !== undefined) return earlier;
      const started = run(text, isLost, send);
      onTheirWay.set(text, started);
      return started;
    },
  };
}

function forgetOldest(keys: Map<string, string>): void {
  const [oldest] = keys.keys();
  if (keys.size > KEYS_MAX && oldest !== undefined) keys.delete(oldest);
}

/** A page without TLS on an address that is not loopback has no `crypto.randomUUID`. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
