/** One request and its answer: what is left to send, as far as the other side takes it. */
import { FLAG, FRAME, frameHead } from './frames.ts';

/** What a stream needs of its connection. */
export interface StreamLink {
  /** What the other side takes of all streams together. Unit: bytes. */
  windowBytes: number;
  /** The most that it takes in one frame. Unit: bytes. */
  readonly frameBytesMax: number;
  readonly write: (...parts: Buffer[]) => void;
  /** Hears that a stream has said everything. */
  readonly ended: (stream: Stream) => void;
}

interface Part {
  readonly bytes: Buffer;
  sent: number;
  readonly done: () => void;
}

/** One stream of a connection, for its connection. */
export interface Stream {
  readonly id: number;
  readonly path: string;
  /** What the other side takes of this stream. Unit: bytes. */
  windowBytes: number;
  /** Whether more of the request may come. */
  isOpen: boolean;
  readonly body: Buffer[];
  bodyBytes: number;
  readonly exchange: Exchange;
  /** Sends on, after the other side takes more. */
  readonly pump: () => void;
  /** Nothing can be sent any more. */
  readonly leave: () => void;
}

/** One request and its answer, for whoever answers. */
export interface Exchange {
  readonly path: string;
  /** Sends headers before anything else, once. */
  readonly begin: (headers: Buffer) => void;
  /** Sends a part of the answer. Resolves when the other side has taken it or has left. */
  readonly send: (bytes: Buffer) => Promise<void>;
  /** Ends the answer, with the headers that follow it. */
  readonly end: (trailers: Buffer) => void;
  /** Resolves when the caller has left. */
  readonly gone: Promise<void>;
  readonly hasLeft: () => boolean;
}

/** Makes a stream. */
export function createStream(
  link: StreamLink,
  { id, path, windowBytes }: { id: number; path: string; windowBytes: number },
): Stream {
  const queue: Part[] = [];
  let trailers: Buffer | undefined;
  let hasLeft = false;
  let leave = (): void => {};
  let gone: Promise<void> | undefined;

  function pump(): void {
    for (let part = queue[0]; part !== undefined; part = queue[0]) {
      if (!sendSome(part)) return;
      queue.shift();
      part.done();
    }
    if (trailers === undefined || hasLeft) return;
    const flags = FLAG.endHeaders + FLAG.endStream;
    link.write(frameHead({ type: FRAME.headers, flags, streamId: id }, trailers.length), trailers);
    trailers = undefined;
    link.ended(stream);
  }

  /** @returns whether the part is sent completely */
  function sendSome(part: Part): boolean {
    while (part.sent < part.bytes.length) {
      const room = Math.min(link.windowBytes, stream.windowBytes, link.frameBytesMax);
      const bytes = part.bytes.subarray(part.sent, part.sent + Math.max(0, room));
      if (bytes.length === 0) return false;
      link.write(frameHead({ type: FRAME.data, flags: 0, streamId: id }, bytes.length), bytes);
      part.sent += bytes.length;
      stream.windowBytes -= bytes.length;
      link.windowBytes -= bytes.length;
    }
    return true;
  }

  const exchange: Exchange = {
    path,
    begin: (headers) => {
      if (hasLeft) return;
      const head = { type: FRAME.headers, flags: FLAG.endHeaders, streamId: id };
      link.write(frameHead(head, headers.length), headers);
    },
    send: (bytes) =>
      new Promise((done) => {
        if (hasLeft) done();
        else queue.push({ bytes, sent: 0, done });
        pump();
      }),
    end: (bytes) => {
      trailers = bytes;
      pump();
    },
    // Most calls are over before anybody asks.
    get gone() {
      gone ??= hasLeft ? Promise.resolve() : new Promise((resolve) => (leave = resolve));
      return gone;
    },
    hasLeft: () => hasLeft,
  };
  const stream: Stream = {
    ...{ id, path, windowBytes, exchange, pump },
    ...{ isOpen: true, body: [], bodyBytes: 0 },
    leave: () => {
      hasLeft = true;
      for (const part of queue.splice(0)) part.done();
      leave();
    },
  };
  return stream;
}
