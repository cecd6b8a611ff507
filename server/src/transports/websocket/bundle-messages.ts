/**
 * Messages as a WebSocket carries them, made once for all clients: what a server sends is not
 * masked, so the same event is the same bytes for everybody (RFC 6455, section 5).
 */

/** A final frame with text. */
const FINAL_TEXT = 0x81;

/** Lengths up to here are in the second byte itself. */
const SHORT_MAX = 125;

/** Says that two bytes of length follow. */
const TWO_BYTES = 126;
const TWO_BYTES_MAX = 0xffff;

/** Says that eight bytes of length follow. */
const EIGHT_BYTES = 127;

/** Puts messages behind each other, each in a frame of its own. */
export type BundleMessages = (messages: readonly Uint8Array[]) => Uint8Array;

/**
 * Makes a bundler. Most clients wait for the same messages when the outboxes are flushed, so the
 * last bundle is kept for the next client.
 */
export function createBundler(): BundleMessages {
  let last: readonly Uint8Array[] = [];
  let bundle: Uint8Array = Buffer.alloc(0);
  return (messages) => {
    const isSame =
      messages.length === last.length &&
      messages.every((message, index) => message === last[index]);
    if (!isSame) {
      bundle = Buffer.concat(messages.flatMap((message) => [headOf(message.byteLength), message]));
      last = messages;
    }
    return bundle;
  };
}

function headOf(length: number): Buffer {
  if (length <= SHORT_MAX) return Buffer.from([FINAL_TEXT, length]);
  if (length <= TWO_BYTES_MAX) {
    const head = Buffer.from([FINAL_TEXT, TWO_BYTES, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.concat([Buffer.from([FINAL_TEXT, EIGHT_BYTES]), Buffer.alloc(8)]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
