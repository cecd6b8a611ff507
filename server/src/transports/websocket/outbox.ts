/**
 * Outgoing messages of a client: bounded, and written in batches, because a system call for every
 * event and client would make many clients slow.
 */
import type { Duplex } from 'node:stream';
import type { Timers } from '@novacron/runtime/timers';
import type { WebSocket } from 'ws';
import { type BundleMessages, createBundler } from './bundle-messages.ts';

/** Maximum time a message waits to be written in a batch. Unit: milliseconds. */
const FLUSH_MS = 20;

/** A client that lets more than this pile up is dropped. About 2 500 events. Unit: bytes. */
const OUTBOX_BYTES_MAX = 1_048_576;

/** Stored events are not read on before less than this waits. Unit: bytes. */
const REPLAY_BYTES_MAX = OUTBOX_BYTES_MAX / 4;

/** Writes what is due in all outboxes at once. */
export interface Flusher {
  /** Lets `flush` be called soon. */
  readonly mark: (flush: () => void) => void;
  /** Puts messages into the frames that clients read. */
  readonly bundle: BundleMessages;
}

/** Makes the one flusher of a server. */
export function createFlusher(timers: Timers): Flusher {
  let due = new Set<() => void>();
  return {
    bundle: createBundler(),
    mark: (flush) => {
      if (due.size === 0) {
        timers.after(FLUSH_MS, () => {
          const flushing = due;
          due = new Set();
          for (const each of flushing) each();
        });
      }
      due.add(flush);
    },
  };
}

/** Outgoing messages of a client. */
export interface Outbox {
  readonly send: (message: Uint8Array) => void;
  /** Writes what waits now. */
  readonly flush: () => void;
  /** `undefined` while a replay may go on, else what to wait for: that the client takes it all. */
  readonly room: () => Promise<void> | undefined;
}

/**
 * Makes the outbox of a client.
 * @param client - `socket`: what `webSocket` writes to; `onOverflow`: called when it is too slow
 */
export function createOutbox(client: {
  readonly webSocket: WebSocket;
  readonly socket: Duplex;
  readonly flusher: Flusher;
  readonly onOverflow: () => void;
}): Outbox {
  const { webSocket, socket, flusher, onOverflow } = client;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;

  function flush(): void {
    const messages = waiting;
    waiting = [];
    waitingBytes = 0;
    if (webSocket.readyState !== webSocket.OPEN) return;
    // Past the library, which would frame each message for each client; it queues nothing itself.
    if (messages.length > 0) socket.write(flusher.bundle(messages));
    if (webSocket.bufferedAmount > OUTBOX_BYTES_MAX) onOverflow();
  }

  return {
    flush,
    send: (message) => {
      waiting.push(message);
      waitingBytes += message.byteLength;
      if (waiting.length === 1) flusher.mark(flush);
      // A burst is not the client's fault: what counts is what it does not take.
      if (waitingBytes > OUTBOX_BYTES_MAX) flush();
    },
    room: () => {
      if (waitingBytes + webSocket.bufferedAmount < REPLAY_BYTES_MAX) return undefined;
      flush();
      if (!socket.writableNeedDrain || socket.destroyed) return undefined;
      return new Promise((resolve) => {
        const settle = (): void => {
          socket.off('drain', settle);
          socket.off('close', settle);
          resolve();
        };
        socket.on('drain', settle);
        socket.on('close', settle);
      });
    },
  };
}
