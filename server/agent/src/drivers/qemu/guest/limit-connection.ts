/**
 * A connection to a guest from which a limited number of bytes is read, whatever is spoken over it:
 * what a protocol counts for itself, such as the headers of one answer, begins again with each
 * message.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Limits of a connection. */
export interface ConnectionLimit {
  /** Unit: bytes. At most one chunk of the socket, 64 KiB, is read beyond. */
  readonly bytesMax: number;
  /** Called once, when more arrive; nothing more is read then. */
  readonly onExcess: () => void;
}

/**
 * Limits it.
 * @param raw - the connection; it is destroyed with the stream that is returned
 * @returns what it carries, for TLS or HTTP to be spoken over
 */
export function limitConnection(raw: Socket, { bytesMax, onExcess }: ConnectionLimit): Duplex {
  let bytes = 0;
  const limited = new Duplex({
    read: () => void raw.resume(),
    write: (chunk, encoding, done) => void raw.write(chunk, encoding, done),
    final: (done) => void raw.end(done),
    destroy: (cause, done) => {
      raw.destroy();
      done(cause);
    },
  });
  raw.on('data', (chunk: Buffer) => {
    // An answer that was complete within the limit has ended the connection by now.
    if (bytes > bytesMax) {
      raw.destroy();
      onExcess();
      return;
    }
    bytes += chunk.length;
    if (!limited.push(chunk)) raw.pause();
  });
  raw.on('end', () => void limited.push(null));
  raw.on('error', (cause) => void limited.destroy(cause));
  return limited;
}
