import { expect, test } from '@jest/globals';
import { unreachable } from './unreachable.ts';

const ENDPOINT = new URL('https://me.example:7480/behind');

test.each([
  ['ECONNREFUSED', '(ECONNREFUSED).', 'NOVACRON_ENDPOINT'],
  ['EPROTO', 'does not use TLS', 'http://'],
  ['HPE_INVALID_CONSTANT', 'does not use plain HTTP', 'https://'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'signed by an unknown authority', 'ca_certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'signed by an unknown authority', 'ca_certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another name', 'that the certificate contains'],
  ['CERT_HAS_EXPIRED', 'not valid at this time', 'clock'],
])('%s is told in words, and what to do', (code, words, remedy) => {
  const found = unreachable(ENDPOINT, Object.assign(new Error('x'), { code }));
  expect(found).toMatchObject({
    code: 'unavailable',
    detail: expect.stringContaining(words),
    remedy: expect.stringContaining(remedy),
  });
  expect(found.detail).toContain(`at https://me.example:7480 (${code}`);
});
