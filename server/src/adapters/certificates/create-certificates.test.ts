import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Authority, CertificateCrypto } from '../../ports/certificates.ts';
import { openSealer } from '../keys/open-sealer.ts';
import { makeTemporaryDirectory } from '../store/sqlite/temporary-store.ts';
import { createCertificates } from './create-certificates.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const IDENTITY = 'urn:novacron:test';

let temporary: ReturnType<typeof makeTemporaryDirectory>;
let crypto: CertificateCrypto;
let authority: Authority;

beforeEach(async () => {
  temporary = makeTemporaryDirectory();
  crypto = createCertificates(openSealer(join(temporary.directory, 'sealing.key')));
  const made = await crypto.makeAuthority(NOW_MS);
  if (!made.ok) throw new Error(made.error.detail);
  authority = made.value;
});
afterEach(() => temporary.remove());

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
      ...{ certificatePem, text: 'x', signature, nowMs: NOW_MS + afterMs },
    }),
  );
  expect(found).toEqual([undefined, IDENTITY, IDENTITY, IDENTITY, undefined]);
});

test('a certificate of another authority, another text or no certificate is nobody', async () => {
  const { keyPem, certificatePem } = await makeOwn(DAY_MS);
  const signature = sign('sha256', Buffer.from('x'), createPrivateKey(keyPem)).toString('base64');
  const good = { certificatePem, text: 'x', signature, nowMs: NOW_MS };
  const other = await crypto.makeAuthority(NOW_MS);
  if (!other.ok) throw new Error(other.error.detail);
  expect(crypto.identify(other.value, good)).toBeUndefined();
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

test('an authority that another key has sealed signs nothing', async () => {
  const others = createCertificates(openSealer(join(temporary.directory, 'other.key')));
  const order = { identity: IDENTITY, nowMs: NOW_MS, lifetimeMs: DAY_MS };
  expect(await others.signOwn(authority, order)).toMatchObject({
    ok: false,
    error: { code: 'unavailable', detail: expect.stringContaining('other.key') },
  });
});
