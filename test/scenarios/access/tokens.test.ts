import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import type { Tables } from '@novacron/server/ports/tables/tables';
import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { useBench } from '../test-kit/use-bench.ts';

const MS_PER_SECOND = 1_000;
const DAY_MS = 86_400_000;

describe('tokens of the own issuer', () => {
  const bench = useBench();

  async function principalOf(token: string): Promise<Principal> {
    const found = await bench().application.authenticate(token);
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  async function refusalOf(token: string): Promise<string> {
    const found = await bench().application.authenticate(token);
    if (found.ok) throw new Error('it was accepted');
    expect(found.error.code).toBe('unauthenticated');
    return found.error.detail;
  }

  function decode(part: string | undefined): Record<string, unknown> {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
  }

  async function claimsOfNewToken(): Promise<JWTPayload & JsonObject> {
    const { secret: token } = await bench().expectOk('token.create', {});
    return decode(token.split('.')[1]) as JWTPayload & JsonObject;
  }

  test('a token acts as the principal that requested it, until it expires', async () => {
    const { resource, secret: token } = await bench().expectOk('token.create', {});
    const { id, name, tenantId } = bench().admin;
    expect(await principalOf(token)).toMatchObject({ id, name, role: 'admin', tenantId });
    const lastsMs = Date.parse(resource.expires_at) - bench().deps.clock.nowMs();
    expect(lastsMs).toBeGreaterThan(898_000);
    expect(lastsMs).toBeLessThanOrEqual(900_000);
    await bench().advance(900_000 + 59_000);
    await principalOf(token);
    await bench().advance(3_000);
    expect(await refusalOf(token)).toBe('The token has expired.');
  });

  test('its expiry is the caller’s choice, but never behind that of the caller’s key', async () => {
    const long = await bench().expectOk('token.create', { expires_in_seconds: 86_400 });
    expect(Date.parse(long.resource.expires_at) - bench().deps.clock.nowMs()).toBeGreaterThan(
      86_000_000,
    );
    expect(
      await bench().expectProblem('token.create', { expires_in_seconds: 86_401 }),
    ).toMatchObject({ code: 'validation-failed' });
    const made = await bench().expectOk('api_key.create', {
      name: 'bea',
      role: 'viewer',
      expires_in_hours: 1,
    });
    const principal = await principalOf(made.secret);
    const input = { expires_in_seconds: 86_400 };
    const short = await bench().expectOk('token.create', input, { principal });
    const keyEndMs = Date.parse(String(made.resource.expires_at));
    expect(Math.abs(Date.parse(short.resource.expires_at) - keyEndMs)).toBeLessThanOrEqual(
      MS_PER_SECOND,
    );
    const again = await bench().expectOk('token.create', input, {
      principal: await principalOf(short.secret),
    });
    expect(again.resource.expires_at).toBe(short.resource.expires_at);
  });

  test('a token may do less than its maker, never more', async () => {
    const { secret: token } = await bench().expectOk('token.create', { role: 'viewer' });
    const viewer = await principalOf(token);
    expect(viewer.role).toBe('viewer');
    const refused = await bench().expectProblem(
      'token.create',
      { role: 'operator' },
      { principal: viewer },
    );
    expect(refused).toMatchObject({
      code: 'forbidden',
      detail: 'A token cannot have more rights than its requester; your role is viewer.',
      fields: [{ path: ['role'], message: 'operator is more than your role viewer' }],
    });
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toMatchObject([
      { operation: 'token.create', outcome: 'forbidden' },
      { operation: 'token.create', outcome: 'done', changes: { role: { is: 'viewer' } } },
    ]);
    expect(JSON.stringify(items)).not.toContain(token);
  });

  test('a token ends with the key that it was made with', async () => {
    const made = await bench().expectOk('api_key.create', { name: 'bea', role: 'viewer' });
    const principal = await principalOf(made.secret);
    const { secret: token } = await bench().expectOk('token.create', {}, { principal });
    await principalOf(token);
    await bench().expectOk('api_key.delete', { id: made.resource.id });
    expect(await refusalOf(token)).toBe('The API key that created the token was revoked.');
  });

  test('a rotation lets earlier tokens run out, or ends them', async () => {
    const first = await bench().expectOk('token.create', { expires_in_seconds: 86_400 });
    const kept = await bench().expectOk('signing_key.rotate', {});
    const second = await bench().expectOk('token.create', {});
    expect(decode(second.secret.split('.')[0]).kid).toBe(kept.key_id);
    await principalOf(first.secret);
    expect(await bench().application.tokenKeys()).toHaveLength(2);
    await bench().expectOk('signing_key.rotate', { earlier_tokens: 'revoke' });
    for (const { secret: token } of [first, second]) {
      expect(await refusalOf(token)).toBe('The token is signed with an unknown or expired key.');
    }
    expect(await bench().application.tokenKeys()).toHaveLength(1);
  });

  test('the signing key is renewed after 30 days, the old one forgotten a day later', async () => {
    /** Changes the oldest key in the store: days of virtual time take minutes. */
    async function change(columns: Partial<Tables['signing_keys']>): Promise<void> {
      const [row] = await bench().store.read({ from: 'signing_keys' });
      if (row === undefined) throw new Error('there is a key');
      const put = { kind: 'put', into: 'signing_keys', row: { ...row, ...columns } } as const;
      await bench().store.commit([put]);
    }

    await bench().expectOk('token.create', {});
    const [old] = await bench().application.tokenKeys();
    await change({ created_at_ms: bench().deps.clock.nowMs() - 30 * DAY_MS });
    await bench().expectOk('token.create', {});
    expect(await bench().application.tokenKeys()).toHaveLength(2);
    const rows = await bench().store.read({ from: 'signing_keys' });
    const retired = rows.find(({ retires_at_ms }) => retires_at_ms !== null);
    const leftMs = (retired?.retires_at_ms ?? 0) - bench().deps.clock.nowMs();
    expect([retired?.id, Math.round(leftMs / DAY_MS)]).toEqual([old?.kid, 1]);
    await change({ retires_at_ms: bench().deps.clock.nowMs() });
    const left = await bench().application.tokenKeys();
    expect(left).toHaveLength(1);
    expect(left).not.toContainEqual(old);
  });

  test('public keys say nothing private; private ones are sealed in the store', async () => {
    await bench().expectOk('token.create', {});
    const [key] = await bench().application.tokenKeys();
    expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const [row] = await bench().storeOnDisk.read({ from: 'signing_keys' });
    expect(row?.private_sealed).toMatch(/^ncs1\.[0-9a-f]{16}\.[\w+/=]+$/);
  });

  test('a token without a signature is refused', async () => {
    const claims = await claimsOfNewToken();
    const { keys } = { keys: await bench().application.tokenKeys() };
    expect(await refusalOf(new UnsecuredJWT(claims).encode())).toBe(
      'The token is signed with an algorithm that is not accepted.',
    );
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: keys[0]?.kid }));
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    await refusalOf(`${header.toString('base64url')}.${body}.`);
  });

  test('a token signed with the public key as if it were a secret is refused', async () => {
    const claims = await claimsOfNewToken();
    const [key] = await bench().application.tokenKeys();
    const secret = Buffer.from(String(key?.x), 'base64url');
    const header = { alg: 'HS256', kid: String(key?.kid) };
    const forged = await new SignJWT(claims).setProtectedHeader(header).sign(secret);
    expect(await refusalOf(forged)).toBe(
      'The token is signed with an algorithm that is not accepted.',
    );
  });

  test('a token signed with another key under our key’s name is refused', async () => {
    const claims = await claimsOfNewToken();
    const [key] = await bench().application.tokenKeys();
    const { privateKey } = await generateKeyPair('EdDSA');
    const header = { alg: 'EdDSA', kid: String(key?.kid) };
    const forged = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    expect(await refusalOf(forged)).toBe('The signature of the token is invalid.');
  });

  test.each<[string, Record<string, unknown>]>([
    ['a larger role', { role: 'admin' }],
    ['another tenant', { tenant_id: 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7' }],
    ['a later end', { exp: 99_999_999_999 }],
  ])('a token whose claims were changed to %s is refused', async (_what, change) => {
    const { secret: token } = await bench().expectOk('token.create', { role: 'viewer' });
    const [header, body, signature] = token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...decode(body), ...change }));
    const forged = [header, changed.toString('base64url'), signature].join('.');
    expect(await refusalOf(forged)).toBe('The signature of the token is invalid.');
  });

  /** A token that only this server could have signed. */
  async function signed(change: JsonObject): Promise<string> {
    const claims = await claimsOfNewToken();
    const [row] = await bench().store.read({ from: 'signing_keys' });
    const key = { id: row?.id ?? '', privateText: row?.private_sealed ?? '' };
    const made = await bench().deps.tokens?.sign({ ...claims, ...change }, key);
    if (made?.ok !== true) throw new Error('it cannot be signed');
    return made.value;
  }

  test.each<[string, JsonObject, string]>([
    ['another audience', { aud: 'another' }, 'The token was issued for another audience.'],
    [
      'a role that does not exist',
      { role: 'king' },
      'No group mapping gives the holder of the token a role on this server.',
    ],
    ['a later beginning', { nbf: 9_999_999_999 }, 'The token is not valid yet.'],
    [
      'another issuer',
      { iss: 'https://elsewhere.example' },
      'The token comes from an issuer that this server does not trust.',
    ],
  ])('a signed token with %s is refused', async (_what, change, detail) => {
    expect(await refusalOf(await signed(change))).toBe(detail);
  });

  test('a token of another tenant finds nothing here, nor can be pointed at it', async () => {
    const network = await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' });
    const made = await bench().expectOk('tenant.create', { name: 'strangers' });
    const tenantId = made.resource.id;
    const stranger = await principalOf(made.secret ?? '');
    const { secret: token } = await bench().expectOk('token.create', {}, { principal: stranger });
    const as = { principal: await principalOf(token) };
    const { id } = network.resource;
    expect(await bench().expectProblem('network.get', { id }, as)).toMatchObject({
      code: 'not-found',
    });
    // The key of one tenant with the name of another: such a key does not exist.
    expect(await refusalOf(await signed({ tenant_id: tenantId }))).toMatch(/revoked/);
  });

  test('a token is audited when it is refused', async () => {
    await bench().application.authenticate('a.b.c');
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toMatchObject([{ operation: 'authenticate', outcome: 'unauthenticated' }]);
  });

  test('a policy may refuse tokens', async () => {
    const rule = 'package p\n\ndeny := {"no tokens"} if input.resource.type == "token"\n';
    const made = await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    expect(await bench().expectProblem('token.create', {})).toMatchObject({
      code: 'policy-denied',
    });
    await bench().expectOk('policy.delete', { id: made.resource.id });
  });
});
