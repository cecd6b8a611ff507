import { expect, test } from '@jest/globals';
import { guardAddresses } from './guard-addresses.ts';

const SPECIAL = /link-local, metadata or special/;
const INSIDE = /private network or of this machine/;

test.each<[string, RegExp | undefined]>([
  ['192.0.2.7', undefined],
  ['2001:db8::7', undefined],
  ['127.0.0.1', INSIDE],
  ['127.255.255.254', INSIDE],
  ['10.1.2.3', INSIDE],
  ['172.31.0.1', INSIDE],
  ['172.32.0.1', undefined],
  ['192.168.1.1', INSIDE],
  ['100.64.0.1', INSIDE],
  ['::1', INSIDE],
  ['fd12::1', INSIDE],
  ['::ffff:127.0.0.1', INSIDE],
  ['::ffff:7f00:1', INSIDE],
  ['::ffff:a00:1', INSIDE],
  ['::7f00:1', INSIDE],
  ['::', INSIDE],
  ['169.254.169.254', SPECIAL],
  ['::ffff:a9fe:a9fe', SPECIAL],
  ['fe80::1', SPECIAL],
  ['fd00:ec2::254', SPECIAL],
  ['100.100.100.200', SPECIAL],
  ['168.63.129.16', SPECIAL],
  ['::ffff:168.63.129.16', SPECIAL],
  ['192.0.0.192', SPECIAL],
  ['0.0.0.0', SPECIAL],
  ['255.255.255.255', SPECIAL],
  ['224.0.0.1', SPECIAL],
  ['64:ff9b::7f00:1', SPECIAL],
  ['2002:7f00:1::', SPECIAL],
  ['localhost', /not an address/],
])('%s of any host: %p', (address, fault) => {
  const found = guardAddresses([]).faultOf(address, 'public');
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(fault);
});

test('blocks that the operator allows are reached, and link-local addresses never are', () => {
  const guard = guardAddresses(['10.0.0.0/8', '::1', '0.0.0.0/0']);
  expect(guard.faultOf('10.1.2.3', 'public')).toBeUndefined();
  expect(guard.faultOf('::ffff:10.1.2.3', 'public')).toBeUndefined();
  expect(guard.faultOf('::1', 'public')).toBeUndefined();
  expect(guard.faultOf('169.254.169.254', 'public')).toMatch(SPECIAL);
  expect(guard.faultOf('169.254.169.254', 'named')).toMatch(SPECIAL);
  expect(guardAddresses([]).faultOf('127.0.0.1', 'named')).toBeUndefined();
});
