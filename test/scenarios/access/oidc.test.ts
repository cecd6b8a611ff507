/** A real issuer in this process: HTTP, discovery, keys, and tokens as people get them. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { createBreakers } from '@novacron/server/adapters/breakers/create-breakers';
import { guardAddresses } from '@novacron/server/adapters/egress/guard-addresses';
import { createOidcVerifier } from '@novacron/server/adapters/oidc/create-oidc-verifier';
import type { OidcAccess } from '@novacron/server/app/access/oidc-access';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { useBench } from '../test-kit/use-bench.ts';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

let server: Server;
let issuer = '';
let pair: Pair;

beforeAll(async () => {
  pair = await generateKeyPair('RS256', { extractable: true });
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }];
  server = createServer((request, response) => {
    const isKeys = request.url === '/keys';
    response.end(JSON.stringify(isKeys ? { keys } : { issuer, jwks_uri: `${issuer}/keys` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('people who log in elsewhere', () => {
  let access: OidcAccess | undefined;
  const bench = useBench();

  beforeEach(() => {
    access = {
      verifier: createOidcVerifier(
        { issuer, audience: 'novacron' },
        { logger: bench().deps.logger, breakers: createBreakers(), guard: guardAddresses([]) },
      ),
      roleClaim: 'realm_access.roles',
      roles: { ops: 'operator', everyone: 'viewer', owners: 'admin' },
      tenantClaim: 'org',
    };
  });

  function sign(claims: JsonObject): Promise<string> {
    const exp = Math.floor(bench().deps.clock.nowMs() / 1_000) + 600;
    const base = { iss: issuer, aud: 'novacron', sub: 'alice', exp, org: 'default' };
    return new SignJWT({ ...base, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign(pair.privateKey);
  }

  const roles = (...names: readonly string[]) => ({ realm_access: { roles: names } });

  function authenticate(token: string) {
    const deps = { ...bench().deps, ...(access === undefined ? {} : { oidc: access }) };
    return createApplication(deps).application.authenticate(token);
  }

  const authenticated = async (claims: JsonObject) => authenticate(await sign(claims));

  test('have a role that the tenant made, where no built-in one is given', async () => {
    const mapping = { ...(access as OidcAccess), roles: { ops: 'operator', devs: 'deployer' } };
    access = mapping;
    expect(await authenticated(roles('devs'))).toMatchObject({
      ok: false,
      error: {
        detail: 'The mapping rule for a group in the token names a role that does not exist.',
      },
    });
    const deployer = { name: 'deployer', operations: ['vm.list'] };
    await bench().expectOk('role.create', deployer);
    const found = await authenticated(roles('devs'));
    expect(found).toMatchObject({ ok: true, value: { role: 'deployer' } });
    expect(found.ok && [...(found.value.operations ?? [])]).toContain('vm.list');
    expect(await authenticated(roles('devs', 'ops'))).toMatchObject({
      value: { role: 'operator' },
    });
  });

  test('have the largest role that their claims give, in the tenant that they name', async () => {
    const found = await authenticated(roles('everyone', 'ops', 'unheard-of'));
    const { tenantId } = bench().admin;
    expect(found).toMatchObject({
      value: { name: 'oidc:alice', role: 'operator', tenantId },
    });
    const byId = await authenticated({ ...roles('everyone'), org: tenantId });
    expect(byId).toMatchObject({ value: { role: 'viewer', tenantId } });
  });

  test.each<[string, JsonObject, string]>([
    ['no role claim', {}, 'No group mapping gives the holder of the token a role on this server.'],
    [
      'only unknown roles',
      roles('king'),
      'No group mapping gives the holder of the token a role on this server.',
    ],
    [
      'a name of an object’s own',
      roles('constructor'),
      'No group mapping gives the holder of the token a role on this server.',
    ],
    [
      'an unknown tenant',
      { ...roles('ops'), org: 'other' },
      'No group mapping gives the holder of the token a tenant on this server.',
    ],
    [
      'no text as tenant',
      { ...roles('ops'), org: ['default'] },
      'No group mapping gives the holder of the token a tenant on this server.',
    ],
    [
      'another audience',
      { ...roles('ops'), aud: 'x' },
      'The token was issued for another audience.',
    ],
  ])('are refused with %s', async (_what, claims, detail) => {
    expect(await authenticated(claims)).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated', detail },
    });
  });

  test('write under their subject, and get tokens that end with theirs', async () => {
    const found = await authenticated({ ...roles('owners'), preferred_username: 'admin' });
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' }, as);
    const { items } = await bench().expectOk('audit.list', {});
    expect(items[0]).toMatchObject({ operation: 'network.create', principal: 'oidc:alice' });
    const made = await bench().expectOk('token.create', { expires_in_seconds: 86_400 }, as);
    expect(Date.parse(made.resource.expires_at)).toBe(found.value.expiresAtMs);
    expect(await authenticate(made.secret)).toMatchObject({
      value: { name: 'oidc:alice', role: 'admin' },
    });
  });

  test('are not believed when no issuer is configured', async () => {
    access = undefined;
    expect(await authenticated(roles('owners'))).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
  });
});
