/** The edge of a server as a process: floods of streams, connections and requests, and health. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import SqliteDatabase from 'better-sqlite3';
import { clientOf } from './test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

/** Each test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(60_000);

const PROGRAM = fileURLToPath(new URL('../../server/cli/bin/novacron.mjs', import.meta.url));

let dataDir = '';
const servers: ServerProcess[] = [];
const opened: { readonly destroy: () => unknown }[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-edge-'));
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(...flags: string[]) {
  const server = await startServerProcess(dataDir, flags);
  servers.push(server);
  const healthUrl = /Health is served at (\S+)\n/.exec(server.stdout())?.[1] ?? '';
  return { ...server, healthUrl, call: clientOf(server.url, dataDir), key: adminKey() };
}

function adminKey(): string {
  return readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request over a connection of its own. */
function ask(
  url: string,
  options: { readonly localAddress?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Opens a WebSocket with a key. @returns 101, or the status and the code of the refusal */
function openStream(url: string, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${key}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    httpRequest(`${url}/ws`, { agent: false, headers })
      .on('upgrade', (_response, socket) => {
        opened.push(socket);
        socket.on('error', () => undefined);
        resolve('101');
      })
      .on('response', async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve(`${response.statusCode} ${JSON.parse(Buffer.concat(chunks).toString()).detail}`);
      })
      .on('error', reject)
      .end();
  });
}

const HALF_A_HEAD = 'GET /api/v2/nodes HTTP/1.1\r\nHost: x\r\n';

const HANDSHAKE_WITHOUT_KEY = [
  'GET /ws HTTP/1.1',
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

/** The beginning of a request with a valid key, whose body stays behind. */
function halfABody(key: string): string {
  const head = ['POST /rpc HTTP/1.1', 'Host: x', `Authorization: Bearer ${key}`];
  return [...head, 'Content-Type: application/json', 'Content-Length: 100', '', '{'].join('\r\n');
}

/** Opens connections that send a part of a request, half of its head by default. */
async function flood(
  url: string,
  count: number,
  { localAddress, text = HALF_A_HEAD }: { readonly localAddress: string; readonly text?: string },
): Promise<void> {
  const { hostname: host, port } = new URL(url);
  for (let index = 0; index < count; index += 1) {
    const socket: Socket = connect({ host, port: Number(port), localAddress });
    opened.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(text);
  }
}

describe('streams', () => {
  test('of one key and of one tenant leave room for others', async () => {
    const limits = ['--streams-max', '12', '--streams-per-key-max', '4'];
    const server = await start(...limits, '--streams-per-tenant-max', '6');
    const made = await server.call('api_key.create', { name: 'watcher', role: 'viewer' });
    const viewer = made.ok ? made.value.secret : '';
    for (let count = 0; count < 4; count += 1) {
      expect(await openStream(server.url, viewer)).toBe('101');
    }
    expect(await openStream(server.url, viewer)).toBe(
      '429 Your API key or token already has 4 open WebSockets, which is the limit.',
    );
    expect(await openStream(server.url, server.key)).toBe('101');
    expect(await openStream(server.url, server.key)).toBe('101');
    expect(await openStream(server.url, server.key)).toMatch(/^429 Your tenant already has 6 /);
    expect((await ask(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe('connections', () => {
  test('that send half a request shut no client out', async () => {
    const server = await start('--connections-max', '40', '--connections-per-address-max', '30');
    await flood(server.url, 200, { localAddress: '127.0.0.2' });
    await flood(server.url, 200, { localAddress: '127.0.0.3' });
    const headers = { Authorization: `Bearer ${server.key}` };
    for (const localAddress of ['127.0.0.1', '127.0.0.2', '127.0.0.4']) {
      expect((await ask(`${server.url}/healthz`, { localAddress })).status).toBe(200);
      const path = '/api/v2/nodes?limit=1';
      expect((await ask(`${server.url}${path}`, { localAddress, headers })).status).toBe(200);
    }
  });

  test('with half a body, or with a WebSocket without a key, shut no client out', async () => {
    const limits = ['--connections-max', '40', '--connections-per-address-max', '30'];
    const server = await start(...limits, '--streams-max', '20', '--streams-per-address-max', '20');
    for (const localAddress of ['127.0.0.2', '127.0.0.3']) {
      await flood(server.url, 60, { localAddress, text: halfABody(server.key) });
      await flood(server.url, 60, { localAddress, text: HANDSHAKE_WITHOUT_KEY });
    }
    const headers = { Authorization: `Bearer ${server.key}` };
    for (const localAddress of ['127.0.0.2', '127.0.0.4']) {
      expect((await ask(`${server.url}/healthz`, { localAddress })).status).toBe(200);
      const path = '/api/v2/nodes?limit=1';
      expect((await ask(`${server.url}${path}`, { localAddress, headers })).status).toBe(200);
    }
    expect(await openStream(server.url, server.key)).toBe('101');
  });

  test('do not reach the listener of health', async () => {
    const server = await start('--connections-max', '8', '--health-listen', '127.0.0.1:0');
    await flood(server.url, 50, { localAddress: '127.0.0.2' });
    await flood(server.healthUrl, 200, { localAddress: '127.0.0.2' });
    expect(await ask(`${server.healthUrl}/healthz`)).toMatchObject({ status: 200 });
    const ready = await ask(`${server.healthUrl}/readyz`);
    expect([ready.status, JSON.parse(ready.body)]).toEqual([
      200,
      { status: 'ready', degraded: [] },
    ]);
  });
});

describe('rate limits', () => {
  test('are announced before they are reached', async () => {
    const server = await start('--rate-limit', '50', '--rate-limit-per-tenant', '500');
    const headers = { Authorization: `Bearer ${server.key}` };
    const answer = await ask(`${server.url}/api/v2/identity`, { headers });
    expect(answer.headers['ratelimit-policy']).toBe(
      '"principal";q=100;w=2, "tenant";q=1000;w=2, "address";q=200;w=2',
    );
    expect(answer.headers.ratelimit).toMatch(
      /^"principal";r=\d+;t=\d+, "tenant";r=\d+;t=\d+, "address";r=\d+;t=\d+$/,
    );
  });

  test('bind an address without a key, and the client behind a trusted proxy', async () => {
    const server = await start('--rate-limit-per-address', '1', '--trusted-proxies', '127.0.0.0/8');
    const from = (client: string) => ({ headers: { 'X-Forwarded-For': `6.6.6.6, ${client}` } });
    const path = `${server.url}/api/v2/identity`;
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await ask(path, from('203.0.113.5'))).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
    const refused = await ask(path, from('203.0.113.5'));
    expect(refused.headers['retry-after']).toBe('1');
    expect(JSON.parse(refused.body)).toMatchObject({ data: { scope: 'address' } });
    expect((await ask(path, from('203.0.113.6'))).status).toBe(401);
    expect((await ask(`${server.url}/healthz`, from('203.0.113.5'))).status).toBe(200);
  });

  test('believe only the header that trusted proxies write', async () => {
    const flags = ['--rate-limit-per-address', '1', '--trusted-proxies', '127.0.0.0/8'];
    for (const [header, other] of [
      ['X-Forwarded-For', 'Forwarded'],
      ['Forwarded', 'X-Forwarded-For'],
    ] as const) {
      const server = await start(...flags, '--forwarded-header', header.toLowerCase());
      const named = (name: string, address: string) => ({
        [name]: name === 'Forwarded' ? `for=${address}` : address,
      });
      const statuses: number[] = [];
      for (let count = 0; count < 3; count += 1) {
        const forged = named(other, `198.51.100.${count}`);
        const headers = { ...forged, ...named(header, '203.0.113.5') };
        statuses.push((await ask(`${server.url}/api/v2/identity`, { headers })).status);
      }
      expect([header, statuses]).toEqual([header, [401, 401, 429]]);
      await server.kill();
    }
  });

  test('believe no header of a proxy that is not trusted', async () => {
    const server = await start('--rate-limit-per-address', '1');
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const headers = { 'X-Forwarded-For': `203.0.113.${count}` };
      statuses.push((await ask(`${server.url}/api/v2/identity`, { headers })).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });
});

describe('health', () => {
  test('says that the store is damaged, as every call does', async () => {
    const server = await start('--health-listen', '127.0.0.1:0');
    const path = join(dataDir, 'novacron.db');
    const folder = new SqliteDatabase(path);
    folder.pragma('wal_checkpoint(TRUNCATE)');
    folder.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(statSync(path).size, 'x'), 0);
    closeSync(file);
    const urls = [server.url, server.healthUrl];
    for (const url of urls) {
      const body = await waitUntil('the damage to be seen', async () => {
        const answer = await ask(`${url}/readyz`);
        return answer.status === 503 ? JSON.parse(answer.body) : undefined;
      });
      expect(body).toMatchObject({
        code: 'store-damaged',
        remedy: 'An operator must stop the server and restore the store from a backup.',
      });
      expect((await ask(`${url}/healthz`)).status).toBe(200);
    }
    expect(await server.call('vm.list', {})).toMatchObject({ error: { code: 'store-damaged' } });
  });

  test('stays while no node is ready, which is said beside it', async () => {
    const server = await start();
    const list = await server.call('node.list', {});
    for (const { id } of list.ok ? list.value.items : []) {
      const drained = await server.call('node.drain', { id });
      expect(drained.ok).toBe(true);
    }
    const degraded = await waitUntil('the fleet to be seen', async () => {
      const answer = await ask(`${server.url}/readyz`);
      expect(answer.status).toBe(200);
      const [first] = JSON.parse(answer.body).degraded;
      return first;
    });
    expect(degraded).toMatchObject({ code: 'unavailable', detail: 'No node is ready.' });
  });
});

test('a server that may open too few files says so and does not start', async () => {
  const command = 'ulimit -n 300; exec "$0" "$@"';
  const args = [PROGRAM, 'server', '--data-dir', dataDir, '--listen', '127.0.0.1:0'];
  const child = spawn('sh', ['-c', command, process.execPath, ...args]);
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(Buffer.concat(said).toString()).toBe(
    'Error: This process may open only 300 files; novacron needs 512.\n' +
      'Raise the limit (ulimit -n 4096, or LimitNOFILE= of systemd) and start it again.\n',
  );
});
