import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { Authority, CertificateCrypto } from '../../ports/certificates.ts';
import { createCertificates } from './create-certificates.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const IDENTITY = 'urn:novacron:test';

let crypto: CertificateCrypto;
let authority: Authority;

beforeEach(async () => {
  crypto = createCertificates();
  authority = await crypto.makeAuthority(NOW_MS);
});

async function makeOwn(lifetimeMs: number) {
  const own = await crypto.signOwn(authority, { identity: IDENTITY, nowMs: NOW_MS, lifetimeMs });
  if (!own.ok) throw new Error(own.error.detail);
  return own.value;
}

test('a certificate counts from five minutes before it was signed until its end', async () => {
  const { keyPem, certificatePem } = await makeOwn(30 * DAY_MS);
  const signature = sign('sha256', Buffer.from('x'), createPrivateKey(keyPem)).toString('base64');
  const moments = [-300_001, -300_000, 0, 30 * DAY_MS - 1, 30 * DAY_MS];
  const found = moments.map((afterMs) =>
    crypto.identify(authority, {
      certificatePem,
      text: 'x',
      signature,
      nowMs: NOW_MS + afterMs,
    }),
  );
  expect(found).toEqual([undefined, IDENTITY, IDENTITY, IDENTITY, undefined]);
});

test('a certificate of another authority, or another text, has no subject', async () => {
  const { keyPem, certificatePem } = await makeOwn(DAY_MS);
  const signature = sign('sha256', Buffer.from('x'), createPrivateKey(keyPem)).toString('base64');
  const good = { certificatePem, text: 'x', signature, nowMs: NOW_MS };
  const other = await crypto.makeAuthority(NOW_MS);
  expect(crypto.identify(other, good)).toBeUndefined();
  expect(crypto.identify(authority, { ...good, text: 'y' })).toBeUndefined();
  expect(crypto.identify(authority, { ...good, certificatePem: 'nonsense' })).toBeUndefined();
  expect(crypto.identify(authority, good)).toBe(IDENTITY);
});

test('no certificate outlives its authority', async () => {
  const { certificatePem } = await makeOwn(100 * 365 * DAY_MS);
  const [own, issuer] = [certificatePem, authority.certificatePem].map(
    (pem) => new X509Certificate(pem).validTo,
  );
  expect(own).toBe(issuer);
});

test('an authority whose key was never opened signs nothing', async () => {
  const order = { identity: IDENTITY, nowMs: NOW_MS, lifetimeMs: DAY_MS };
  expect(await crypto.signOwn({ ...authority, privatePem: 'c2VhbGVk' }, order)).toMatchObject({
    ok: false,
    error: { code: 'unavailable', detail: 'The private key of the authority cannot be used.' },
  });
});
