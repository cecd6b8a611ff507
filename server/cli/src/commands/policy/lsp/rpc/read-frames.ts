/** Frames of LSP 3.17's base protocol: a header with the length of the JSON behind it. */

/** One message, or why bytes are none. */
export type Frame =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Far above any text of a policy. Unit: bytes. */
const FRAME_BYTES_MAX = 32 * 1024 * 1024;
const HEADER_BYTES_MAX = 8 * 1024;

const SEPARATOR = '\r\n\r\n';
const LENGTH = /^Content-Length:[ \t]*(\d{1,10})[ \t]*$/im;

/**
 * Makes a reader of one stream. Bytes that are no frame are reported once, and reading goes on
 * behind the next header.
 */
export function createFrameReader(): (bytes: Uint8Array) => readonly Frame[] {
  let pending: Buffer = Buffer.alloc(0);
  /** Remaining bytes of the frame that is too long. */
  let skipped = 0;
  let expected: number | undefined;
  return (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const dropped = Math.min(skipped, pending.length);
      pending = pending.subarray(dropped);
      skipped -= dropped;
      if (expected !== undefined) {
        if (pending.length < expected) return frames;
        frames.push({ kind: 'message', text: pending.toString('utf8', 0, expected) });
        pending = pending.subarray(expected);
        expected = undefined;
        continue;
      }
      const end = pending.indexOf(SEPARATOR);
      if (end < 0) {
        if (pending.length <= HEADER_BYTES_MAX) return frames;
        pending = pending.subarray(pending.length - SEPARATOR.length);
        frames.push(malformed('a header is too long'));
        continue;
      }
      const length = LENGTH.exec(pending.toString('latin1', 0, end))?.[1];
      pending = pending.subarray(end + SEPARATOR.length);
      if (length === undefined) frames.push(malformed('a header has no valid Content-Length'));
      else if (Number(length) > FRAME_BYTES_MAX) {
        skipped = Number(length);
        frames.push(malformed(`a message is longer than ${FRAME_BYTES_MAX} bytes`));
      } else expected = Number(length);
    }
  };
}

/** The bytes of a message. */
export function writeFrame(message: object): Uint8Array {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}${SEPARATOR}`), body]);
}

function malformed(reason: string): Frame {
  return { kind: 'malformed', reason };
}
