/** One request and its answer: what is left to send, as far as the other side takes it. */
import { FLAG, FRAME, FRAME_HEAD_BYTES, type Frame, frameHead, writeFrameHead } from './frames.ts';

/** Connection state that a stream uses. */
export interface StreamLink {
  /** Send window of the connection, shared by all its streams. Unit: bytes. */
  windowBytes: number;
  /** The most that it takes in one frame. Unit: bytes. */
  readonly frameBytesMax: number;
  readonly write: (...parts: Buffer[]) => void;
  /** Called when a stream has sent everything. */
  readonly ended: (stream: Stream) => void;
}

interface Part {
  readonly bytes: Buffer;
  sent: number;
  readonly done: () => void;
}

/** All of a short answer. */
interface Answer {
  readonly headers: Buffer;
  readonly bytes: Buffer;
  readonly trailers: Buffer;
}

/** One request and its answer, for the handler. */
export interface Exchange {
  readonly path: string;
  /** Answers with one part: quicker than to begin, to send and to end. */
  answer(answer: Answer): void;
  /** Sends headers before anything else, once. */
  begin(headers: Buffer): void;
  /** Sends a part of the answer. Resolves when the other side has taken it or has left. */
  send(bytes: Buffer): Promise<void>;
  /** Ends the answer, with the headers that follow it. */
  end(trailers: Buffer): void;
  /** Resolves when the caller has left. */
  readonly gone: Promise<void>;
  hasLeft(): boolean;
}

type Kind = Pick<Frame, 'type' | 'flags'>;

/** Headers, data, headers. */
const ANSWER_FRAMES = 3;

const HEADERS = { type: FRAME.headers, flags: FLAG.endHeaders } as const;
const DATA = { type: FRAME.data, flags: 0 } as const;
const TRAILERS = { type: FRAME.headers, flags: FLAG.endHeaders + FLAG.endStream } as const;

/** One stream of a connection: what came of its request, and what is left to be sent. */
export class Stream implements Exchange {
  readonly id: number;
  readonly path: string;
  /** Send window of this stream. Unit: bytes. */
  windowBytes: number;
  /** Whether more of the request may come. */
  isOpen = true;
  readonly body: Buffer[] = [];
  bodyBytes = 0;
  readonly #link: StreamLink;
  readonly #queue: Part[] = [];
  #trailers: Buffer | undefined;
  #hasLeft = false;
  #gone: Promise<void> | undefined;
  #tellGone = (): void => {};

  constructor(
    link: StreamLink,
    { id, path, windowBytes }: { id: number; path: string; windowBytes: number },
  ) {
    this.#link = link;
    this.id = id;
    this.path = path;
    this.windowBytes = windowBytes;
  }

  answer({ headers, bytes, trailers }: Answer): void {
    if (this.#hasLeft || bytes.length > this.#roomBytes()) {
      this.begin(headers);
      void this.send(bytes);
      this.end(trailers);
      return;
    }
    const contents = headers.length + bytes.length + trailers.length;
    const whole = Buffer.allocUnsafe(contents + ANSWER_FRAMES * FRAME_HEAD_BYTES);
    const bytesAt = this.#place(HEADERS, headers, { whole, at: 0 });
    const trailersAt = this.#place(DATA, bytes, { whole, at: bytesAt });
    this.#place(TRAILERS, trailers, { whole, at: trailersAt });
    this.windowBytes -= bytes.length;
    this.#link.windowBytes -= bytes.length;
    this.#link.write(whole);
    this.#link.ended(this);
  }

  begin(headers: Buffer): void {
    if (!this.#hasLeft) this.#write(HEADERS, headers);
  }

  send(bytes: Buffer): Promise<void> {
    return new Promise((done) => {
      if (this.#hasLeft) done();
      else this.#queue.push({ bytes, sent: 0, done });
      this.pump();
    });
  }

  end(trailers: Buffer): void {
    this.#trailers = trailers;
    this.pump();
  }

  // Most calls end before this is called.
  get gone(): Promise<void> {
    this.#gone ??= this.#hasLeft
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#tellGone = resolve;
        });
    return this.#gone;
  }

  hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Sends on, after the other side takes more. */
  pump(): void {
    for (let part = this.#queue[0]; part !== undefined; part = this.#queue[0]) {
      if (!this.#sendSome(part)) return;
      this.#queue.shift();
      part.done();
    }
    if (this.#trailers === undefined || this.#hasLeft) return;
    this.#write(TRAILERS, this.#trailers);
    this.#trailers = undefined;
    this.#link.ended(this);
  }

  /** Nothing can be sent any more. */
  leave(): void {
    this.#hasLeft = true;
    for (const part of this.#queue.splice(0)) part.done();
    this.#tellGone();
  }

  /** @returns whether the part is sent completely */
  #sendSome(part: Part): boolean {
    while (part.sent < part.bytes.length) {
      const bytes = part.bytes.subarray(part.sent, part.sent + Math.max(0, this.#roomBytes()));
      if (bytes.length === 0) return false;
      this.#write(DATA, bytes);
      part.sent += bytes.length;
      this.windowBytes -= bytes.length;
      this.#link.windowBytes -= bytes.length;
    }
    return true;
  }

  #roomBytes(): number {
    const { windowBytes, frameBytesMax } = this.#link;
    return Math.min(windowBytes, this.windowBytes, frameBytesMax);
  }

  #write({ type, flags }: Kind, payload: Buffer): void {
    this.#link.write(frameHead({ type, flags, streamId: this.id }, payload.length), payload);
  }

  /** @returns where the next frame begins */
  #place({ type, flags }: Kind, payload: Buffer, { whole, at }: { whole: Buffer; at: number }) {
    const payloadBytes = payload.length;
    writeFrameHead(whole, { type, flags, streamId: this.id, payloadBytes, at });
    payload.copy(whole, at + FRAME_HEAD_BYTES);
    return at + FRAME_HEAD_BYTES + payloadBytes;
  }
}
