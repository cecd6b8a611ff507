import { expect, test } from '@jest/globals';
import { GUEST_ADDRESSES_MAX, shownAddresses } from './guest-addresses.ts';

test.each([
  ['nothing', [], []],
  ['loopback', ['127.0.0.1', '127.9.9.9', '::1'], []],
  ['link-local', ['169.254.7.1', 'fe80::1', 'FEBF::1'], []],
  ['what names no host', ['0.0.0.0', '::'], []],
  ['other texts', ['fe80::1%eth0', '10.0.0.300', '', 'web'], []],
  [
    'several, in another order and spelled differently',
    ['fd00::7', '10.0.0.10', 'FD00:0::7', '10.0.0.9', '10.0.0.10'],
    ['10.0.0.9', '10.0.0.10', 'fd00:0:0:0:0:0:0:7'],
  ],
])('of what a guest reports is shown: %s', (_case, reported, shown) => {
  expect(shownAddresses(reported)).toEqual(shown);
});

test('a guest that reports many is shown with the first of them', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  expect(shownAddresses(many)).toEqual(many.slice(0, GUEST_ADDRESSES_MAX));
});
