/** Sessions of browsers: an API key exchanged for a cookie, over real HTTP and on virtual time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '@novacron/contract/access/session';
import { operationNames, operationRow } from '@novacron/contract/operations-table/operations';
import { hashSecret } from '@novacron/server/app/access/identity/hash-secret';
import { type Browser, type Site, startSite } from '../test-kit/start-site.ts';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOPBACK = join(__dirname, '../../../server/src/transports/testdata');
const TLS = {
  cert: readFileSync(join(LOOPBACK, 'loopback.cert.pem'), 'utf8'),
  key: readFileSync(join(LOOPBACK, 'loopback.key.pem'), 'utf8'),
};

describe('a browser', () => {
  const bench = useBench();
  const sites: Site[] = [];
  let site: Site;

  beforeEach(async () => {
    site = await start();
  });

  afterEach(async () => {
    await Promise.all(sites.splice(0).map((each) => each.stop()));
  });

  async function start(options?: Parameters<typeof startSite>[1]): Promise<Site> {
    const started = await startSite(bench().deps, options);
    sites.push(started);
    return started;
  }

  async function keyOf(role = 'admin', name = `ses-${role}`, hours?: number) {
    const life = hours === undefined ? {} : { expires_in_hours: hours };
    return bench().expectOk('api_key.create', { name, role, ...life });
  }

  async function signedIn(role = 'admin'): Promise<Browser> {
    const browser = site.browser();
    const { secret } = await keyOf(role);
    expect(await browser.signIn(secret)).toMatchObject({ status: 200 });
    return browser;
  }

  /** Changes settings at the server of the site: others follow within seconds. */
  async function set(json: object): Promise<void> {
    const { secret } = await bench().expectOk('api_key.create', {
      name: `ses-set-${Object.values(json).join()}`,
      role: 'admin',
    });
    const headers = { authorization: `Bearer ${secret}` };
    const sent = { method: 'PATCH', json, headers };
    expect(await site.browser().send('/api/v2/settings', sent)).toMatchObject({ status: 200 });
  }

  const statusOf = async (browser: Browser) => (await browser.send('/api/v2/session')).status;

  test('exchanges a key for a cookie, of which only a hash is stored', async () => {
    const browser = site.browser();
    const { secret, resource } = await keyOf('operator');
    const answer = await browser.signIn(secret);
    expect(answer.body).toEqual({
      session_id: expect.stringMatching(/^ses_/),
      principal: 'ses-operator',
      role: 'operator',
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
      ends_at: expect.any(String),
    });
    const [line = ''] = answer.headers['set-cookie'] ?? [];
    const name = 'novacron_session_local';
    expect(line).toMatch(new RegExp(`^${name}=ncs_[\\w-]{43}; Path=/; Max-Age=43200; HttpOnly`));
    expect(line).toMatch(/HttpOnly; SameSite=Strict$/);
    const [row] = await bench().store.read({ from: 'sessions' });
    expect(row).toMatchObject({ principal_id: resource.id, method: 'api_key' });
    const cookie = browser.cookies.get(name) ?? '';
    expect(row?.secret_hash).toBe(hashSecret(cookie));
    // A copy of the store gives no session: neither a hash nor an id is accepted.
    for (const stolen of [row?.secret_hash, row?.id, `ncs_${row?.secret_hash.slice(0, 43)}`]) {
      const thief = site.browser();
      thief.cookies.set(name, String(stolen));
      expect(await statusOf(thief)).toBe(401);
    }
    expect(JSON.stringify(row)).not.toContain(answer.body.csrf_token);
    expect(await bench().expectOk('audit.list', { limit: 2 })).toMatchObject({
      items: [
        {
          operation: 'session.create',
          principal: 'ses-operator',
          client: 'dashboard',
          client_address: '127.0.0.1',
          key_id: resource.id,
        },
        { operation: 'api_key.create' },
      ],
    });
  });

  test('over TLS has a cookie of this host alone, and no other name is accepted', async () => {
    const secure = await start({ tls: TLS });
    const browser = secure.browser();
    const { secret } = await keyOf();
    const [line = ''] = (await browser.signIn(secret)).headers['set-cookie'] ?? [];
    expect(line).toMatch(/^__Host-novacron_session=ncs_.*; HttpOnly; SameSite=Strict; Secure$/);
    expect(await statusOf(browser)).toBe(200);
    // What a sibling subdomain may set has no such prefix.
    const tossed = secure.browser();
    tossed.cookies.set('novacron_session', browser.cookies.get('__Host-novacron_session') ?? '');
    tossed.cookies.set('novacron_session_local', tossed.cookies.get('novacron_session') ?? '');
    expect(await statusOf(tossed)).toBe(401);
  });

  test('has no session where others could read it, and programs learn why', async () => {
    const open = await start({ listen: { host: '0.0.0.0', port: 0 } });
    const browser = open.browser();
    const { secret } = await keyOf();
    const refused = await browser.signIn(secret);
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'forbidden', data: { reason: 'insecure-listen' } },
    });
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect((await browser.send('/sign-in/methods')).body).toEqual({
      sessions: 'none',
      reason: 'insecure-listen',
      detail: expect.stringContaining('without TLS'),
      methods: [],
    });
    const elsewhere = await signedIn('viewer');
    for (const [name, value] of elsewhere.cookies) browser.cookies.set(name, value);
    expect(await statusOf(browser)).toBe(401);
    // A proxy in front speaks TLS with the browser.
    const behind = await start({
      listen: { host: '0.0.0.0', port: 0 },
      browsers: { publicUrl: 'https://nova.example' },
    });
    const [line] = (await behind.browser().signIn(secret)).headers['set-cookie'] ?? [];
    expect(line).toContain('__Host-novacron_session=');
  });

  test('has no session in clear under a name that is not one of this machine', async () => {
    const { secret } = await keyOf('viewer', 'ses-host');
    const json = { api_key: secret };
    const { port } = new URL(site.url);
    for (const host of ['console.evil.example', `10.0.0.7:${port}`, '127.0.0.1.evil.example']) {
      const headers = { host, origin: `http://${host}` };
      const refused = await site.browser().send('/sign-in', { method: 'POST', json, headers });
      expect(refused).toMatchObject({ status: 403, body: { data: { reason: 'foreign-host' } } });
      expect(refused.body).toMatchObject({ title: 'No sessions here' });
      expect(refused.headers['set-cookie']).toBeUndefined();
      expect((await site.browser().send('/sign-in/methods', { headers })).body).toMatchObject({
        sessions: 'none',
        reason: 'foreign-host',
        detail: expect.stringContaining('under a name that is not one of this machine'),
      });
    }
    const browser = site.browser();
    await browser.signIn(secret);
    const statusAt = async (host: string) =>
      (await browser.send('/api/v2/session', { headers: { host } })).status;
    expect(await statusAt('console.evil.example')).toBe(401);
    for (const host of [`LOCALHOST:${port}`, `[::1]:${port}`, `127.0.0.2:${port}`]) {
      expect([host, await statusAt(host)]).toEqual([host, 200]);
    }
  });

  test('learns who it is, what it may call, and why not more', async () => {
    const browser = await signedIn('operator');
    const { body } = await browser.send('/api/v2/session');
    expect(body).toMatchObject({
      principal: 'ses-operator',
      role: 'operator',
      tenant: 'default',
      session: { principal: 'ses-operator', method: 'api_key', current: true },
      csrf_token: expect.any(String),
      server_time: expect.any(String),
    });
    const permissions = new Map<string, object>(
      body.permissions.map((each: { operation: string }) => [each.operation, each]),
    );
    expect([...permissions.keys()]).toEqual([...operationNames()]);
    expect(permissions.get('vm.create')).toMatchObject({ allowed: true, refusal: null });
    expect(permissions.get('api_key.create')).toEqual({
      operation: 'api_key.create',
      allowed: false,
      refusal: 'role',
      reason:
        'api_key.create needs the role admin; ' +
        'your key ses-operator of admin has the role operator.',
    });
    // A program that asks with a key has no session.
    const { secret } = await keyOf('viewer');
    const headers = { authorization: `Bearer ${secret}` };
    const asked = await browser.send('/api/v2/session', { headers });
    expect(asked.body).toMatchObject({ principal: 'ses-viewer', session: null, csrf_token: null });
  });

  test('writes only with the token, from its own pages and as JSON', async () => {
    const browser = await signedIn();
    const { body } = await browser.send('/api/v2/session');
    const token = { 'x-csrf-token': String(body.csrf_token) };
    const json = { name: 'ses-net', cidr: '10.9.0.0/24' };
    const sent = { method: 'POST', json };
    const titles: Readonly<Record<string, string>> = {
      'csrf-token': 'Not of this session',
      'foreign-origin': 'From another site',
      'content-type': 'Send JSON',
    };
    const attempts: readonly [Record<string, string>, number, string][] = [
      [{}, 403, 'csrf-token'],
      [{ 'x-csrf-token': `${body.csrf_token}x` }, 403, 'csrf-token'],
      [{ 'x-csrf-token': '' }, 403, 'csrf-token'],
      [{ ...token, 'sec-fetch-site': 'same-site' }, 403, 'foreign-origin'],
      [{ ...token, 'sec-fetch-site': 'cross-site', origin: site.url }, 403, 'foreign-origin'],
      [{ ...token, 'sec-fetch-site': 'none' }, 403, 'foreign-origin'],
      [{ ...token, 'content-type': 'text/plain' }, 415, 'content-type'],
      [{ ...token, 'content-type': 'application/x-www-form-urlencoded' }, 415, 'content-type'],
    ];
    for (const [headers, status, reason] of attempts) {
      const answer = await browser.send('/api/v2/networks', { ...sent, headers });
      expect([answer.status, answer.body.data.reason]).toEqual([status, reason]);
      expect(answer.body.title).toBe(titles[reason]);
    }
    expect(await bench().store.read({ from: 'networks' })).toEqual([]);
    const done = await browser.write('/api/v2/networks', json);
    expect(done).toMatchObject({ status: 201 });
    expect(await bench().expectOk('audit.list', { limit: 1 })).toMatchObject({
      items: [{ operation: 'network.create', principal: 'ses-admin', client: 'dashboard' }],
    });
  });

  test('of an older kind says where its requests come from in Origin', async () => {
    const browser = await signedIn();
    const { body } = await browser.send('/api/v2/session');
    const { cookies } = browser;
    const bare = {
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join(''),
      'content-type': 'application/json',
      'x-csrf-token': String(body.csrf_token),
      'sec-fetch-site': [],
    };
    const statusWith = async (headers: Record<string, string>, method = 'POST') => {
      const path = method === 'POST' ? '/api/v2/tokens' : '/api/v2/session';
      const json = method === 'POST' ? {} : undefined;
      return (await browser.send(path, { method, json, headers: { ...bare, ...headers } })).status;
    };
    expect(await statusWith({ origin: site.url })).toBe(201);
    expect(await statusWith({})).toBe(403);
    expect(await statusWith({ origin: 'null' })).toBe(403);
    expect(await statusWith({ origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await statusWith({ origin: site.url.replace('http', 'https') })).toBe(403);
    expect(await statusWith({}, 'GET')).toBe(200);
    expect(await statusWith({ origin: 'http://evil.example' }, 'GET')).toBe(403);
  });

  test('is only believed on REST and at the stream of events', async () => {
    const browser = await signedIn();
    const paths: readonly [string, string][] = [
      ['POST', '/rpc'],
      ['POST', '/graphql'],
      ['GET', '/metrics'],
      ['GET', '/api/v1/vms'],
      ['GET', '/orchestration/status'],
      ['GET', '/API/V2/session'],
    ];
    for (const [method, path] of paths) {
      const json = method === 'POST' ? { jsonrpc: '2.0', id: 1, method: 'vm.list' } : undefined;
      const answer = await browser.send(path, { method, json });
      expect([path, answer.status]).toEqual([path, 401]);
    }
    expect(await statusOf(browser)).toBe(200);
  });

  test('that sends a key as well is who the key says', async () => {
    const browser = await signedIn('admin');
    const { secret } = await keyOf('viewer');
    const headers = { authorization: `Bearer ${secret}` };
    const json = { name: 'ses-x', cidr: '10.9.1.0/24' };
    // With a credential of its own it needs no token, and may no more than that.
    const refused = await browser.send('/api/v2/networks', { method: 'POST', json, headers });
    expect(refused).toMatchObject({ status: 403, body: { data: { role: 'viewer' } } });
    const wrong = { authorization: 'Bearer ncr_nothing' };
    expect((await browser.send('/api/v2/session', { headers: wrong })).status).toBe(401);
    const cookie = [...browser.cookies.values()][0] ?? '';
    const asKey = { authorization: `Bearer ${cookie}` };
    expect((await site.browser().send('/api/v2/session', { headers: asKey })).status).toBe(401);
  });

  test('ends its session by signing out: a stolen cookie is worth nothing then', async () => {
    const browser = await signedIn();
    const thief = site.browser();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    expect(await statusOf(thief)).toBe(200);
    expect((await browser.send('/sign-out', { method: 'POST', json: {} })).status).toBe(403);
    const done = await browser.write('/sign-out', {});
    expect(done.status).toBe(200);
    expect(done.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    expect(browser.cookies.size).toBe(0);
    expect(await thief.send('/api/v2/session')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated', data: { reason: 'session-unknown' } },
    });
    // Another tab of the browser signs out as well: nothing is left to do.
    expect((await thief.write('/sign-out', {})).status).toBe(200);
    expect((await site.browser().write('/sign-out', {})).status).toBe(200);
    expect(await bench().expectOk('audit.list', { limit: 1 })).toMatchObject({
      items: [{ operation: 'session.end', principal: 'ses-admin' }],
    });
  });

  test('gets a new session with each sign-in, whatever cookie it had', async () => {
    const { secret } = await keyOf('viewer');
    const browser = site.browser();
    const name = 'novacron_session_local';
    const planted = `ncs_${'A'.repeat(43)}`;
    browser.cookies.set(name, planted);
    await browser.signIn(secret);
    const first = browser.cookies.get(name);
    expect(first).not.toBe(planted);
    await browser.signIn(secret);
    expect(browser.cookies.get(name)).not.toBe(first);
    expect(await bench().store.read({ from: 'sessions' })).toHaveLength(1);
    const old = site.browser();
    old.cookies.set(name, first ?? '');
    expect(await statusOf(old)).toBe(401);
  });

  test('that is given two cookies of the name is not believed', async () => {
    const browser = await signedIn();
    const [[name, value] = ['', '']] = browser.cookies;
    const headers = { cookie: `${name}=ncs_${'B'.repeat(43)}; ${name}=${value}` };
    expect(await browser.send('/api/v2/session', { headers })).toMatchObject({
      status: 401,
      body: { data: { reason: 'cookie-ambiguous' } },
    });
  });

  test('that is given two cookies of the name is not said to be signed out', async () => {
    const browser = await signedIn();
    const [[name, value] = ['', '']] = browser.cookies;
    const cookie = `${name}=ncs_${'B'.repeat(43)}; ${name}=${value}`;
    const sent = { method: 'POST', json: {}, headers: { cookie } };
    const answer = await browser.send('/sign-out', sent);
    expect(answer).toMatchObject({ status: 401, body: { data: { reason: 'cookie-ambiguous' } } });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await statusOf(browser)).toBe(200);
  });

  test('cannot be signed in by a page of another site', async () => {
    const { secret } = await keyOf('viewer');
    const json = { api_key: secret };
    const foreign: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
    ];
    for (const headers of foreign) {
      const answer = await site.browser().send('/sign-in', { method: 'POST', json, headers });
      expect([403, 415]).toContain(answer.status);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const asForm = { 'content-type': 'text/plain', origin: 'http://evil.example' };
    const sent = { method: 'POST', json, headers: { ...asForm, 'sec-fetch-site': [] } };
    expect((await site.browser().send('/sign-in', sent)).status).toBe(403);
    expect(await bench().store.read({ from: 'sessions' })).toEqual([]);
  });

  test('is signed in by an API key only, and by nothing that is malformed', async () => {
    const { secret: token } = await bench().expectOk('token.create', {});
    const inputs: readonly [unknown, number][] = [
      [{ api_key: token }, 401],
      [{ api_key: 'ncr_unknown' }, 401],
      [{ api_key: '' }, 400],
      [{}, 400],
      [{ api_key: 7 }, 400],
      [{ api_key: 'x', return: 'http://evil.example' }, 400],
      [{ api_key: 'x'.repeat(10_000) }, 413],
      [[], 400],
    ];
    for (const [json, status] of inputs) {
      const answer = await site.browser().send('/sign-in', { method: 'POST', json });
      expect([JSON.stringify(json).slice(0, 40), answer.status]).toEqual([
        JSON.stringify(json).slice(0, 40),
        status,
      ]);
    }
    expect((await site.browser().send('/sign-out')).status).toBe(405);
  });

  test('waits after ten failed sign-ins, which are audited', async () => {
    const { secret } = await keyOf('viewer');
    const prefix = 'ncr_abcdefgh';
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const { status } = await site.browser().signIn(`${prefix}${'x'.repeat(30)}`);
      expect(status).toBe(401);
    }
    const refused = await site.browser().signIn(`${prefix}${'x'.repeat(30)}`);
    expect(refused).toMatchObject({ status: 429, body: { data: { scope: 'address' } } });
    expect(Number(refused.headers['retry-after'])).toBe(10);
    // Another person at the address has a key that is valid: it is no guess.
    expect((await site.browser().signIn(secret)).status).toBe(200);
    const { items } = await bench().expectOk('audit.list', { limit: 20 });
    const failed = items.filter(({ operation }) => operation === 'authenticate');
    expect(failed).toHaveLength(10);
    expect(failed[0]).toMatchObject({ key_prefix: prefix, client_address: '127.0.0.1' });
    await bench().advance(10_000);
    expect((await site.browser().signIn(`${prefix}${'x'.repeat(30)}`)).status).toBe(401);
  });

  describe('loses its session', () => {
    test('thirty minutes after a person used it, and twelve hours after it began', async () => {
      const browser = await signedIn();
      await bench().skip(29 * MINUTE_MS);
      expect(await statusOf(browser)).toBe(200);
      await bench().skip(29 * MINUTE_MS);
      // A page that polls by itself does not keep it.
      const headers = { 'novacron-background': '1' };
      expect((await browser.send('/api/v2/session', { headers })).status).toBe(200);
      await bench().skip(MINUTE_MS);
      expect(await browser.send('/api/v2/session')).toMatchObject({
        status: 401,
        body: { data: { reason: 'session-expired' } },
      });
      const lasting = site.browser();
      await lasting.signIn((await keyOf('viewer')).secret);
      for (let passed = 0; passed < 12 * HOUR_MS; passed += 20 * MINUTE_MS) {
        expect(await statusOf(lasting)).toBe(200);
        await bench().skip(20 * MINUTE_MS);
      }
      expect(await statusOf(lasting)).toBe(401);
    });

    test('and a token that was made in it ends with it', async () => {
      const revoked = await signedIn();
      const left = site.browser();
      await left.signIn((await keyOf('admin', 'ses-left-key')).secret);
      expect(await statusOf(left)).toBe(200);
      const made = await Promise.all(
        [revoked, left].map((each) => {
          return each.send('/api/v2/session').then(() => {
            return each.write('/api/v2/tokens', { expires_in_seconds: 43_200 });
          });
        }),
      );
      const tokens: string[] = made.map(({ body }) => body.secret);
      const statuses = () =>
        Promise.all(
          tokens.map(async (token) => {
            const headers = { authorization: `Bearer ${token}` };
            return (await site.browser().send('/api/v2/vms', { headers })).status;
          }),
        );
      expect(await statuses()).toEqual([200, 200]);
      const { body } = await revoked.send('/api/v2/session');
      await bench().expectOk('session.revoke', { id: body.session.id });
      expect(await statuses()).toEqual([401, 200]);
      expect((await left.write('/sign-out', {})).status).toBe(200);
      expect(await statuses()).toEqual([401, 401]);
    });

    test('by shorter times that are set while it lasts, and not by longer ones', async () => {
      const browser = await signedIn();
      const token = await browser.write('/api/v2/tokens', { expires_in_seconds: 43_200 });
      const headers = { authorization: `Bearer ${token.body.secret}` };
      const tokenStatus = async () =>
        (await site.browser().send('/api/v2/vms', { headers })).status;
      await set({ session_lifetime: '1h' });
      const { body } = await browser.send('/api/v2/session');
      const lasts = Date.parse(body.session.ends_at) - Date.parse(body.session.created_at);
      expect(lasts).toBe(HOUR_MS);
      for (let passed = 0; passed < HOUR_MS; passed += 20 * MINUTE_MS) {
        expect(await statusOf(browser)).toBe(200);
        await bench().skip(20 * MINUTE_MS);
      }
      expect(await statusOf(browser)).toBe(401);
      expect(await tokenStatus()).toBe(401);
      await set({ session_lifetime: '12h' });
      const idle = site.browser();
      await idle.signIn((await keyOf('viewer', 'ses-idle')).secret);
      await bench().skip(10 * MINUTE_MS);
      await set({ session_idle: '5m' });
      expect(await statusOf(idle)).toBe(401);
    });

    test('after a minute at the earliest, where a minute without use is the limit', async () => {
      await set({ session_idle: '1m' });
      const browser = await signedIn();
      for (let passed = 0; passed < 3 * MINUTE_MS; passed += 5_000) {
        expect(await statusOf(browser)).toBe(200);
        await bench().skip(5_000);
      }
      await bench().skip(MINUTE_MS);
      expect(await statusOf(browser)).toBe(401);
    });

    test('with its key: when that is deleted, and when it expires', async () => {
      const { secret, resource } = await keyOf('viewer', 'ses-gone');
      const browser = site.browser();
      await browser.signIn(secret);
      await bench().expectOk('api_key.delete', { id: resource.id });
      expect(await statusOf(browser)).toBe(401);
      expect(await bench().store.read({ from: 'sessions' })).toEqual([]);
      const short = await keyOf('viewer', 'ses-short', 1);
      const begun = await browser.signIn(short.secret);
      expect(Number(/Max-Age=(\d+)/.exec(begun.headers['set-cookie']?.[0] ?? '')?.[1])).toBe(3_600);
      await bench().skip(20 * MINUTE_MS);
      expect(await statusOf(browser)).toBe(200);
      await bench().skip(40 * MINUTE_MS);
      expect(await statusOf(browser)).toBe(401);
    });

    test('when a row of it is left after its key is gone', async () => {
      const { secret, resource } = await keyOf('viewer', 'ses-left');
      const browser = site.browser();
      await browser.signIn(secret);
      const [row] = await bench().store.read({ from: 'sessions' });
      await bench().expectOk('api_key.delete', { id: resource.id });
      if (row === undefined) throw new Error('there was a session');
      await bench().store.commit([{ kind: 'put', into: 'sessions', row }]);
      expect(await browser.send('/api/v2/session')).toMatchObject({
        status: 401,
        body: { data: { reason: 'session-credential' } },
      });
    });

    test('with its tenant', async () => {
      const made = await bench().expectOk('tenant.create', { name: 'ses-tenant' });
      const browser = site.browser();
      await browser.signIn(String(made.secret));
      expect((await browser.send('/api/v2/session')).body).toMatchObject({ tenant: 'ses-tenant' });
      await bench().expectOk('tenant.delete', { id: made.resource.id });
      expect(await statusOf(browser)).toBe(401);
      expect(await bench().store.read({ from: 'sessions' })).toEqual([]);
    });
  });

  test('has the rights that its role has now', async () => {
    const role = await bench().expectOk('role.create', {
      name: 'ses-role',
      operations: ['network.*'],
    });
    const browser = site.browser();
    await browser.signIn((await keyOf('ses-role', 'ses-custom')).secret);
    expect((await browser.send('/api/v2/networks')).status).toBe(200);
    await bench().expectOk('role.update', { id: role.resource.id, operations: ['vm.list'] });
    expect((await browser.send('/api/v2/networks')).status).toBe(403);
    expect((await browser.send('/api/v2/vms')).status).toBe(200);
  });

  test('makes no token that outlasts its session', async () => {
    const browser = await signedIn();
    await bench().skip(10 * MINUTE_MS);
    const { body: own } = await browser.send('/api/v2/session');
    const made = await browser.write('/api/v2/tokens', { expires_in_seconds: 86_400 });
    expect(made.body.resource.expires_at).toBe(own.session.ends_at);
  });

  describe('and its session at the stream of events', () => {
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

    test('are let in from pages of the server only', async () => {
      const browser = await signedIn('viewer');
      const own = await browser.openSocket();
      expect(own.status).toBe(101);
      own.close();
      await own.closed;
      const foreign = ['http://evil.example', site.url.replace('http', 'https'), 'null'];
      for (const origin of foreign) {
        expect((await browser.openSocket({ origin })).status).toBe(403);
      }
      expect((await browser.openSocket({})).status).toBe(403);
      const [name] = [...browser.cookies.keys()];
      const stale = { cookie: `${name}=ncs_${'C'.repeat(43)}`, origin: site.url };
      expect((await browser.openSocket(stale)).status).toBe(401);
    });

    test('are parted within a minute of its end, or of a change of its role', async () => {
      const revoked = await signedIn('viewer');
      const first = await revoked.openSocket();
      await timeUntil(first.heard);
      const { items } = await bench().expectOk('session.list', {});
      await bench().expectOk('session.revoke', { id: (items[0] as Session).id });
      expect(await timeUntil(first.closed)).toBe(4401);
      const { resource } = await bench().expectOk('role.create', {
        name: 'ses-watcher',
        operations: ['event.list'],
      });
      const browser = site.browser();
      await browser.signIn((await keyOf('ses-watcher', 'ses-watching')).secret);
      const second = await browser.openSocket();
      await timeUntil(second.heard);
      await bench().expectOk('role.update', { id: resource.id, operations: ['vm.list'] });
      expect(await timeUntil(second.closed)).toBe(4401);
    });

    test('are parted when no person has used it for thirty minutes', async () => {
      const browser = await signedIn('viewer');
      const open = await browser.openSocket();
      await timeUntil(open.heard);
      await bench().skip(30 * MINUTE_MS);
      expect(await timeUntil(open.closed)).toBe(4401);
    });
  });

  describe('in a list', () => {
    test('is seen and ended by its own person, and by those who may end all', async () => {
      const mine = await signedIn('viewer');
      const other = await signedIn('operator');
      const own = await mine.send('/api/v2/sessions');
      expect(own.body.items).toMatchObject([{ principal: 'ses-viewer', current: true }]);
      expect(own.text).not.toContain('ncs_');
      const { body } = await other.send('/api/v2/session');
      const path = `/api/v2/sessions/${body.session.id}/revoke`;
      expect((await mine.write(path, {})).status).toBe(404);
      const admin = await signedIn('admin');
      const all = await admin.send('/api/v2/sessions?method=api_key');
      expect(all.body.items.map((each: Session) => each.principal)).toEqual([
        'ses-admin',
        'ses-operator',
        'ses-viewer',
      ]);
      expect((await admin.write(path, {})).status).toBe(200);
      expect(await statusOf(other)).toBe(401);
      expect((await admin.write(path, {})).status).toBe(404);
      const made = await bench().expectOk('tenant.create', { name: 'ses-others' });
      const stranger = site.browser();
      await stranger.signIn(String(made.secret));
      const { body: theirs } = await stranger.send('/api/v2/sessions');
      expect(theirs.items).toMatchObject([{ principal: 'admin', current: true }]);
    });

    test('is not shown after its end, and is deleted by retention', async () => {
      await signedIn('viewer');
      await bench().skip(31 * MINUTE_MS);
      expect((await bench().expectOk('session.list', {})).items).toEqual([]);
      await bench().skip(HOUR_MS);
      await bench().advance(MINUTE_MS);
      expect(await bench().store.read({ from: 'sessions' })).toEqual([]);
    });

    test('is one of a hundred of its key at most', async () => {
      const { secret } = await keyOf('viewer');
      const first = site.browser();
      await first.signIn(secret);
      for (let count = 0; count < 100; count += 1) {
        await bench().advance(1_000);
        await site.browser().signIn(secret);
      }
      expect(await bench().store.read({ from: 'sessions' })).toHaveLength(100);
      expect(await statusOf(first)).toBe(401);
      const many = Array.from({ length: 60 }, () => site.browser().signIn(secret));
      expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(
        new Set([200]),
      );
      expect(await bench().store.read({ from: 'sessions' })).toHaveLength(100);
    });
  });

  test('outlives a restart of the server', async () => {
    const browser = await signedIn('viewer');
    await bench().restartServer();
    const again = await start();
    const restarted = again.browser();
    for (const [name, value] of browser.cookies) restarted.cookies.set(name, value);
    expect(await statusOf(restarted)).toBe(200);
  });
});

test('reading with a cookie changes nothing: each operation of GET only reads', () => {
  const writes = operationNames().filter((name) => {
    const { effect, rest } = operationRow(name);
    return rest.method === 'GET' && effect === 'write';
  });
  expect(writes).toEqual([]);
});
