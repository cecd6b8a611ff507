/** The server signs a person in at oidc-provider, a real issuer, as docs/how-to/sign-in.md says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { type LoggedServer, startLoggedServer } from '../scenarios/test-kit/start-logged-server.ts';
import { readSettings } from './test-kit/read-sign-in-page.ts';

const ISSUER = join(__dirname, 'test-kit/run-oidc-provider.mjs');
const REDIRECTS_MAX = 20;

/** A program that follows redirects and fills in forms as a person would. */
interface Agent {
  /** Cookies by origin and name. */
  readonly cookies: Map<string, Map<string, string>>;
  /** Every address that it was sent to. */
  readonly visited: string[];
  readonly send: (url: string, form?: Readonly<Record<string, string>>) => Promise<Response>;
  /** Follows redirects to the next page, or to an address that `until` matches. */
  readonly follow: (url: string, form?: Readonly<Record<string, string>>) => Promise<Page>;
}

interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

function createAgent(): Agent {
  const cookies = new Map<string, Map<string, string>>();
  const visited: string[] = [];

  const send: Agent['send'] = async (url, form) => {
    const { origin, pathname } = new URL(url);
    visited.push(url);
    const jar = cookies.get(origin) ?? new Map<string, string>();
    cookies.set(origin, jar);
    const response = await fetch(url, {
      redirect: 'manual',
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(pathname.startsWith('/sign-in') ? {} : { accept: 'text/html' }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) {
        jar.delete(pair.slice(0, at));
      } else jar.set(pair.slice(0, at), value);
    }
    return response;
  };

  const follow: Agent['follow'] = async (url, form) => {
    let response = await send(url, form);
    let at = url;
    for (let hops = 0; hops < REDIRECTS_MAX; hops += 1) {
      const location = response.headers.get('location');
      if (location === null) break;
      at = new URL(location, at).href;
      response = await send(at);
    }
    return { url: at, status: response.status, text: await response.text() };
  };

  return { cookies, visited, send, follow };
}

/** The address that the form of a page is sent to. */
function formOf({ text, url }: Page): string {
  return new URL(/action="([^"]+)"/.exec(text)?.[1] ?? '', url).href;
}

describe('a person with an account at an issuer', () => {
  const { settings, mapping } = readSettings();
  let folder = '';
  let issuer: ChildProcess;
  let issuerUrl = '';
  let server: LoggedServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'novacron-issuer-'));
    issuer = spawn(process.execPath, [ISSUER], { stdio: ['ignore', 'pipe', 'ignore'] });
    const { stdout } = issuer;
    if (stdout === null) throw new Error('the issuer has an output');
    [issuerUrl = ''] = await once(createInterface(stdout), 'line');
    writeFileSync(join(folder, 'groups.yaml'), mapping);
    writeFileSync(join(folder, 'oidc-secret'), 'a-secret-of-the-test\n');
    const text = settings.replace(/^oidc-issuer: .*$/m, `oidc-issuer: ${issuerUrl}`);
    writeFileSync(join(folder, 'config.yaml'), text);
    server = await startLoggedServer(['--config', join(folder, 'config.yaml')]);
    await server.call('tenant.create', { name: 'research' });
  });

  afterAll(async () => {
    await server?.stop();
    if (issuer.exitCode === null && issuer.signalCode === null) {
      issuer.kill('SIGKILL');
      await once(issuer, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const sessionOf = async (agent: Agent) => {
    const response = await agent.send(`${server.url}/api/v2/session`);
    return { status: response.status, body: Object(await response.json()) };
  };

  async function signIn(agent: Agent, login: string): Promise<Page> {
    const page = await agent.follow(`${server.url}/sign-in/oidc?return_to=/dashboard/vms`);
    expect(page.url).toContain(`${issuerUrl}/interaction/`);
    const asked = await agent.follow(formOf(page), { prompt: 'login', login, password: 'any' });
    return agent.follow(formOf(asked), { prompt: 'consent' });
  }

  test('signs in with the settings of the guide, and out of both', async () => {
    const agent = createAgent();
    expect(await signIn(agent, 'ada.platform-owners')).toMatchObject({
      url: `${server.url}/dashboard/vms`,
    });
    const { body } = await sessionOf(agent);
    expect(body).toMatchObject({
      principal: 'oidc:ada.platform-owners',
      role: 'admin',
      tenant: 'default',
      session: { method: 'oidc' },
    });
    // The code is the only secret that was in an address, and it is in none of ours afterwards.
    expect(agent.visited.filter((url) => /id_token|access_token|eyJ/.test(url))).toEqual([]);
    const code = agent.visited.map((url) => new URL(url).searchParams.get('code')).find(Boolean);
    expect(code).toEqual(expect.any(String));
    const [, verifierLess = ''] = agent.visited;
    const state = new URL(verifierLess).searchParams.get('state');
    for (const secret of [code, state, 'eyJ', 'a-secret-of-the-test']) {
      expect(server.logText()).not.toContain(secret);
    }
    const jar = agent.cookies.get(server.url);
    const out = await fetch(`${server.url}/sign-out`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-csrf-token': body.csrf_token,
        origin: server.url,
        cookie: [...(jar ?? [])].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: '{}',
    });
    expect(out.status).toBe(200);
    const { issuer_sign_out_url: leave } = Object(await out.json());
    expect(leave).toContain(`${issuerUrl}/session/end?`);
    const confirm = await agent.follow(leave);
    expect(confirm).toMatchObject({ status: 200, text: expect.stringContaining('<form') });
    expect((await sessionOf(agent)).status).toBe(401);
  });

  test('is of the tenant that the mapping says, and excluded once it says so', async () => {
    const agent = createAgent();
    await signIn(agent, 'max.research-users');
    expect((await sessionOf(agent)).body).toMatchObject({ tenant: 'research', role: 'operator' });
    writeFileSync(join(folder, 'groups.yaml'), `${mapping}disabled: [max.research-users]\n`);
    await waitUntil('the mapping to be read again', async () =>
      (await sessionOf(agent)).status === 401 ? true : undefined,
    );
    writeFileSync(join(folder, 'groups.yaml'), mapping);
  });

  test('who says no at the issuer reads that on the sign-in page', async () => {
    const agent = createAgent();
    const page = await agent.follow(`${server.url}/sign-in/oidc`);
    const back = await agent.follow(`${page.url}/abort`);
    expect(back.url).toBe(`${server.url}/dashboard/`);
    const methods = await (await agent.send(`${server.url}/sign-in/methods`)).json();
    expect(methods).toMatchObject({
      issuer: 'Example staff',
      failure: {
        detail: 'Example staff refused the sign-in: access_denied, End-User aborted interaction.',
      },
    });
  });
});
