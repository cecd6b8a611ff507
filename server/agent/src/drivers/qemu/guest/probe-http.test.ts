import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { probeHttp } from './probe-http.ts';

const HOST = '127.0.0.1';

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

  test('where nothing listens refuses', async () => {
    const port = await listen(createTcpServer());
    servers.pop()?.close();
    expect(await probe(port)).toBe('refuses the connection');
  });
});
