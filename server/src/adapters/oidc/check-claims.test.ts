/** Claims that a library accepts, and this server does not. */
import { expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { findClaimFault } from './check-claims.ts';

const NOW_S = 1_800_000_000;
const SUBJECT = 'sub is not 1 to 255 printable ASCII characters';

test.each<[JsonObject, string | undefined]>([
  [{ sub: 'alice', iat: NOW_S }, undefined],
  [{ sub: 'a'.repeat(255), azp: 'web', iat: NOW_S + 60 }, undefined],
  [{ sub: 'CN=Alice Example, O=Example', iat: NOW_S - 900 }, undefined],
  [{ sub: '', iat: NOW_S }, SUBJECT],
  [{ iat: NOW_S }, SUBJECT],
  [{ sub: 7, iat: NOW_S }, SUBJECT],
  [{ sub: 'a'.repeat(256), iat: NOW_S }, SUBJECT],
  [{ sub: 'al\nice', iat: NOW_S }, SUBJECT],
  [{ sub: 'alice\n', iat: NOW_S }, SUBJECT],
  [{ sub: 'alice\u202e', iat: NOW_S }, SUBJECT],
  [{ sub: 'alice', azp: 'other', iat: NOW_S }, 'azp names another client'],
  [{ sub: 'alice', azp: null, iat: NOW_S }, 'azp names another client'],
  [{ sub: 'alice', iat: NOW_S + 61 }, 'iat is in the future'],
])('%j: %p', (claims, fault) => {
  expect(findClaimFault(claims, { clientId: 'web', nowMs: NOW_S * 1_000 })).toBe(fault);
});
