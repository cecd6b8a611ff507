import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { closeStalledConnection } from './close-stalled-connection.ts';

/** Short, so that the test is; nothing here depends on how short. */
const STALL_MS = 20;

/** More than the buffers of a connection take. Unit: bytes. */
const LARGE = 32 * 1024 ** 2;

let server: Server;

afterEach(() => server.closeAllConnections());

async function listen(listener: RequestListener): Promise<number> {
  server = createServer((request, response) => {
    closeStalledConnection(response, STALL_MS);
    listener(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a client that reads nothing of its answer is cut off', async () => {
  const port = await listen((_request, response) => response.end(Buffer.alloc(LARGE)));
  const client = connect(port, '127.0.0.1').pause();
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  await once(socket, 'close');
  expect(socket.bytesWritten).toBeGreaterThan(0);
  client.destroy();
});

test('a client that reads is not, nor one whose answer takes its time', async () => {
  const port = await listen((_request, response) => {
    response.once('timeout', () => response.end('late'));
  });
  const answer = await fetch(`http://127.0.0.1:${port}`);
  expect(await answer.text()).toBe('late');
});
