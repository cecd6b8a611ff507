/** Ends connections whose client does not read, because unsent data is held in memory. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Breaks the connection of an answer when its client takes no byte of it for that long. An answer
 * that is not there yet may take its time: nothing waits to be sent.
 * @param stallMs - unit: milliseconds; it takes up to twice as long, because node asks the system
 * how much is left to send when that time is over, and waits once more if it was more before
 */
export function closeStalledConnection(response: ServerResponse, stallMs: number): void {
  // A listener of its own also keeps node from breaking every connection that is quiet.
  response.setTimeout(stallMs);
  response.on('timeout', (socket: Socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });
}
