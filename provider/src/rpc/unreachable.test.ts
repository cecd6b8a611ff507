import { expect, test } from '@jest/globals';
import { mayAnswerLater, unreachable } from './unreachable.ts';

const ENDPOINT = new URL('https://novacron.example:7480');

test.each([
  ['ECONNREFUSED', true],
  ['ECONNRESET', true],
  ['ETIMEDOUT', true],
  ['EAI_AGAIN', true],
  ['ENOTFOUND', false],
  ['EPROTO', false],
  ['HPE_INVALID_CONSTANT', false],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', false],
  ['CERT_HAS_EXPIRED', false],
])('a server may answer later after %s: %s', (code, isTemporary) => {
  const found = unreachable(ENDPOINT, Object.assign(new Error('failed'), { code }));
  expect(found).toMatchObject({ code: 'unavailable', data: { unreachable: true } });
  expect(mayAnswerLater(found)).toBe(isTemporary);
});
