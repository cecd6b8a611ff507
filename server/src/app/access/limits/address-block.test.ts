/** Blocks and networks of addresses, by which limits count. */
import { expect, test } from '@jest/globals';
import { addressBlockOf, networksOf } from './address-block.ts';

test.each([
  ['192.0.2.7', '192.0.2.7', ['192.0.2/24', '192.0/16']],
  ['2001:db8:1:2:3::9', '2001:db8:1:2::/64', ['2001:db8:1::/48', '2001:db8::/32']],
  ['2001:db8::1', '2001:db8:0:0::/64', ['2001:db8:0::/48', '2001:db8::/32']],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', ['fe80:0:0::/48', 'fe80:0::/32']],
])('%s is of the block %s and of the networks %j', (address, block, networks) => {
  expect(addressBlockOf(address)).toBe(block);
  expect(networksOf(address)).toEqual(networks);
});

test('IPv4 over IPv6 is of the networks of IPv4', () => {
  expect(networksOf('::ffff:192.0.2.7')).toEqual(['192.0.2/24', '192.0/16']);
});
