import { expect, test } from '@jest/globals';
import { faultOfSecret } from './key-secret.ts';

const RANDOM = '7mJ2xQv9LbT4wYc8RkZ1NfHs3DgEp6UaOiVdXeGhKlM';
const FORM = 'is not ncr_ with the 43 characters of 32 bytes in base64url';

test.each([
  ['a secret as servers make it', `ncr_${RANDOM}`, undefined],
  ['one without its prefix', RANDOM, FORM],
  ['a password', 'ncr_correct-horse', FORM],
  ['one that openssl wrote for another alphabet', `ncr_${RANDOM.slice(0, -1)}+`, FORM],
  ['nothing', '', FORM],
  ['one that was typed', `ncr_${'abc1'.repeat(10)}abc`, 'repeats few characters: it is not random'],
])('%s', (_what, secret, fault) => {
  expect(faultOfSecret(secret)).toBe(fault);
});
