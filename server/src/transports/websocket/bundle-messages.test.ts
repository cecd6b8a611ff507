import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, it, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { createBundler } from './bundle-messages.ts';

let server: Server;
afterEach(() => {
  server?.close();
});

/** Returns the messages that a client reads from bytes that follow the handshake. */
async function read(bytes: Uint8Array, count: number): Promise<string[]> {
  const handshaker = new WebSocketServer({ noServer: true });
  server = createServer().on('upgrade', (request, socket, head) => {
    handshaker.handleUpgrade(request, socket, head, () => socket.write(bytes));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const heard: string[] = [];
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('message', (data, isBinary) => {
      heard.push(`${isBinary ? 'binary ' : ''}${String(data)}`);
      if (heard.length === count) resolve();
    });
  });
  client.terminate();
  return heard;
}

test.each([0, 1, 125, 126, 65_535, 65_536])('a client reads a text of %d bytes', async (length) => {
  const text = 'x'.repeat(length);
  const messages = ['before', text, 'after'].map((each) => Buffer.from(each));
  expect(await read(createBundler()(messages), 3)).toEqual(['before', text, 'after']);
});

it('is made once for clients that wait for the same messages', () => {
  const bundle = createBundler();
  const [one, two] = [Buffer.from('one'), Buffer.from('two')];
  const first = bundle([one, two]);
  expect(bundle([one, two])).toBe(first);
  expect(bundle([one])).not.toBe(first);
  expect(bundle([two, one])).not.toEqual(first);
});
