/** Sign-in of browsers at an OpenID Connect issuer, and attacks on it, on virtual time. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@novacron/contract/json';
import { createBreakers } from '@novacron/server/adapters/breakers/create-breakers';
import { guardAddresses } from '@novacron/server/adapters/egress/guard-addresses';
import { createOidcVerifier } from '@novacron/server/adapters/oidc/create-oidc-verifier';
import { createSignInIssuer } from '@novacron/server/adapters/oidc/create-sign-in-issuer';
import { hashSecret } from '@novacron/server/app/access/identity/hash-secret';
import type { GroupRules, OidcAccess } from '@novacron/server/app/access/oidc-access';
import { type HostileIssuer, startHostileIssuer } from '../test-kit/hostile-issuer.ts';
import { type Browser, type Site, startSite } from '../test-kit/start-site.ts';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const ATTEMPT_COOKIE = 'novacron_sign_in_local';
const UNKNOWN = 'This sign-in cannot be completed';
const SESSION_COOKIE = 'novacron_session_local';

describe('a browser that signs in at an issuer', () => {
  const bench = useBench();
  const sites: Site[] = [];
  let issuer: HostileIssuer;
  let site: Site;
  let rules: GroupRules;

  beforeEach(async () => {
    issuer = await startHostileIssuer(() => bench().deps.clock.nowMs());
    rules = { groups: [{ group: 'ops', role: 'operator' }], disabled: [] };
    site = await start();
  });

  afterEach(async () => {
    await Promise.all(sites.splice(0).map((each) => each.stop()));
    await issuer.stop();
  });

  function access(): OidcAccess {
    const calls = {
      logger: bench().deps.logger,
      breakers: createBreakers(),
      guard: guardAddresses([]),
    };
    const client = { id: 'novacron-web', secret: 'geheim', scopes: 'openid', name: 'Example' };
    return {
      verifier: createOidcVerifier({ issuer: issuer.url, audience: 'novacron-web' }, calls),
      signIn: createSignInIssuer({ issuer: issuer.url, client }, calls),
      roleClaim: 'groups',
      roles: {},
      tenantClaim: undefined,
      rules: () => rules,
    };
  }

  async function start(options?: Parameters<typeof startSite>[1]): Promise<Site> {
    const started = await startSite({ ...bench().deps, oidc: access() }, options);
    sites.push(started);
    return started;
  }

  /** Begins, and says where the browser is sent to. */
  async function begin(browser: Browser, returnTo = '/dashboard/networks'): Promise<string> {
    const path = `/sign-in/oidc?return_to=${encodeURIComponent(returnTo)}`;
    const { status, headers } = await browser.send(path);
    expect(status).toBe(303);
    return String(headers.location);
  }

  /** Follows the redirect of the issuer, which is another site. */
  const answer = (browser: Browser, back: URL) =>
    browser.send(`${back.pathname}${back.search}`, {
      headers: { 'sec-fetch-site': 'cross-site' },
    });

  async function signedIn(): Promise<Browser> {
    const browser = site.browser();
    const { status } = await answer(browser, issuer.agree(await begin(browser)));
    expect(status).toBe(303);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(true);
    // A page reads it first, for the token of its writes.
    expect(await statusOf(browser)).toBe(200);
    return browser;
  }

  const post = (path: string, token: string) =>
    site.browser().send(path, {
      method: 'POST',
      json: {},
      headers: { authorization: `Bearer ${token}` },
    });
  async function tokenOf(made: ReturnType<Browser['send']>): Promise<string> {
    const { status, body } = await made;
    expect(status).toBe(201);
    return body.secret;
  }
  const statusWith = async (path: string, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await site.browser().send(`/api/v2${path}`, { headers })).status;
  };
  const statusOf = async (browser: Browser) => (await browser.send('/api/v2/session')).status;
  const failureOf = async (browser: Browser) =>
    (await browser.send('/sign-in/methods')).body.failure;
  /** Lets a minute pass at most, in which each program gets its turn. */
  async function timeUntil<T>(promised: Promise<T>): Promise<T | 'not within a minute'> {
    let found: T | undefined;
    void promised.then((value) => {
      found = value;
    });
    for (let passed = 0; passed < MINUTE_MS && found === undefined; passed += 1_000) {
      await bench().advance(1_000);
      await site.browser().send('/healthz');
    }
    return found ?? 'not within a minute';
  }

  const attemptsOf = ({ cookies }: Browser) =>
    [...cookies.keys()].filter((name) => name.startsWith(ATTEMPT_COOKIE));

  const rowsOf = () => bench().store.read({ from: 'sign_in_attempts' });

  async function expectRefused(browser: Browser, back: URL, detail: string): Promise<void> {
    const { status, headers } = await answer(browser, back);
    expect(status).toBe(303);
    expect(String(headers.location)).toMatch(/^\/dashboard\//);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(await failureOf(browser)).toMatchObject({ detail: expect.stringContaining(detail) });
    // It is shown once.
    expect(await failureOf(browser)).toBeUndefined();
  }

  test('gets a session as the person that the issuer names, at the page it came from', async () => {
    const browser = site.browser();
    const location = new URL(await begin(browser, '/dashboard/vms?sort=name#top'));
    expect(Object.fromEntries(location.searchParams)).toEqual({
      client_id: 'novacron-web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${site.url}/sign-in/oidc/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const [row] = await rowsOf();
    expect(row?.id).toBe(hashSecret(location.searchParams.get('state') ?? ''));
    const back = issuer.agree(location.href);
    const done = await answer(browser, back);
    expect(done).toMatchObject({
      status: 303,
      headers: {
        location: '/dashboard/vms?sort=name#top',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
    });
    expect(attemptsOf(browser)).toEqual([]);
    expect(await rowsOf()).toEqual([]);
    const { body } = await browser.send('/api/v2/session');
    expect(body).toMatchObject({
      principal: 'oidc:alice',
      role: 'operator',
      session: { method: 'oidc', principal: 'oidc:alice' },
    });
    const [{ body: sent, authorization }] = issuer.redeemed as [(typeof issuer.redeemed)[0]];
    expect(authorization).toMatch(/^Basic /);
    expect(sent.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    const stored = JSON.stringify(await bench().store.read({ from: 'sessions' }));
    for (const secret of [back.searchParams.get('code'), sent.get('code_verifier'), 'eyJ']) {
      expect(stored).not.toContain(secret);
    }
    expect(await bench().expectOk('audit.list', { limit: 1 })).toMatchObject({
      items: [{ operation: 'session.create', principal: 'oidc:alice', client: 'dashboard' }],
    });
  });

  test('has a cookie for the attempt that comes with a redirect, and no script reads', async () => {
    const { headers } = await site.browser().send('/sign-in/oidc');
    const [line = ''] = headers['set-cookie'] ?? [];
    const form = new RegExp(
      `^${ATTEMPT_COOKIE}\\.[\\w-]{12}=nca_[\\w-]{43}; Path=/; Max-Age=600; HttpOnly`,
    );
    expect(line).toMatch(form);
    expect(line).toMatch(/; SameSite=Lax$/);
    const proxied = await start({ browsers: { publicUrl: 'https://nova.example' } });
    const behind = await proxied.browser().send('/sign-in/oidc');
    expect(behind.headers['set-cookie']?.[0]).toMatch(
      /^__Host-novacron_sign_in\.[\w-]{12}=.*Lax; Secure$/,
    );
    const asked = new URL(String(behind.headers.location)).searchParams;
    expect(asked.get('redirect_uri')).toBe('https://nova.example/sign-in/oidc/callback');
  });

  test('learns which ways there are; keys go on working while the issuer is away', async () => {
    const browser = site.browser();
    expect((await browser.send('/sign-in/methods')).body).toEqual({
      sessions: 'loopback',
      methods: ['oidc', 'api_key'],
      issuer: 'Example',
    });
    issuer.trick({ status: 503 });
    expect(await begin(browser)).toBe('/dashboard/');
    expect(await failureOf(browser)).toEqual({
      detail: 'Cannot reach Example at the moment.',
      remedy: 'Try again in a minute, or sign in with an API key.',
    });
    const { secret } = await bench().expectOk('api_key.create', {
      name: 'ois-key',
      role: 'viewer',
    });
    expect(await browser.signIn(secret)).toMatchObject({ status: 200 });
  });

  test('has no way in where others could read the cookie', async () => {
    const open = await start({ listen: { host: '0.0.0.0', port: 0 } });
    for (const path of ['/sign-in/oidc', '/sign-in/oidc/callback?code=a&state=b']) {
      expect(await open.browser().send(path)).toMatchObject({
        status: 403,
        body: { data: { reason: 'insecure-listen' } },
      });
    }
    expect(await rowsOf()).toEqual([]);
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/dashboard/',
    '/dashboard/..//evil.example',
    '/dashboard/%2e%2e//evil.example',
    '/dashboard/..\\/evil.example',
    '/\t/evil.example',
    '/%2f%2fevil.example',
    '/dashboard@evil.example',
    'javascript:alert(1)',
    '/api/v2/session',
    `/dashboard/${'a'.repeat(3_000)}`,
  ])('is not sent to %s afterwards', async (returnTo) => {
    const browser = site.browser();
    const { headers } = await answer(browser, issuer.agree(await begin(browser, returnTo)));
    expect(headers.location).toBe('/dashboard/');
  });

  test('signs in from two windows at the same time, whichever is answered first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const browser = site.browser();
      const backs = [
        issuer.agree(await begin(browser, '/dashboard/vms')),
        issuer.agree(await begin(browser, '/dashboard/networks')),
      ];
      for (const index of order) {
        const back = backs[index] ?? new URL(site.url);
        const { headers } = await answer(browser, back);
        expect(headers.location).toBe(['/dashboard/vms', '/dashboard/networks'][index]);
        expect(await statusOf(browser)).toBe(200);
      }
      expect(attemptsOf(browser)).toEqual([]);
    }
  });

  test('keeps its attempt when an answer comes that does not fit it', async () => {
    const [browser, other] = [site.browser(), site.browser()];
    const back = issuer.agree(await begin(browser));
    await expectRefused(browser, issuer.agree(await begin(other)), UNKNOWN);
    const odd = new URL(`${site.url}/sign-in/oidc/callback?code=a&state=%0d%0aSet-Cookie:%20a`);
    await expectRefused(browser, odd, UNKNOWN);
    await answer(browser, back);
    expect(await statusOf(browser)).toBe(200);
  });

  test('has eight attempts at a time, the newest ones', async () => {
    const browser = site.browser();
    const backs: URL[] = [];
    for (let count = 0; count < 10; count += 1) backs.push(issuer.agree(await begin(browser)));
    expect(attemptsOf(browser)).toHaveLength(8);
    await expectRefused(browser, backs[0] ?? new URL(site.url), UNKNOWN);
    await answer(browser, backs[9] ?? new URL(site.url));
    expect(await statusOf(browser)).toBe(200);
  });

  test('begins only from a page of the server', async () => {
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' } };
    expect(await site.browser().send('/sign-in/oidc', foreign)).toMatchObject({
      status: 403,
      body: { data: { reason: 'foreign-origin' } },
    });
    expect(await site.browser().send('/sign-in/oidc', { method: 'HEAD' })).toMatchObject({
      status: 405,
    });
    expect(await rowsOf()).toEqual([]);
  });

  describe('is refused', () => {
    test('with the answer to an attempt of another browser', async () => {
      const [victim, attacker] = [site.browser(), site.browser()];
      const back = issuer.agree(await begin(attacker));
      await begin(victim);
      await expectRefused(victim, back, UNKNOWN);
      // Without any attempt, and with an attempt that was made up.
      await expectRefused(site.browser(), back, UNKNOWN);
      const forger = site.browser();
      const state = back.searchParams.get('state') ?? '';
      forger.cookies.set(`${ATTEMPT_COOKIE}.${state.slice(0, 12)}`, `nca_${'A'.repeat(43)}`);
      await expectRefused(forger, back, UNKNOWN);
      expect(issuer.redeemed).toEqual([]);
    });

    test('with an answer that was used already, also at the same moment', async () => {
      const browser = site.browser();
      const back = issuer.agree(await begin(browser));
      const twin = site.browser();
      for (const [name, value] of browser.cookies) twin.cookies.set(name, value);
      const late = site.browser();
      for (const [name, value] of browser.cookies) late.cookies.set(name, value);
      await Promise.all([answer(browser, back), answer(twin, back)]);
      const admitted = [browser, twin].filter(({ cookies }) => cookies.has(SESSION_COOKIE));
      expect(admitted).toHaveLength(1);
      await expectRefused(late, back, UNKNOWN);
      expect(issuer.redeemed).toHaveLength(1);
    });

    test('with the code of another person in its own attempt', async () => {
      const [victim, attacker] = [site.browser(), site.browser()];
      const stolen = issuer.agree(await begin(victim)).searchParams.get('code');
      const back = issuer.agree(await begin(attacker));
      back.searchParams.set('code', String(stolen));
      await expectRefused(attacker, back, 'Example refused the sign-in: invalid_grant');
    });

    test('when the attempt is older than ten minutes', async () => {
      const browser = site.browser();
      const back = issuer.agree(await begin(browser));
      await bench().advance(10 * MINUTE_MS);
      await expectRefused(browser, back, UNKNOWN);
      expect(issuer.redeemed).toEqual([]);
      const forgotten = site.browser();
      await begin(forgotten);
      await bench().skip(70 * MINUTE_MS);
      expect(await rowsOf()).toEqual([]);
    });

    test('with the answer of another issuer, or one that names none', async () => {
      const browser = site.browser();
      const mixed = issuer.agree(await begin(browser));
      mixed.searchParams.set('iss', 'https://other.example');
      await expectRefused(browser, mixed, 'The response from Example is not valid');
      const silent = issuer.agree(await begin(browser));
      silent.searchParams.delete('iss');
      await expectRefused(browser, silent, 'The response from Example is not valid');
      const twice = issuer.agree(await begin(browser));
      twice.searchParams.append('state', 'second');
      await expectRefused(browser, twice, UNKNOWN);
      expect(issuer.redeemed).toEqual([]);
    });

    test.each<[string, JsonObject]>([
      ['another nonce', { nonce: 'n' }],
      ['another issuer', { iss: 'https://other.example' }],
      ['another audience', { aud: 'other' }],
      ['a time that is over', { exp: 1_000, iat: 900 }],
      ['a time that has not come', { iat: 4_000_000_000 }],
      ['another client', { azp: 'other' }],
      ['a person without a name', { sub: '' }],
      ['a person with a line feed', { sub: 'al\nice\u202e' }],
      ['a person with a long name', { sub: 'a'.repeat(300) }],
    ])('with an ID token that has %s', async (_what, claims) => {
      issuer.trick({ claims });
      const browser = site.browser();
      const back = issuer.agree(await begin(browser));
      await expectRefused(browser, back, 'The response from Example is not valid');
    });

    test.each<[string, (claims: JsonObject) => string | Promise<string>]>([
      ['no signature', (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.`],
      [
        'a signature of the client secret',
        async (claims) => {
          const { SignJWT } = await import('jose');
          const key = new TextEncoder().encode('geheim');
          return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key);
        },
      ],
      [
        'other claims than were signed',
        async (claims) => {
          const [head, , signature] = (await issuer.sign(claims)).split('.');
          return `${head}.${encode({ ...claims, sub: 'root' })}.${signature}`;
        },
      ],
      ['no form', () => 'not a token'],
    ])('with an ID token that has %s', async (_what, idToken) => {
      issuer.trick({ idToken });
      const browser = site.browser();
      const back = issuer.agree(await begin(browser));
      await expectRefused(browser, back, 'The response from Example is not valid');
    });

    test('in the words of the issuer, which stay text, with what to do', async () => {
      const browser = site.browser();
      const back = issuer.agree(await begin(browser));
      back.searchParams.delete('code');
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set('error_description', '<b>no</b> “agreement” \u202e');
      const { headers } = await answer(browser, back);
      expect(headers.location).toBe('/dashboard/networks');
      expect(await failureOf(browser)).toEqual({
        detail: 'Example refused the sign-in: access_denied, <b>no</b> “agreement” \u202e.',
        remedy:
          'Sign in again and grant consent, or ask the administrator of the issuer for access ' +
          'to NovaCron.',
      });
    });

    test('without a group that has a role, and the log of the audit names the person', async () => {
      issuer.trick({ claims: { groups: ['cooks'] } });
      const browser = site.browser();
      const back = issuer.agree(await begin(browser));
      await expectRefused(browser, back, 'none of your groups has a role on this server');
      expect(await bench().expectOk('audit.list', { limit: 1 })).toMatchObject({
        items: [{ principal: 'oidc:alice', outcome: 'unauthenticated' }],
      });
    });
  });

  test.each<[string, JsonObject]>([
    ['is of another issuer', { issuer: 'https://other.example' }],
    ['has an address in clear', { token_endpoint: 'http://id.example/token' }],
    ['has no address to ask at', { authorization_endpoint: null }],
  ])('is not sent anywhere by a document that %s', async (_what, document) => {
    issuer.trick({ document });
    const browser = site.browser();
    expect(await begin(browser)).toBe('/dashboard/');
    expect(await failureOf(browser)).toMatchObject({ detail: expect.stringContaining('Example') });
  });

  test('is signed in with a new key of the issuer at once', async () => {
    await signedIn();
    await issuer.rotate();
    await signedIn();
  });

  test.each([
    ['50 s ahead', 50_000, true],
    ['50 s behind', -50_000, true],
    ['ten minutes behind', -600_000, false],
  ])('an issuer whose clock is %s', async (_what, skewMs, isAdmitted) => {
    const nowS = Math.floor((bench().deps.clock.nowMs() + skewMs) / 1_000);
    issuer.trick({ claims: { iat: nowS, exp: nowS + 30, nbf: nowS } });
    const browser = site.browser();
    await answer(browser, issuer.agree(await begin(browser)));
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(isAdmitted);
  });

  test('cannot begin without end, and other addresses still can', async () => {
    const flood = site.browser();
    for (let count = 0; count < 20; count += 1) expect(await begin(flood)).toContain(issuer.url);
    expect(await begin(flood)).toBe('/dashboard/');
    expect(await failureOf(flood)).toEqual({
      detail: 'Too many sign-ins are pending.',
      remedy: 'Try again in 5 s.',
    });
    expect(await rowsOf()).toHaveLength(20);
    await bench().advance(5_000);
    expect(await begin(flood)).toContain(issuer.url);
  });

  describe('is bound to the mapping of the moment', () => {
    test('with a role that changes, or is taken away', async () => {
      const browser = await signedIn();
      rules = { ...rules, groups: [{ group: 'ops', role: 'viewer' }] };
      expect((await browser.send('/api/v2/session')).body).toMatchObject({ role: 'viewer' });
      rules = { ...rules, groups: [{ group: 'cooks', role: 'viewer' }] };
      expect(await browser.send('/api/v2/session')).toMatchObject({
        status: 401,
        body: { data: { reason: 'session-credential' } },
      });
    });

    test('with a tenant: the session of the earlier one ends', async () => {
      const browser = await signedIn();
      await bench().expectOk('tenant.create', { name: 'ois-research' });
      rules = { ...rules, groups: [{ group: 'ops', role: 'viewer', tenant: 'ois-research' }] };
      expect(await statusOf(browser)).toBe(401);
      const again = await signedIn();
      const { body } = await again.send('/api/v2/session');
      expect(body).toMatchObject({ tenant: 'ois-research', role: 'viewer' });
    });

    test('as one who is excluded, with tokens that were made, and open sockets', async () => {
      const browser = await signedIn();
      const token = await browser.write('/api/v2/tokens', { expires_in_seconds: 3_600 });
      expect(token.status).toBe(201);
      const bearer = { headers: { authorization: `Bearer ${token.body.secret}` } };
      expect((await site.browser().send('/api/v2/vms', bearer)).status).toBe(200);
      const socket = await browser.openSocket();
      await timeUntil(socket.heard);
      rules = { ...rules, disabled: ['alice'] };
      expect(await statusOf(browser)).toBe(401);
      expect((await site.browser().send('/api/v2/vms', bearer)).status).toBe(401);
      expect(await timeUntil(socket.closed)).toBe(4401);
      const next = site.browser();
      const back = issuer.agree(await begin(next));
      await expectRefused(next, back, 'an administrator has excluded you');
    });

    test('with each token that was made, also with another token', async () => {
      rules = { groups: [{ group: 'ops', role: 'admin' }], disabled: [] };
      const browser = await signedIn();
      const first = await tokenOf(browser.write('/api/v2/tokens', { expires_in_seconds: 43_200 }));
      const second = await tokenOf(post('/api/v2/tokens', first));
      const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
      const claims = { iss: issuer.url, aud: 'novacron-web', sub: 'alice', exp: nowS + 3_600 };
      const foreign = await issuer.sign({ ...claims, groups: ['ops'] });
      const third = await tokenOf(post('/api/v2/tokens', foreign));
      const tokens = [first, second, third];
      const statuses = () => Promise.all(tokens.map((token) => statusWith('/api-keys', token)));
      expect(await statuses()).toEqual([200, 200, 200]);
      rules = { ...rules, groups: [{ group: 'ops', role: 'viewer' }] };
      expect(await statuses()).toEqual([403, 403, 403]);
      for (const token of tokens) expect(await statusWith('/vms', token)).toBe(200);
      await bench().expectOk('tenant.create', { name: 'ois-rival' });
      rules = { ...rules, groups: [{ group: 'ops', role: 'admin', tenant: 'ois-rival' }] };
      expect(await statuses()).toEqual([401, 401, 401]);
      rules = { ...rules, groups: [{ group: 'ops', role: 'admin' }] };
      expect(await statuses()).toEqual([200, 200, 200]);
      expect((await browser.write('/sign-out', {})).status).toBe(200);
      // What the issuer said lasts as long as its own token; the session is over.
      expect(await statuses()).toEqual([401, 401, 200]);
    });

    test('and a rule that names what does not exist lets no later one count', async () => {
      const role = { name: 'ois-readonly', operations: ['vm.list', 'session.get'] };
      const { resource } = await bench().expectOk('role.create', role);
      rules = {
        groups: [
          { group: 'contractors', role: 'ois-readonly' },
          { group: 'ops', role: 'admin' },
        ],
        disabled: [],
      };
      issuer.trick({ claims: { groups: ['ops', 'contractors'] } });
      const browser = await signedIn();
      await bench().expectOk('role.delete', { id: resource.id });
      expect(await browser.send('/api/v2/session')).toMatchObject({
        status: 401,
        body: { data: { reason: 'session-credential' } },
      });
      const words = 'the rule for your group contractors names the';
      const next = site.browser();
      const back = issuer.agree(await begin(next));
      await expectRefused(next, back, `${words} role ois-readonly, which does not exist`);
      const [rule, last] = rules.groups;
      if (rule === undefined || last === undefined) throw new Error('there are two rules');
      rules = { ...rules, groups: [{ ...rule, role: 'viewer', tenant: 'ois-gone' }, last] };
      const again = issuer.agree(await begin(next));
      await expectRefused(next, again, `${words} tenant ois-gone, which does not exist`);
    });

    test('and a socket ends within a minute when the role changes', async () => {
      const browser = await signedIn();
      const socket = await browser.openSocket();
      await timeUntil(socket.heard);
      rules = { ...rules, groups: [{ group: 'ops', role: 'viewer' }] };
      expect(await timeUntil(socket.closed)).toBe(4401);
    });
  });

  test('is one person in all sessions, and with tokens of the issuer', async () => {
    const [first, second] = [await signedIn(), await signedIn()];
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const claims = { iss: issuer.url, aud: 'novacron-web', sub: 'alice', exp: nowS + 300 };
    const token = await issuer.sign({ ...claims, groups: ['ops'] });
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    const { body } = await site.browser().send('/api/v2/sessions', bearer);
    expect(body.items).toHaveLength(2);
    const { id } = body.items.find(({ current }: { current: boolean }) => !current);
    expect((await second.write(`/api/v2/sessions/${id}/revoke`, {})).status).toBe(200);
    const statuses = [await statusOf(first), await statusOf(second)];
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 401]);
  });

  test('creates no API keys with the role admin alone', async () => {
    rules = { ...rules, groups: [{ group: 'ops', role: 'admin' }] };
    const browser = await signedIn();
    const refused = await browser.write('/api/v2/api-keys', { name: 'ois-late', role: 'viewer' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const token = await tokenOf(browser.write('/api/v2/tokens', {}));
    const headers = { authorization: `Bearer ${token}` };
    const json = { name: 'ois-later', role: 'viewer' };
    const sent = { method: 'POST', json, headers };
    expect(await site.browser().send('/api/v2/api-keys', sent)).toMatchObject({
      status: 403,
      body: { data: { needed_operation: 'api_key.create_from_session' } },
    });
  });

  test('signs out of the issuer as well, where it offers that', async () => {
    const browser = await signedIn();
    const out = await browser.write('/sign-out', {});
    const leave = new URL(out.body.issuer_sign_out_url);
    expect(`${leave.origin}${leave.pathname}`).toBe(`${issuer.url}/end`);
    expect(Object.fromEntries(leave.searchParams)).toEqual({
      post_logout_redirect_uri: `${site.url}/dashboard/`,
      client_id: 'novacron-web',
    });
    expect(await statusOf(browser)).toBe(401);
    const keyed = site.browser();
    const { secret } = await bench().expectOk('api_key.create', {
      name: 'ois-out',
      role: 'viewer',
    });
    await keyed.signIn(secret);
    expect((await keyed.write('/sign-out', {})).body).toEqual({});
  });
});

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
