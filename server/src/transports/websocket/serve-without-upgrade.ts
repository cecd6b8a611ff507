/**
 * Some HTTP clients offer another protocol with an ordinary request (`Upgrade: h2c`). Node passes
 * those to every listener for upgrades, too; RFC 9110, section 7.8, lets a server ignore the
 * offer.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Headers that belong to the offer. */
const OFFER_HEADERS = ['upgrade', 'http2-settings'];

/**
 * Lets the server read the request once more, without the offer.
 * @param rest - `head`: what arrived behind the request's headers
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  rest: { readonly socket: Duplex; readonly head: Buffer },
): void {
  const { socket, head } = rest;
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    if (OFFER_HEADERS.includes(name.toLowerCase())) continue;
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutOffer(value) : value}`);
  }
  // Node gives header values as Latin-1, which is what they were on the wire.
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([text, head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

/** The header Connection without the names of what is left out. */
function withoutOffer(value: string): string {
  const options = value.split(',').map((option) => option.trim());
  const kept = options.filter((option) => !OFFER_HEADERS.includes(option.toLowerCase()));
  return kept.length === 0 ? 'keep-alive' : kept.join(', ');
}
