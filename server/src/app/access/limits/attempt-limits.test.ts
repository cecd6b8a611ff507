/** Sign-ins that begin at an issuer, from one address and from many. */
import { expect, test } from '@jest/globals';
import { createAttemptLimits } from './attempt-limits.ts';

const LIMITS = () => createAttemptLimits({ nowMs: () => 0 });

/** Number of admitted attempts among those from the given addresses. */
function admittedOf(addresses: readonly string[], limits = LIMITS()): number {
  return addresses.filter((address) => limits.take(address) === 0).length;
}

const repeated = (address: string) => Array.from({ length: 25 }, () => address);

test('an address begins twenty, and the one beside it as well', () => {
  const limits = LIMITS();
  expect(admittedOf(repeated('192.0.2.7'), limits)).toBe(20);
  expect(admittedOf(repeated('192.0.2.8'), limits)).toBe(20);
});

test.each([
  ['IPv4', (at: number) => `203.0.${at % 256}.${Math.floor(at / 256)}`],
  ['IPv6', (at: number) => `2001:db8:${at % 256}:${at}::1`],
])('a thousand addresses of one range of %s leave the others theirs', (_kind, addressOf) => {
  const limits = LIMITS();
  const flood = Array.from({ length: 1_000 }, (_, at) => repeated(addressOf(at))).flat();
  expect(admittedOf(flood, limits)).toBe(2_000);
  expect(limits.take(addressOf(0))).toBeGreaterThan(0);
  expect(limits.take('198.51.100.7')).toBe(0);
  expect(limits.take('2001:470::7')).toBe(0);
});

test('a network begins two hundred', () => {
  const network = Array.from({ length: 100 }, (_, at) => repeated(`192.0.2.${at}`)).flat();
  expect(admittedOf(network)).toBe(200);
});
