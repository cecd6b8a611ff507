import type { IncomingMessage } from 'node:http';

/** What an IPv4 address is written behind on a socket that accepts both families (RFC 4291). */
const IPV4_MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/**
 * The address that a request came from: that of the other end of its connection.
 * @returns an IPv4 or IPv6 address; undefined once the connection is closed
 */
export function clientAddressOf(request: Pick<IncomingMessage, 'socket'>): string | undefined {
  return request.socket.remoteAddress?.replace(IPV4_MAPPED, '');
}
