/** Listening, TLS, and what arrives on the port without being HTTP. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import { openListener } from './open-listener.ts';
import { fakeApplication, recordingLogger } from './test-kit/fake-application.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

describe('listening', () => {
  const parts = () => ({
    application: fakeApplication(),
    logger: recordingLogger().logger,
    readiness: () => ({ kind: 'ready', degraded: [] }) as const,
  });

  test('an address in use is reported as such', async () => {
    const { port } = fake.server;
    const second = await openListener({ ...parts(), listen: { host: '127.0.0.1', port } });
    expect(second).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: `Another program already listens on 127.0.0.1 port ${port}.`,
        remedy: 'Stop that program, or choose another port.',
      },
    });
  });

  test('an address of another machine is reported as such', async () => {
    const second = await openListener({ ...parts(), listen: { host: '192.0.2.1', port: 0 } });
    expect(second).toMatchObject({
      ok: false,
      error: { detail: 'Listening on 192.0.2.1 port 0 is not possible (EADDRNOTAVAIL).' },
    });
  });

  test('an invalid certificate is reported as such', async () => {
    const started = await openListener({
      ...parts(),
      listen: { host: '127.0.0.1', port: 0 },
      tls: { cert: 'no certificate', key: 'no key' },
    });
    expect(started).toMatchObject({
      ok: false,
      error: {
        code: 'validation-failed',
        detail: expect.stringMatching(/^The TLS certificate or its key cannot be used: ./),
      },
    });
  });

  test('with a certificate the server speaks TLS and has browsers insist on it', async () => {
    const [cert, key] = await Promise.all(
      ['loopback.cert.pem', 'loopback.key.pem'].map((file) =>
        readFile(path.join(__dirname, 'testdata', file), 'utf8'),
      ),
    );
    const secure = await startFakeServer({ tls: { cert: cert ?? '', key: key ?? '' } });
    expect(secure.server.url).toMatch(/^https:/);
    const request = httpsRequest(`${secure.server.url}/healthz`, { ca: cert, agent: false });
    const [response] = await once(request.end(), 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(response.headers['strict-transport-security']).toMatch(/^max-age=/);
    await secure.stop();
  });

  test.each([
    [undefined, 'refused'],
    ['TLSv1.2', 'TLSv1.2'],
  ] as const)(
    'with the least version %s, a client of TLS 1.2 is %s',
    async (minVersion, outcome) => {
      const [cert = '', key = ''] = await Promise.all(
        ['loopback.cert.pem', 'loopback.key.pem'].map((file) =>
          readFile(path.join(__dirname, 'testdata', file), 'utf8'),
        ),
      );
      const versions = minVersion === undefined ? {} : { minVersion };
      const secure = await startFakeServer({ tls: { cert, key, ...versions } });
      const socket = connectTls({
        port: secure.server.port,
        host: '127.0.0.1',
        ca: cert,
        maxVersion: 'TLSv1.2',
      });
      const came = await new Promise((resolve) => {
        socket.once('secureConnect', () => resolve(socket.getProtocol()));
        socket.once('error', () => resolve('refused'));
      });
      expect(came).toBe(outcome);
      socket.destroy();
      await secure.stop();
    },
  );
});

describe('what is not HTTP', () => {
  async function converse(text: string): Promise<string> {
    const socket = connect(fake.server.port, '127.0.0.1');
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString();
    });
    socket.write(text);
    await once(socket, 'close');
    return received;
  }

  test('noise is answered with a problem', async () => {
    const received = await converse('what is this\r\n\r\n');
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem/);
    expect(received).toContain('Not an HTTP request.');
    const [, requestId] = /^X-Request-Id: (req_\w+)\r$/m.exec(received) ?? [];
    expect(received).toContain(`"instance":"${requestId}"`);
  });

  test.each([
    ['an unknown method', 'BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    [
      'two lengths',
      'POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ])('%s is answered with a problem that has a request id', async (_what, text, status) => {
    const received = await converse(text);
    const [head = '', body = ''] = received.split('\r\n\r\n', 2);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const document = ProblemDocument.parse(JSON.parse(body));
    expect(document).toMatchObject({ status, instance: expect.stringMatching(/^req_/) });
    expect(head).toContain(`X-Request-Id: ${document.instance}`);
    if (status === 405) expect(head).toContain('Allow: GET, HEAD, POST, PATCH, DELETE, OPTIONS');
  });

  test('headers without end are answered with a problem', async () => {
    const received = await converse(
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(received).toContain('The headers of the request are too large.');
  });
});
