import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { CERTIFICATE_MS, REPEAT_MS } from '@novacron/server/app/fleet/enrollment/issue-certificate';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const NODE = 'node-x';
const MINUTE_MS = 60_000;

describe('enrolling an agent', () => {
  const bench = useBench();

  async function anyone(): Promise<{ readonly principal: Principal }> {
    return { principal: await bench().application.anyone('192.0.2.1') };
  }

  async function makeToken(node = NODE, expires_in_minutes = 60) {
    return bench().expectOk('enrollment.create', { node, expires_in_minutes });
  }

  /** Enrolls a node; its key is the test's. */
  async function enroll(node = NODE) {
    const { resource, secret: token } = await makeToken(node);
    const { keyPem, requestPem: request } = await makeRequest(node);
    const input = { token, node, request };
    const answer = await bench().expectOk('enrollment.redeem', input, await anyone());
    return { id: resource.id, token, keyPem, ...answer };
  }

  async function renew(enrolled: { readonly keyPem: string; readonly certificate: string }) {
    const { requestPem: request } = await makeRequest(NODE);
    const key = createPrivateKey(enrolled.keyPem);
    const signature = sign('sha256', Buffer.from(request), key).toString('base64');
    const input = { certificate: enrolled.certificate, request, signature };
    return bench().call('enrollment.renew', input, await anyone());
  }

  async function refusalOf(input: { readonly token: string; readonly node?: string }) {
    const { requestPem: request } = await makeRequest(NODE);
    const full = { node: NODE, ...input, request };
    return bench().expectProblem('enrollment.redeem', full, await anyone());
  }

  test('gives it a certificate for its node, signed by the one authority', async () => {
    const { id, certificate, authority, expires_at } = await enroll();
    const [own, issuer] = [new X509Certificate(certificate), new X509Certificate(authority)];
    expect(own.verify(issuer.publicKey)).toBe(true);
    expect(own.subjectAltName).toBe(`URI:urn:novacron:node:${NODE}:${id}`);
    expect([own.ca, issuer.ca]).toEqual([false, true]);
    const lifeMs = Date.parse(expires_at) - bench().deps.clock.nowMs();
    expect(lifeMs).toBe(CERTIFICATE_MS);
    expect(await bench().expectOk('bus.authority', {})).toEqual({ text: authority });
    const { items } = await bench().expectOk('enrollment.list', {});
    expect(items).toMatchObject([{ id, node: NODE, status: 'active', created_by: 'admin' }]);
    expect(JSON.stringify(items)).not.toContain('nce_');
  });

  test('is refused for tokens that are used, expired, revoked, forged or for another', async () => {
    const { token } = await enroll();
    const late = await makeToken(NODE, 1);
    const gone = await makeToken();
    const other = await makeToken('node-y');
    await bench().expectOk('enrollment.revoke', { id: gone.resource.id });
    await bench().advance(MINUTE_MS);
    const tokens = [token, late.secret, gone.secret, `nce_${'A'.repeat(43)}`, other.secret];
    const details: string[] = [];
    for (const each of tokens) {
      const { code, detail, remedy } = await refusalOf({ token: each });
      expect(code).toBe('unauthenticated');
      expect(remedy).toContain('novacron admin enrollment create --node NODE');
      details.push(detail);
    }
    expect(details).toEqual([
      'The enrollment token has been used already.',
      expect.stringMatching(/^The enrollment token expired at 2026-/),
      'The enrollment token was revoked.',
      'The enrollment token is not known to this server.',
      'The enrollment token was made for another node.',
    ]);
    const { items } = await bench().expectOk('audit.list', { limit: 5 });
    expect(
      items.map(({ operation, outcome, principal }) => [operation, outcome, principal]),
    ).toEqual(tokens.map(() => ['enrollment.redeem', 'unauthenticated', 'anyone']));
  });

  test('is repeated for the same key for ten minutes, and for no other key', async () => {
    const { secret: token } = await makeToken();
    const { requestPem: request } = await makeRequest(NODE);
    const input = { token, node: NODE, request };
    const first = await bench().expectOk('enrollment.redeem', input, await anyone());
    await bench().advance(REPEAT_MS - 1);
    const again = await bench().expectOk('enrollment.redeem', input, await anyone());
    const keyOf = (pem: string) => new X509Certificate(pem).publicKey;
    expect(keyOf(again.certificate).equals(keyOf(first.certificate))).toBe(true);
    expect((await refusalOf({ token })).detail).toBe('The enrollment token has been used already.');
    await bench().advance(2);
    const late = await bench().expectProblem('enrollment.redeem', input, await anyone());
    expect(late.detail).toBe('The enrollment token has been used already.');
    const { items } = await bench().expectOk('enrollment.list', {});
    expect(items).toMatchObject([{ status: 'active', enrolled_at: expect.any(String) }]);
  });

  test('is not repeated with the key of before a renewal, nor after a revocation', async () => {
    const { resource, secret: token } = await makeToken();
    const { keyPem, requestPem: request } = await makeRequest(NODE);
    const input = { token, node: NODE, request };
    const first = await bench().expectOk('enrollment.redeem', input, await anyone());
    expect(await renew({ keyPem, ...first })).toMatchObject({ ok: true });
    const used = await bench().expectProblem('enrollment.redeem', input, await anyone());
    expect(used.detail).toBe('The enrollment token has been used already.');
    await bench().expectOk('enrollment.revoke', { id: resource.id });
    const revoked = await bench().expectProblem('enrollment.redeem', input, await anyone());
    expect(revoked.detail).toBe('The enrollment token was revoked.');
  });

  test('is refused for an invalid signing request, and the token stays valid', async () => {
    const { secret: token } = await makeToken();
    const request =
      '-----BEGIN CERTIFICATE REQUEST-----\nQUJD\n-----END CERTIFICATE REQUEST-----\n';
    const input = { token, node: NODE, request };
    expect(await bench().expectProblem('enrollment.redeem', input, await anyone())).toMatchObject({
      code: 'validation-failed',
      detail: expect.stringContaining('it is not a PKCS #10 request'),
    });
    const { requestPem } = await makeRequest(NODE);
    await bench().expectOk('enrollment.redeem', { ...input, request: requestPem }, await anyone());
  });

  test('is slowed down for a client that tries many tokens', async () => {
    const problems = [];
    for (let count = 0; count < 25; count += 1) {
      problems.push((await refusalOf({ token: `nce_${'A'.repeat(43)}` })).code);
    }
    expect(problems.filter((code) => code === 'rate-limited')).toHaveLength(5);
  });

  test('is renewed with the certificate, for the same identity', async () => {
    const first = await enroll();
    await bench().advance(MINUTE_MS);
    const renewed = await renew(first);
    if (!renewed.ok) throw new Error(renewed.error.detail);
    expect(Date.parse(renewed.value.expires_at) - Date.parse(first.expires_at)).toBe(MINUTE_MS);
    expect(new X509Certificate(renewed.value.certificate).subjectAltName).toBe(
      new X509Certificate(first.certificate).subjectAltName,
    );
  });

  test('is not renewed with the key of another, or a certificate of another', async () => {
    const [mine, theirs] = [await enroll(), await enroll('node-y')];
    const stolen = { keyPem: theirs.keyPem, certificate: mine.certificate };
    const detail = expect.stringContaining('was not signed by this server');
    expect(await renew(stolen)).toMatchObject({ ok: false, error: { detail } });
    const authority = { keyPem: mine.keyPem, certificate: mine.authority };
    expect(await renew(authority)).toMatchObject({ ok: false, error: { detail } });
  });

  test('ends with its revocation: no renewal, no user on the bus, no lease', async () => {
    const node = 'node-a';
    const enrolled = await enroll(node);
    const user = `urn:novacron:node:${node}:${enrolled.id}`;
    expect((await bench().expectOk('bus.configuration', {})).text).toContain(user);
    await bench().expectOk('enrollment.revoke', { id: enrolled.id });
    expect((await bench().expectOk('bus.configuration', {})).text).not.toContain(user);
    expect(await renew(enrolled)).toMatchObject({
      ok: false,
      error: { detail: expect.stringContaining('The certificate was revoked') },
    });
    await bench().advance(60_000);
    const { items } = await bench().expectOk('node.list', { name: node });
    expect(items).toMatchObject([{ status: 'lost' }]);
    const vm = await makeVm(bench());
    expect(vm.node).not.toBe(node);
    const again = await enroll(node);
    expect(again.id).not.toBe(enrolled.id);
    await bench().advance(20_000);
    expect((await bench().expectOk('node.list', { name: node })).items).toMatchObject([
      { status: 'ready' },
    ]);
  });

  test('a second time revokes what the node had before', async () => {
    const first = await enroll();
    await enroll();
    expect(await renew(first)).toMatchObject({ ok: false });
    const { items } = await bench().expectOk('enrollment.list', {});
    expect(items.map(({ status }) => status)).toEqual(['revoked', 'active']);
  });

  test('is a matter of those who run the server, not of tenants', async () => {
    const principal = { ...bench().admin, tenantId: 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7' as never };
    const found = await bench().expectProblem('enrollment.create', { node: NODE }, { principal });
    expect(found).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('it is reserved for the first tenant'),
    });
    for (const name of ['enrollment.list', 'bus.configuration', 'bus.authority'] as const) {
      expect(await bench().expectProblem(name, {}, { principal })).toMatchObject({
        code: 'forbidden',
      });
    }
  });

  test('leaves the private key of the authority sealed in the store', async () => {
    await enroll();
    const rows = await bench().storeOnDisk.read({ from: 'authorities' });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('PRIVATE KEY');
    expect(rows[0]?.private_sealed).toMatch(/^ncs1\./);
    const enrollments = await bench().store.read({ from: 'enrollments' });
    expect(JSON.stringify(enrollments)).not.toContain('nce_');
  });
});
