import { createPrivateKey, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { probeHttp } from './probe-http.ts';

const HOST = '127.0.0.1';

/** A certificate that guests present. */
async function makeIdentity() {
  const { X509CertificateGenerator } = await loadX509();
  const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=guest', keys, signingAlgorithm: signing },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const pem = { format: 'der', type: 'pkcs8' } as const;
  const exported = createPrivateKey({ key: Buffer.from(key), ...pem });
  return { cert: certificate.toString('pem'), key: exported.export({ ...pem, format: 'pem' }) };
}

/** It needs the polyfill before it. */
async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

describe('a guest', () => {
  const servers: (Server | TcpServer)[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    }
  });

  async function listen(server: Server | TcpServer): Promise<number> {
    servers.push(server);
    server.listen(0, HOST);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port is free');
    return address.port;
  }
  const probe = (port: number, more: Partial<Parameters<typeof probeHttp>[0]> = {}) =>
    probeHttp({ host: HOST, port, path: '/healthz?deep=1', tls: false, timeoutMs: 5_000, ...more });

  test.each([
    [200, undefined],
    [204, undefined],
    [302, undefined],
    [399, undefined],
    [404, 'answers 404'],
    [503, 'answers 503'],
  ])('that answers %i', async (status, seen) => {
    const asked: unknown[] = [];
    const port = await listen(
      createServer((request, response) => {
        asked.push([request.method, request.url]);
        response.writeHead(status, { location: `http://${HOST}:1/` }).end();
      }),
    );
    expect(await probe(port)).toBe(seen);
    expect(asked).toEqual([['GET', '/healthz?deep=1']]);
  });

  test('whose answer never ends has answered', async () => {
    const port = await listen(
      createServer((_request, response) => {
        response.writeHead(200);
        response.write('x');
      }),
    );
    expect(await probe(port)).toBeUndefined();
  });

  test('that says nothing fails after the timeout', async () => {
    const port = await listen(createTcpServer(() => undefined));
    expect(await probe(port, { timeoutMs: 50 })).toBe('does not answer within 50 ms');
  });

  test.each([
    ['closes the connection', 'closes the connection'],
    ['x'.repeat(100_000), expect.stringContaining('cannot be asked')],
  ])('that is no web server fails', async (text, seen) => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        if (text.startsWith('x')) socket.write(text);
        else socket.destroy();
      }),
    );
    expect(await probe(port)).toEqual(seen);
  });

  describe.each([['http'], ['https']])('that speaks %s', (scheme) => {
    /** Writes for ever, as fast as it is read; counts what was taken. */
    async function listenEndless(text: string) {
      const taken = { bytes: 0 };
      const flood = (socket: Socket | TLSSocket): void => {
        const write = (): void => {
          while (!socket.destroyed && socket.write(text)) taken.bytes += text.length;
        };
        socket.on('error', () => undefined);
        socket.on('drain', write);
        socket.once('data', write);
      };
      const server =
        scheme === 'http' ? createTcpServer(flood) : createTlsServer(await makeIdentity(), flood);
      return { port: await listen(server), taken };
    }
    const tls = scheme === 'https';

    test('and never ends its provisional answers fails', async () => {
      const { port, taken } = await listenEndless('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100));
      expect(await probe(port, { tls })).toBe('sends more than 65536 bytes before its answer');
      // What the kernel keeps of it on both sides is some megabytes at most.
      expect(taken.bytes).toBeLessThan(16_777_216);
    });

    test('and answers at great length passes', async () => {
      const head = 'HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n';
      const { port } = await listenEndless(head + 'y'.repeat(1_048_576));
      expect(await probe(port, { tls })).toBeUndefined();
    });

    test('and says something before its answer passes', async () => {
      const early = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
      const { port } = await listenEndless(`${early}HTTP/1.1 204 No Content\r\n\r\n`);
      expect(await probe(port, { tls })).toBeUndefined();
    });
  });

  test('where nothing listens refuses', async () => {
    const port = await listen(createTcpServer());
    servers.pop()?.close();
    expect(await probe(port)).toBe('refuses the connection');
  });
});
