import { expect, test } from '@jest/globals';
import { clientAddressOf } from './client-address.ts';

/** Only the address is read of a socket. */
function requestFrom(remoteAddress: string | undefined) {
  return { socket: { remoteAddress } } as Parameters<typeof clientAddressOf>[0];
}

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['::1', '::1'],
  ['::ffff:0:1', '::ffff:0:1'],
  [undefined, undefined],
])('an address written as %s is %s', (written, address) => {
  expect(clientAddressOf(requestFrom(written))).toBe(address);
});
