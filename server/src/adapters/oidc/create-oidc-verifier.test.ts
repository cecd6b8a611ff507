/** The issuer's side is played by nock: what it answers, how often it is asked, and when not. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { nock, playHttp } from '../../../../test/support/services/play-http.ts';
import type { TokenVerifier } from '../../ports/tokens.ts';
import { createBreakers } from '../breakers/create-breakers.ts';
import { guardAddresses } from '../egress/guard-addresses.ts';
import { createOidcVerifier } from './create-oidc-verifier.ts';

const ISSUER = 'https://id.example';
const NOW_MS = 1_800_000_000_000;
const NOW_S = NOW_MS / 1_000;
const DISCOVERY = '/.well-known/openid-configuration';

type Key = Awaited<ReturnType<typeof makeKey>>;

async function makeKey(kid: string, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

function sign(key: Key, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new SignJWT({
    iss: ISSUER,
    aud: 'novacron',
    sub: 'alice',
    exp: NOW_S + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(key.privateKey);
}

let first: Key;
let second: Key;
let lines: string[] = [];
let verifier: TokenVerifier;

beforeAll(async () => {
  [first, second] = await Promise.all([makeKey('first'), makeKey('second', 'RS256')]);
});

playHttp();

beforeEach(() => {
  lines = [];
  const ignore = (): void => undefined;
  const warn = (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push(`${message}: ${String(fields.cause)}`);
  };
  const logger = { debug: ignore, info: ignore, warn, error: ignore };
  verifier = createOidcVerifier(
    { issuer: ISSUER, audience: 'novacron' },
    { logger, breakers: createBreakers(), guard: guardAddresses([]) },
  );
});

/** The issuer publishes keys, for one reading. */
function publish(...keys: readonly Key[]): nock.Scope {
  return nock(ISSUER)
    .get(DISCOVERY)
    .reply(200, { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` })
    .get('/keys')
    .reply(200, { keys: keys.map(({ jwk }) => jwk) });
}

async function outcomeOf(token: string, afterMs = 0): Promise<string> {
  const found = await verifier.verify(token, NOW_MS + afterMs);
  return found.ok ? String(found.value.sub) : found.error;
}

describe('a token of the issuer', () => {
  test('is accepted by its published keys, which are asked for once', async () => {
    const asked = publish(first, second);
    const tokens = await Promise.all([sign(first), sign(second), sign(first)]);
    expect(await Promise.all(tokens.map((token) => outcomeOf(token)))).toEqual([
      'alice',
      'alice',
      'alice',
    ]);
    expect(asked.isDone()).toBe(true);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['has expired', { exp: NOW_S - 61 }, 'expired'],
    ['expired within the difference of clocks', { exp: NOW_S - 59 }, 'alice'],
    ['has no end', { exp: undefined }, 'malformed'],
    ['has no subject', { sub: undefined }, 'malformed'],
    ['is not valid yet', { nbf: NOW_S + 61 }, 'not-yet-valid'],
    ['was made for another program', { aud: 'mail' }, 'wrong-audience'],
    ['was made for several programs', { aud: ['mail', 'novacron'] }, 'alice'],
    ['names another issuer', { iss: 'https://evil.example' }, 'wrong-issuer'],
  ])('that %s', async (_what, claims, outcome) => {
    publish(first);
    expect(await outcomeOf(await sign(first, claims))).toBe(outcome);
  });

  test('without a signature, or signed with a public key as a secret, is refused', async () => {
    publish(first);
    const claims = { iss: ISSUER, aud: 'novacron', sub: 'eve', exp: NOW_S + 60 };
    expect(await outcomeOf(new UnsecuredJWT(claims).encode())).toBe('wrong-algorithm');
    const secret = new TextEncoder().encode(JSON.stringify(first.jwk));
    const header = { alg: 'HS256', kid: 'first' };
    const confused = await new SignJWT(claims).setProtectedHeader(header).sign(secret);
    expect(await outcomeOf(confused)).toBe('wrong-algorithm');
  });

  test('signed by a stranger under a known name is refused', async () => {
    publish(first);
    expect(await outcomeOf(await sign(await makeKey('first')))).toBe('forged');
  });
});

describe('a rotation', () => {
  test('is noticed with the first token of the new key', async () => {
    publish(first);
    expect(await outcomeOf(await sign(first))).toBe('alice');
    const asked = publish(second);
    expect(await outcomeOf(await sign(second), 30_000)).toBe('alice');
    expect(asked.isDone()).toBe(true);
    // The old key was withdrawn.
    expect(await outcomeOf(await sign(first), 30_001)).toBe('unknown-key');
  });

  test('is not looked for with each made-up key', async () => {
    publish(first);
    expect(await outcomeOf(await sign(first))).toBe('alice');
    const asked = publish(first);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await outcomeOf(await sign(second), 29_000 + attempt)).toBe('unknown-key');
    }
    expect(asked.isDone()).toBe(false);
  });

  test('is noticed after ten minutes even if the new key is not used', async () => {
    publish(first);
    await outcomeOf(await sign(first));
    publish(second);
    expect(await outcomeOf(await sign(first, { exp: NOW_S + 900 }), 600_000)).toBe('unknown-key');
  });
});

describe('an issuer in trouble', () => {
  test('that is away does not lock out holders of keys that are known', async () => {
    publish(first);
    await outcomeOf(await sign(first));
    nock(ISSUER).get(DISCOVERY).reply(503);
    const token = await sign(first, { exp: NOW_S + 200_000 });
    expect(await outcomeOf(token, 600_000)).toBe('alice');
    expect(await outcomeOf(token, 86_400_000)).toBe('unreachable');
  });

  test('is left alone for half a minute after three failures', async () => {
    const asked = nock(ISSUER).get(DISCOVERY).times(4).reply(500);
    const token = await sign(first);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect(await outcomeOf(token, attempt)).toBe('unreachable');
    }
    expect(asked.isDone()).toBe(false);
    expect(lines).toHaveLength(3);
    expect(await outcomeOf(token, 30_002)).toBe('unreachable');
    expect(asked.isDone()).toBe(true);
    publish(first);
    expect(await outcomeOf(token, 60_002)).toBe('alice');
  });

  const found = { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` };

  test.each<[string, () => unknown, RegExp]>([
    ['is another one', () => ({ ...found, issuer: 'https://evil.example' }), /of the issuer/],
    ['hands keys out in clear', () => ({ ...found, jwks_uri: 'http://id.example/k' }), /not HTTPS/],
    ['has keys in a file', () => ({ ...found, jwks_uri: 'file:///etc/keys' }), /not HTTPS/],
    ['says nothing', () => ({}), /issuer/],
    ['says too much', () => ({ ...found, more: 'x'.repeat(300_000) }), /answered too much/],
  ])('that %s is not believed', async (_what, answer, reason) => {
    nock(ISSUER)
      .get(DISCOVERY)
      .reply(200, answer() as nock.Body);
    expect(await outcomeOf(await sign(first))).toBe('unreachable');
    expect(lines).toEqual([expect.stringMatching(reason)]);
  });

  test('that redirects is not followed', async () => {
    const location = 'http://169.254.169.254/';
    nock(ISSUER).get(DISCOVERY).reply(302, undefined, { location });
    expect(await outcomeOf(await sign(first))).toBe('unreachable');
  });

  test('that never answers is given up after three seconds', async () => {
    nock(ISSUER).get(DISCOVERY).delay(60_000).reply(200, found);
    expect(await outcomeOf(await sign(first))).toBe('unreachable');
    expect(lines).toEqual([expect.stringMatching(/timeout|aborted/i)]);
  });
});
