/** Gives the body of a request to what stores it. */
import type { ExchangeRequest } from '../http/exchange.ts';

/**
 * Has a body stored. A reader may stop before its end: the rest is discarded, so that the sender
 * gets the answer and its connection stays usable. A client that hangs up goes on later: that is no
 * fault of the server, and the log of faults would have the path, whose checksum gives access to
 * the image.
 */
export async function readBody<Done>(
  request: ExchangeRequest,
  read: (content: AsyncIterable<Uint8Array>) => Promise<Done>,
): Promise<Done | 'hung-up'> {
  try {
    return await read(request.iterator({ destroyOnReturn: false }));
  } catch (cause) {
    if (request.destroyed && !request.complete) return 'hung-up';
    throw cause;
  } finally {
    request.resume();
  }
}
