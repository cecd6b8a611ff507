/** Routes that need no key: health, readiness, the OpenAPI document and its page. */
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { operationNames } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

/** Subset of Swagger UI's immutable collections that a filter of operations uses. */
class Entry {
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(fields: Readonly<Record<string, unknown>>) {
    this.fields = fields;
  }
  get(name: string): unknown {
    return this.fields[name];
  }
  update(name: string, change: (value: unknown) => unknown): Entry {
    return new Entry({ ...this.fields, [name]: change(this.fields[name]) });
  }
}

class Entries {
  readonly items: readonly Entry[];
  constructor(items: readonly Entry[]) {
    this.items = items;
  }
  get size(): number {
    return this.items.length;
  }
  map(change: (item: Entry) => Entry): Entries {
    return new Entries(this.items.map(change));
  }
  filter(keep: (item: Entry) => boolean): Entries {
    return new Entries(this.items.filter(keep));
  }
}

interface Started {
  readonly plugins: readonly (() => {
    readonly fn: { readonly opsFilter: (groups: Entries, phrase: string) => Entries };
  })[];
}

const METRICS_PAGE = {
  plain: { contentType: 'text/plain; version=0.0.4; charset=utf-8', render: async () => 'up 1\n' },
  open: {
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    render: async () => 'up 1\n# EOF\n',
  },
} as const;

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

describe('what needs no key', () => {
  test('the server says that it is alive', async () => {
    const received = await fake.send('/healthz', { role: null });
    expect([received.status, received.body]).toEqual([200, { status: 'alive' }]);
  });

  test('the server says that it is ready', async () => {
    const received = await fake.send('/readyz', { role: null });
    expect([received.status, received.body]).toEqual([200, { status: 'ready', degraded: [] }]);
  });

  test('a server that is not ready says what is missing', async () => {
    const detail = 'The store does not answer.';
    const found = problem('store-damaged', { detail, remedy: 'Wait for it.' });
    await fake.stop();
    fake = await startFakeServer({ readiness: () => ({ kind: 'not-ready', problem: found }) });
    const received = await fake.send('/readyz', { role: null });
    expect(received.status).toBe(503);
    expect(received.headers.get('content-type')).toBe('application/problem+json');
    expect(received.body).toMatchObject({ code: 'store-damaged', status: 503, detail });
  });

  test('a fleet without nodes is said beside the readiness, which stays', async () => {
    const found = problem('unavailable', {
      detail: 'No node is ready.',
      remedy: 'Start an agent.',
    });
    await fake.stop();
    fake = await startFakeServer({ readiness: () => ({ kind: 'ready', degraded: [found] }) });
    const received = await fake.send('/readyz', { role: null });
    const { code, detail, remedy } = found;
    expect([received.status, received.body]).toEqual([
      200,
      { status: 'ready', degraded: [{ code, detail, remedy }] },
    ]);
  });

  test('the public keys of tokens are published for verification', async () => {
    const received = await fake.send('/.well-known/jwks.json', { role: null });
    expect(received.status).toBe(200);
    expect(received.headers.get('content-type')).toMatch('application/jwk-set+json');
    expect(received.headers.get('cache-control')).toBe('public, max-age=300');
    expect(received.body).toEqual({ keys: [{ kty: 'OKP', kid: 'key-1' }] });
  });

  test('the metrics are not there, unless that was said', async () => {
    expect((await fake.send('/metrics', { role: null })).status).toBe(401);
    await fake.stop();
    fake = await startFakeServer({ metricsPage: METRICS_PAGE, metricsAccess: 'open' });
    const received = await fake.send('/metrics', { role: null });
    expect([received.status, received.text]).toEqual([200, 'up 1\n']);
    const posted = await fake.send('/metrics', { role: null, method: 'POST' });
    expect(posted.status).toBe(405);
    expect((await fake.send('/api/v2/vms', { role: null })).status).toBe(401);
  });

  test.each([
    ['nothing', undefined, 'plain'],
    ['anything', '*/*', 'plain'],
    ['text', 'text/plain', 'plain'],
    ['OpenMetrics', 'application/openmetrics-text', 'open'],
    [
      'what Prometheus 2 asks for',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;' +
        'q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'open',
    ],
    [
      'what Prometheus 3 asks for',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,' +
        'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,' +
        '*/*;q=0.2',
      'open',
    ],
  ] as const)('the format of metrics is what is asked for: %s', async (_, accept, format) => {
    await fake.stop();
    fake = await startFakeServer({ metricsPage: METRICS_PAGE, metricsAccess: 'open' });
    const headers = accept === undefined ? {} : { accept };
    const received = await fake.send('/metrics', { role: null, headers });
    const { contentType, render } = METRICS_PAGE[format];
    expect([received.headers.get('content-type'), received.text]).toEqual([
      contentType,
      await render(),
    ]);
  });

  test('the OpenAPI document is there', async () => {
    const received = await fake.send('/openapi.json', { role: null });
    expect(received.headers.get('content-type')).toMatch(/^application\/json/);
    expect(received.body).toMatchObject({ openapi: '3.0.3' });
  });

  test('the OpenAPI document is compressed, and not sent again to who has it', async () => {
    const sizes: number[] = [];
    const tags = new Set<string | null>();
    for (const coding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': coding };
      const sent = { role: null, headers } as const;
      const received = await fake.send('/openapi.json', sent);
      expect(received.body).toMatchObject({ openapi: '3.0.3' });
      expect(received.headers.get('content-encoding') ?? 'identity').toBe(coding);
      expect(received.headers.get('cache-control')).toBe('no-cache');
      sizes.push(Number(received.headers.get('content-length')));
      const etag = received.headers.get('etag') ?? '';
      tags.add(etag);
      const known = Object.assign({ 'if-none-match': `W/${etag}` }, headers);
      const again = await fake.send('/openapi.json', { role: null, headers: known });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect(tags.size).toBe(3);
    const [plain = 0, gzip = 0, brotli = 0] = sizes;
    expect(gzip).toBeLessThan(plain / 5);
    expect(brotli).toBeLessThan(plain / 5);
  });

  test('the page for people searches and tries operations, with files of this server', async () => {
    const page = await fake.send('/docs', { role: null });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none';script-src 'self';style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(page.text).not.toMatch(/https?:\/\/|<script>|<style|style=| on[a-z]+=/);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toEqual([
      '/docs/swagger-ui.css',
      '/docs/style.css',
      '/docs/plain',
      '/docs/swagger-ui-bundle.js',
      '/docs/start.js',
    ]);
    for (const path of files) {
      expect((await fake.send(path, { role: null })).status).toBe(200);
    }
    const script = await fake.send('/docs/swagger-ui-bundle.js', { role: null });
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.text).toContain('SwaggerUIBundle');
  });

  test('its search finds an operation by words of its name, path and summary', async () => {
    const { text } = await fake.send('/docs/start.js', { role: null });
    const started: Started[] = [];
    runInNewContext(text, { SwaggerUIBundle: (options: Started) => started.push(options) });
    const entry = (method: string, path: string, operationId: string) =>
      new Entry({ method, path, operation: new Entry({ operationId, summary: 'Does it.' }) });
    const vms = new Entry({
      operations: new Entries([
        entry('post', '/vms', 'vm.create'),
        entry('get', '/vms/{id}', 'vm.get'),
      ]),
    });
    const networks = new Entry({
      operations: new Entries([entry('get', '/networks', 'network.list')]),
    });
    const search = started[0]?.plugins[0]?.().fn.opsFilter;
    const found = search?.(new Entries([vms, networks]), ' Create  VM ');
    expect(found?.items).toHaveLength(1);
    expect(found?.items[0]?.get('operations')).toMatchObject({
      items: [{ fields: { path: '/vms', method: 'post' } }],
    });
  });

  test('the page without scripts shows every operation and loads nothing', async () => {
    const received = await fake.send('/docs/plain', { role: null });
    expect(received.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(received.text).toContain('<strong>vm.create</strong> <code>POST /api/v2/vms</code>');
    expect(received.text.match(/<code>[A-Z]+ \/api/g)).toHaveLength(operationNames().length);
    expect(received.text).not.toMatch(/<script|https?:\/\/|src=|url\(/);
    const policy = received.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';style-src 'sha256-[A-Za-z0-9+/=]+'/);
  });

  test('the page escapes what stands in the document', async () => {
    const title = '<img src=x onerror=alert(1)>';
    const other = await startFakeServer({ openApiDocument: () => ({ info: { title } }) });
    const { text } = await other.send('/docs/plain', { role: null });
    await other.stop();
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).not.toContain(title);
  });

  test('a document that cannot be made is a fault now, and is tried again later', async () => {
    let attempts = 0;
    const other = await startFakeServer({
      openApiDocument: async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('the first attempt fails');
        return { openapi: '3.0.3' };
      },
    });
    const first = await other.send('/openapi.json', { role: null });
    const second = await other.send('/openapi.json', { role: null });
    await other.stop();
    expect(first.body).toMatchObject({ status: 500, code: 'internal' });
    expect(second.body).toEqual({ openapi: '3.0.3' });
  });
});
