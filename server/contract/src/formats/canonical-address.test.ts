import { describe, expect, test } from '@jest/globals';
import { canonicalAddress } from './canonical-address.ts';

describe('the canonical spelling of addresses', () => {
  test.each([
    ['an IPv6 block', ['fd00::/48', 'FD00::/48', 'fd00:0::/48', 'fd00:0:0:0:0:0:0:0/48']],
    ['an IPv6 address', ['2001:db8::1', '2001:0DB8:0:0::1', '2001:db8:0:0:0:0:0.0.0.1']],
    ['an IPv4 block', ['10.0.0.0/8']],
  ])('of %s is one for all its spellings', (_what, spellings) => {
    expect(new Set(spellings.map(canonicalAddress)).size).toBe(1);
  });

  test('differs between values', () => {
    const values = ['fd00::/48', 'fd00::/47', 'fd00::', 'fd01::/48', '10.0.0.0/8', '10.0.0.0/9'];
    expect(new Set(values.map(canonicalAddress)).size).toBe(values.length);
  });

  test('of a list is that of its elements, in their order', () => {
    expect(canonicalAddress(['::1', '8.8.8.8'])).toEqual(canonicalAddress(['0::1', '8.8.8.8']));
    expect(canonicalAddress(['::1', '8.8.8.8'])).not.toEqual(canonicalAddress(['8.8.8.8', '::1']));
  });

  test.each([null, undefined, 7, 'no address', 'fd00::/200'])('leaves %p as it is', (value) => {
    expect(canonicalAddress(value)).toBe(value);
  });
});
