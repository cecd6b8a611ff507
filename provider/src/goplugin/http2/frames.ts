/** The frames that everything on an HTTP/2 connection travels in. Source: RFC 9113, section 4. */

/** Types of frames. */
export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags of frames; the meaning of a bit depends on the frame type. */
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** Reasons for ending a stream or a connection. */
export const REASON = {
  none: 0,
  protocol: 1,
  flowControl: 3,
  frameSize: 6,
  compression: 9,
  tooMuch: 11,
} as const;

/** A frame as it was read. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 for the connection itself. */
  readonly streamId: number;
  readonly payload: Buffer;
}

/** An error that closes the connection. */
export class ConnectionError extends Error {
  readonly reason: number;

  constructor(reason: number, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The most that a frame holds unless its reader allows more. */
export const PAYLOAD_BYTES_DEFAULT = 16_384;

/**
 * Size of the header before each payload: its length in three bytes, its type in one, and so on.
 */
export const FRAME_HEAD_BYTES = 9;
const TYPES = 0x100;
const TYPE_BITS = 8;
const TYPE_OFFSET = 3;
const FLAGS_OFFSET = 4;
const STREAM_OFFSET = 5;
const STREAM_ID_BITS = 0x7fff_ffff;

/** First bytes that a client sends. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const NOTHING = Buffer.alloc(0);

/** The first bytes of a frame; its payload follows them. */
export function frameHead(frame: Omit<Frame, 'payload'>, payloadBytes: number): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  writeFrameHead(head, { ...frame, payloadBytes, at: 0 });
  return head;
}

/** The first bytes of a frame, and where among others they are. */
interface PlacedHead extends Omit<Frame, 'payload'> {
  readonly payloadBytes: number;
  readonly at: number;
}

/** Writes the first bytes of a frame among others. */
export function writeFrameHead(bytes: Buffer, head: PlacedHead): void {
  const { type, flags, streamId, payloadBytes, at } = head;
  bytes.writeUInt32BE(payloadBytes * TYPES + type, at);
  bytes[at + FLAGS_OFFSET] = flags;
  bytes.writeUInt32BE(streamId, at + STREAM_OFFSET);
}

/**
 * Makes the reader of what a client sends, piece by piece as it comes.
 * @returns a function that answers the frames which a piece completes
 * @throws ConnectionError where it is no HTTP/2
 */
export function createFrameReader(): (chunk: Buffer) => Frame[] {
  let rest: Buffer = NOTHING;
  let isGreeted = false;
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isGreeted) {
      const seen = bytes.subarray(0, PREFACE.length);
      if (!seen.equals(PREFACE.subarray(0, seen.length))) {
        throw new ConnectionError(REASON.protocol, 'the HTTP/2 client preface is missing');
      }
      isGreeted = seen.length === PREFACE.length;
      if (isGreeted) bytes = bytes.subarray(PREFACE.length);
    }
    const frames: Frame[] = [];
    let at = 0;
    for (let frame = isGreeted ? readFrame(bytes, at) : undefined; frame !== undefined; ) {
      frames.push(frame);
      at += FRAME_HEAD_BYTES + frame.payload.length;
      frame = readFrame(bytes, at);
    }
    rest = at === bytes.length ? NOTHING : bytes.subarray(at);
    return frames;
  };
}

function readFrame(bytes: Buffer, at: number): Frame | undefined {
  const from = at + FRAME_HEAD_BYTES;
  if (bytes.length < from) return undefined;
  const payloadBytes = bytes.readUInt32BE(at) >>> TYPE_BITS;
  if (payloadBytes > PAYLOAD_BYTES_DEFAULT) {
    throw new ConnectionError(REASON.frameSize, `a frame has ${payloadBytes} bytes`);
  }
  if (bytes.length < from + payloadBytes) return undefined;
  return {
    type: bytes[at + TYPE_OFFSET] ?? 0,
    flags: bytes[at + FLAGS_OFFSET] ?? 0,
    streamId: bytes.readUInt32BE(at + STREAM_OFFSET) & STREAM_ID_BITS,
    payload: bytes.subarray(from, from + payloadBytes),
  };
}

/**
 * Returns the content of a data or headers frame, without padding and priority.
 * @throws ConnectionError where they are longer than the frame
 */
export function contentOf({ type, flags, payload }: Frame): Buffer {
  if ((flags & (FLAG.padded | FLAG.priority)) === 0) return payload;
  const isPadded = (flags & FLAG.padded) !== 0;
  const paddingBytes = isPadded ? (payload[0] ?? 0) : 0;
  const hasPriority = type === FRAME.headers && (flags & FLAG.priority) !== 0;
  const from = (isPadded ? 1 : 0) + (hasPriority ? PRIORITY_BYTES : 0);
  const to = payload.length - paddingBytes;
  if (from > to)
    throw new ConnectionError(REASON.protocol, 'the padding of a frame is longer than the frame');
  return payload.subarray(from, to);
}

const PRIORITY_BYTES = 5;
