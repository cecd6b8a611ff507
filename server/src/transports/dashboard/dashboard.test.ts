/** The dashboard over HTTP: its headers, its assets, and what it does not answer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chooseEncoding } from '../http/choose-encoding.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2_000))});`;
const ASSET = '/dashboard/assets/main-4f1c.js';
const PAGE = '<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><div id="root"></div>';

let folder: string;
let fake: FakeServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-dashboard-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, 'assets/main-4f1c.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/main-4f1c.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(folder, 'assets/main-4f1c.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'assets/main-4f1c.js.map'), '{}');
  fake = await startFakeServer({ dashboardFolder: folder });
});

afterAll(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true });
});

const open = { role: null } as const;

interface RawAnswer {
  readonly status: number | undefined;
  readonly body: Buffer;
  readonly encoding: string | undefined;
  readonly etag: string;
}

/** The bytes as they were sent: `fetch` would decompress them. */
function readRaw(path: string, headers: Record<string, string>) {
  return new Promise<RawAnswer>((resolve, reject) => {
    get(`${fake.server.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { 'content-encoding': encoding, etag = '' } = response.headers;
        resolve({ status: response.statusCode, body: Buffer.concat(chunks), encoding, etag });
      });
    }).on('error', reject);
  });
}

describe('the page', () => {
  test.each(['/dashboard/', '/dashboard/vms', '/dashboard/vms/vm_1?status=running'])(
    'is the same at %s, without a key',
    async (path) => {
      const { status, text, headers } = await fake.send(path, open);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<div id="root"></div>');
    },
  );

  test.each(['/dashboard/fleet/node-1.example.org', '/dashboard/vms/%zz', '/dashboard/%E0%A4%A'])(
    'is what a browser gets at %s, too',
    async (path) => {
      const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
      const { status, text } = await fake.send(path, { ...open, headers });
      expect([status, text.includes('<div id="root"></div>')]).toEqual([200, true]);
    },
  );

  test('has a strict content security policy with a nonce of its own', async () => {
    const first = await fake.send('/dashboard/', open);
    const second = await fake.send('/dashboard/', open);
    const nonce = /nonce="([^"]+)"/.exec(first.text)?.[1] ?? '';
    expect(nonce.length).toBeGreaterThan(20);
    expect(second.text).not.toContain(nonce);
    expect(first.headers.get('content-security-policy')?.split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      `style-src 'self' 'nonce-${nonce}'`,
    ]);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(first.headers.has('strict-transport-security')).toBe(false);
  });

  test('is found from the root of the server', async () => {
    for (const path of ['/', '/dashboard']) {
      const response = await fetch(`${fake.server.url}${path}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([302, '/dashboard/']);
    }
  });

  test('answers HEAD with its headers only', async () => {
    const { status, text, headers } = await fake.send('/dashboard/', { ...open, method: 'HEAD' });
    expect([status, text, headers.has('content-security-policy')]).toEqual([200, '', true]);
  });

  test('takes no other method', async () => {
    const { status, headers } = await fake.send('/dashboard/vms', { ...open, method: 'POST' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('an asset', () => {
  test('is kept by browsers for a year, and loads nothing itself', async () => {
    const { status, headers, text } = await fake.send(ASSET, open);
    expect([status, text]).toEqual([200, SCRIPT]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none';frame-ancestors 'none';sandbox",
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is sent as the build has compressed it', async () => {
    const brotli = await readRaw(ASSET, { 'accept-encoding': 'gzip, br' });
    expect([brotli.encoding, brotliDecompressSync(brotli.body).toString()]).toEqual(['br', SCRIPT]);
    const gzip = await readRaw(ASSET, { 'accept-encoding': 'gzip' });
    expect([gzip.encoding, gunzipSync(gzip.body).toString()]).toEqual(['gzip', SCRIPT]);
    const plain = await readRaw(ASSET, {});
    expect([plain.encoding, plain.body.toString()]).toEqual([undefined, SCRIPT]);
  });

  test('is not sent again to a browser that has it', async () => {
    const etag = (await fake.send(ASSET, open)).headers.get('etag') ?? '';
    const again = await fake.send(ASSET, { ...open, headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('has another entity tag in each coding', async () => {
    const codings = ['br', 'gzip', 'identity'];
    const answers = await Promise.all(
      codings.map((coding) => readRaw(ASSET, { 'accept-encoding': coding })),
    );
    expect(new Set(answers.map(({ etag }) => etag)).size).toBe(codings.length);
    for (const [index, coding] of codings.entries()) {
      const etag = answers[index]?.etag ?? '';
      const headers = { 'accept-encoding': coding, 'if-none-match': `"x", W/${etag}` };
      expect(await readRaw(ASSET, headers)).toMatchObject({ status: 304, etag });
    }
  });

  test.each(['br', 'gzip', 'identity'])(
    'whose download in %s is resumed has the bytes of one coding',
    async (coding) => {
      const headers = { 'accept-encoding': coding };
      const whole = await readRaw(ASSET, headers);
      const rest = await readRaw(ASSET, {
        ...headers,
        range: 'bytes=10-',
        'if-range': whole.etag,
      });
      expect([rest.status, rest.encoding]).toEqual([206, whole.encoding]);
      expect(Buffer.concat([whole.body.subarray(0, 10), rest.body])).toEqual(whole.body);
    },
  );

  test('is sent whole to a client that has the beginning of another coding', async () => {
    const { etag } = await readRaw(ASSET, { 'accept-encoding': 'br' });
    const plain = await readRaw(ASSET, { range: 'bytes=10-', 'if-range': etag });
    expect([plain.status, plain.body.toString()]).toEqual([200, SCRIPT]);
  });

  test('is refused to a client that excludes every coding of it', async () => {
    const headers = { 'accept-encoding': 'identity;q=0' };
    const { status, body, headers: answered } = await fake.send(ASSET, { ...open, headers });
    expect([status, answered.get('content-type'), answered.get('cache-control')]).toEqual([
      406,
      'application/problem+json',
      'no-store',
    ]);
    expect(body).toMatchObject({ remedy: 'Accept one of br, gzip, identity.' });
  });

  test('is sent in parts', async () => {
    const headers = { range: 'bytes=0-10' };
    const part = await fake.send(ASSET, { ...open, headers });
    expect([part.status, part.text]).toEqual([206, SCRIPT.slice(0, 11)]);
    expect(part.headers.get('content-range')).toBe(`bytes 0-10/${SCRIPT.length}`);
    const behind = await fake.send(ASSET, { ...open, headers: { range: 'bytes=9000-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([
      416,
      `bytes */${SCRIPT.length}`,
    ]);
  });

  test.each([
    '/dashboard/assets/main-0000.js',
    '/dashboard/assets/',
    '/dashboard/assets/main-4f1c.js.map',
    '/dashboard/assets/main-4f1c.js.br',
    '/dashboard/assets/..%2f..%2f..%2fpackage.json',
    '/dashboard/..%2findex.html',
    '/dashboard/favicon.ico',
  ])('that the build has not made is not found: %s', async (path) => {
    const { status, body } = await fake.send(path, open);
    expect([status, body]).toEqual([404, expect.objectContaining({ code: 'not-found' })]);
  });
});

test.each<[string | undefined, string | undefined]>([
  [undefined, 'identity'],
  ['', 'identity'],
  ['br', 'br'],
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['br;q=0,gzip;q=0', 'identity'],
  ['br;q=0.1, gzip;q=1', 'gzip'],
  ['identity;q=1, br;q=0.5', 'identity'],
  ['identity;q=0.5, br;q=0.5', 'br'],
  ['br;q=nonsense', 'identity'],
  ['*;q=0.1, gzip;q=0.2', 'gzip'],
  ['x-gzip', 'gzip'],
  ['identity;q=0', undefined],
  ['*;q=0', undefined],
  ['*;q=0, identity;q=0.1', 'identity'],
  ['GZIP;q=0.5', 'gzip'],
  ['identity', 'identity'],
])('a client that accepts %p gets %s', (accepted, encoding) => {
  expect(chooseEncoding(accepted, ['br', 'gzip', 'identity'])).toBe(encoding);
});

describe('a server', () => {
  test('that is asked not to serve the dashboard says so to all, and has its API', async () => {
    const other = await startFakeServer();
    try {
      const { status, body } = await other.send('/dashboard/vms', open);
      expect([status, body]).toEqual([
        404,
        expect.objectContaining({ detail: 'This server was started without its dashboard.' }),
      ]);
      expect((await other.send('/api/v2/identity')).status).toBe(200);
    } finally {
      await other.stop();
    }
  });

  test('whose dashboard is not built says so', async () => {
    const other = await startFakeServer({ dashboardFolder: join(folder, 'none') });
    try {
      const { status, body } = await other.send('/dashboard/vms', open);
      expect([status, body]).toEqual([
        404,
        expect.objectContaining({ detail: 'The dashboard is not part of this installation.' }),
      ]);
    } finally {
      await other.stop();
    }
  });

  test('with a dashboard answers the paths of its API as before', async () => {
    expect((await fake.send('/api/v2/identity', open)).status).toBe(401);
    expect((await fake.send('/api/v2/identity')).status).toBe(200);
    expect((await fake.send('/docs', open)).status).toBe(200);
    expect((await fake.send('/dashboards', open)).status).toBe(401);
  });
});
