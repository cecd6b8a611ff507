import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatCidr,
  formatIp,
  hostRange,
  overlaps,
  parseCidr,
  parseIp,
  shortestCidr,
} from './cidr.ts';

describe('address blocks', () => {
  test.each([
    ['10.0.0.0/16', 4, 16],
    ['0.0.0.0/0', 4, 0],
    ['192.168.1.7/32', 4, 32],
    ['fd00::/48', 6, 48],
    ['::/0', 6, 0],
    ['2001:db8:0:1::/64', 6, 64],
    ['::ffff:10.0.0.0/112', 6, 112],
  ])('%s is a block of IPv%i with a prefix of %i', (text, family, prefixLength) => {
    const parsed = parseCidr(text);
    expect(parsed).toMatchObject({ ok: true, value: { family, prefixLength } });
  });

  test.each([
    ['10.0.0.0', 'must be an address block such as 10.0.0.0/16'],
    ['10.0.0.0/33', 'must have a prefix length of at most 32'],
    ['10.0.0/16', 'must begin with an IP address, which 10.0.0 is not'],
    ['10.0.0.256/32', 'must begin with an IP address, which 10.0.0.256 is not'],
    ['10.0.00.1/32', 'must begin with an IP address, which 10.0.00.1 is not'],
    ['10.0.1.0/16', 'has host bits set; the block that contains it is 10.0.0.0/16'],
    ['fd00::1/64', 'has host bits set; the block that contains it is fd00:0:0:0:0:0:0:0/64'],
    ['::1::/64', 'must begin with an IP address, which ::1:: is not'],
    ['', 'must be an address block such as 10.0.0.0/16'],
  ])('%s is refused: %s', (text, reason) => {
    expect(parseCidr(text)).toEqual({ ok: false, error: reason });
  });

  test.each([
    ['10.0.0.0/16', '10.0.0.0/16'],
    ['::/0', '::/0'],
    ['fd00::/48', 'fd00::/48'],
    ['fd00:0:0:1::/64', 'fd00:0:0:1::/64'],
    ['2001:db8:0:0:1:0:0:0/80', '2001:db8:0:0:1::/80'],
    ['2001:db8:0:0:1:0:0:1/128', '2001:db8::1:0:0:1/128'],
    ['::1/128', '::1/128'],
    ['1:0:2:0:3:0:4:5/128', '1:0:2:0:3:0:4:5/128'],
  ])('%s is written as %s', (text, shortest) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) throw new Error(parsed.error);
    expect(shortestCidr(parsed.value)).toBe(shortest);
    expect(parseCidr(shortest)).toEqual(parseCidr(formatCidr(parsed.value)));
  });

  test.each([
    ['10.0.0.0/24', '10.0.0.2', 253n],
    ['10.0.0.0/30', '10.0.0.2', 1n],
    ['10.0.0.8/31', '10.0.0.8', 2n],
    ['10.0.0.8/32', '10.0.0.8', 1n],
    ['fd00::/64', 'fd00:0:0:0:0:0:0:2', 2n ** 64n - 2n],
    ['fd00::8/127', 'fd00:0:0:0:0:0:0:8', 2n],
  ])('hosts of %s have addresses from %s on, %i of them', (text, first, count) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) throw new Error(parsed.error);
    const range = hostRange(parsed.value);
    expect(formatIp(parsed.value.family, range.first)).toBe(first);
    expect(range.count).toBe(count);
  });

  test.each([
    ['10.0.0.0/16', '10.0.1.0/24', true],
    ['10.0.1.0/24', '10.0.0.0/16', true],
    ['10.0.0.0/24', '10.0.1.0/24', false],
    ['0.0.0.0/0', '203.0.113.0/24', true],
    ['0.0.0.0/0', '::/0', false],
    ['fd00::/48', 'fd00:0:0:1::/64', true],
  ])('%s and %s overlap: %s', (left, right, expected) => {
    const first = parseCidr(left);
    const second = parseCidr(right);
    expect(first.ok && second.ok && overlaps(first.value, second.value)).toBe(expected);
  });

  test('property: two blocks overlap exactly when one holds the first address of the other', () => {
    const block = fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 8 }))
      .map(([octet, hostBits]) => {
        const first = (octet >> hostBits) << hostBits;
        return { text: `10.0.0.${first}/${32 - hostBits}`, first, last: first + 2 ** hostBits - 1 };
      });
    fc.assert(
      fc.property(block, block, (left, right) => {
        const first = parseCidr(left.text);
        const second = parseCidr(right.text);
        const expected = left.first <= right.last && right.first <= left.last;
        expect(first.ok && second.ok && overlaps(first.value, second.value)).toBe(expected);
      }),
    );
  });

  test('an address is distinguished from what only looks like one', () => {
    expect(parseIp('8.8.8.8')?.family).toBe(4);
    expect(parseIp('2001:db8::1')?.family).toBe(6);
    expect(parseIp('8.8.8')).toBeUndefined();
    expect(parseIp('12345::')).toBeUndefined();
    expect(parseIp('1:2:3:4:5:6:7:8:9')).toBeUndefined();
  });
});
