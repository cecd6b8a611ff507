/** The frames that everything on an HTTP/2 connection travels in. Source: RFC 9113, section 4. */

/** What frames are. */
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

/** What frames may say besides; which of them a bit means depends on the frame. */
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** Why a stream or a connection ends. */
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

/** What a connection cannot go on after. */
export class ConnectionError extends Error {
  readonly reason: number;

  constructor(reason: number, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The most that a frame holds unless its reader allows more. */
export const PAYLOAD_BYTES_DEFAULT = 16_384;

const HEAD_BYTES = 9;
const TYPE_OFFSET = 3;
const FLAGS_OFFSET = 4;
const STREAM_OFFSET = 5;
const LENGTH_BYTES = 3;
const STREAM_ID_BITS = 0x7fff_ffff;

/** What a client says first. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const NOTHING = Buffer.alloc(0);

/** The first bytes of a frame; its payload follows them. */
export function frameHead(frame: Omit<Frame, 'payload'>, payloadBytes: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUIntBE(payloadBytes, 0, LENGTH_BYTES);
  head[TYPE_OFFSET] = frame.type;
  head[FLAGS_OFFSET] = frame.flags;
  head.writeUInt32BE(frame.streamId, STREAM_OFFSET);
  return head;
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
        throw new ConnectionError(REASON.protocol, 'a client of HTTP/2 begins otherwise');
      }
      isGreeted = seen.length === PREFACE.length;
      if (isGreeted) bytes = bytes.subarray(PREFACE.length);
    }
    const frames: Frame[] = [];
    for (let frame = isGreeted ? readFrame(bytes) : undefined; frame !== undefined; ) {
      frames.push(frame);
      bytes = bytes.subarray(HEAD_BYTES + frame.payload.length);
      frame = readFrame(bytes);
    }
    rest = bytes;
    return frames;
  };
}

function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const payloadBytes = bytes.readUIntBE(0, LENGTH_BYTES);
  if (payloadBytes > PAYLOAD_BYTES_DEFAULT) {
    throw new ConnectionError(REASON.frameSize, `a frame has ${payloadBytes} bytes`);
  }
  if (bytes.length < HEAD_BYTES + payloadBytes) return undefined;
  return {
    type: bytes[TYPE_OFFSET] ?? 0,
    flags: bytes[FLAGS_OFFSET] ?? 0,
    streamId: bytes.readUInt32BE(STREAM_OFFSET) & STREAM_ID_BITS,
    payload: bytes.subarray(HEAD_BYTES, HEAD_BYTES + payloadBytes),
  };
}

/**
 * What a frame of data or headers holds besides its padding and its priority.
 * @throws ConnectionError where they are longer than the frame
 */
export function contentOf({ type, flags, payload }: Frame): Buffer {
  const isPadded = (flags & FLAG.padded) !== 0;
  const paddingBytes = isPadded ? (payload[0] ?? 0) : 0;
  const hasPriority = type === FRAME.headers && (flags & FLAG.priority) !== 0;
  const from = (isPadded ? 1 : 0) + (hasPriority ? PRIORITY_BYTES : 0);
  const to = payload.length - paddingBytes;
  if (from > to) throw new ConnectionError(REASON.protocol, 'a frame is longer inside than out');
  return payload.subarray(from, to);
}

const PRIORITY_BYTES = 5;
