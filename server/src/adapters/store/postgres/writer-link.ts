/** Keeps one writing connection: when it is lost, another is made, however long that takes. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import {
  connectWriter,
  disconnectWriter,
  hangUp,
  type WriterConnection,
} from './connect-writer.ts';

/** The first pause between attempts; each is twice as long as the one before. */
export const RECONNECT_DELAY_MS_MIN = 50;

/** The longest pause: how long the store may stay away after the database is back. */
const RECONNECT_DELAY_MS_MAX = 2_000;

/** The way to the database. */
export interface WriterLink {
  /** The connection; undefined while there is none. */
  readonly current: () => WriterConnection | undefined;
  /** The connection, once there is one; undefined if there is none in time. */
  readonly next: (timeoutMs: number) => Promise<WriterConnection | undefined>;
  /** Gives up a connection, for which another is made. */
  readonly drop: (connection: WriterConnection) => void;
  readonly close: () => Promise<void>;
}

/**
 * Connects.
 * @returns the link; a promise that rejects if the first connection cannot be made
 */
export async function openWriterLink(settings: ClientConfig): Promise<WriterLink> {
  const closing = new AbortController();
  let current: WriterConnection | undefined;
  let connecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const made: WriterConnection = await connectWriter(settings, () => {
      if (current === made) forget();
    });
    current = made;
  }

  function forget(): void {
    current = undefined;
    if (!closing.signal.aborted) connecting ??= reconnect();
  }

  async function reconnect(): Promise<void> {
    let delayMs = RECONNECT_DELAY_MS_MIN;
    while (current === undefined && !closing.signal.aborted) {
      try {
        await connect();
      } catch {
        // Callers learn it from the answers that they get meanwhile.
        await wait(delayMs, undefined, { signal: closing.signal }).catch(() => {});
        delayMs = Math.min(delayMs * 2, RECONNECT_DELAY_MS_MAX);
      }
    }
    connecting = undefined;
  }

  await connect();
  return {
    current: () => current,
    next: async (timeoutMs) => {
      const patience = new AbortController();
      const timeout = wait(timeoutMs, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([connecting, timeout]);
      patience.abort();
      return current;
    },
    drop: (connection) => {
      if (current === connection) forget();
      hangUp(connection.client);
    },
    close: async () => {
      closing.abort();
      await connecting;
      const last = current;
      current = undefined;
      if (last !== undefined) await disconnectWriter(last);
    },
  };
}
