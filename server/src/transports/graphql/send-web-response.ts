/** Writes an answer of the Fetch API to an HTTP exchange, as fast as its reader takes it. */
import { once } from 'node:events';
import type { ExchangeResponse } from '../http/exchange.ts';

/** Node's server decides about connections; `none` is not an encoding of HTTP's. */
const HEADERS_LEFT_OUT = ['connection', 'content-encoding', 'content-length'];

/** Sends a response; resolves when it is sent or the client is gone. */
export async function sendWebResponse(response: ExchangeResponse, answer: Response): Promise<void> {
  if (response.destroyed) {
    await answer.body?.cancel();
    return;
  }
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    if (!HEADERS_LEFT_OUT.includes(name)) response.set(name, value);
  });
  const reader = answer.body?.getReader();
  if (reader === undefined) {
    response.end();
    return;
  }
  const closed = once(response, 'close');
  // Cancelling is what ends the timers and the iterator behind a stream.
  void closed.then(() => reader.cancel()).catch(() => undefined);
  for (;;) {
    const chunk = await reader.read();
    if (chunk.done || response.destroyed) break;
    if (!response.write(chunk.value)) await Promise.race([once(response, 'drain'), closed]);
  }
  response.end();
}
