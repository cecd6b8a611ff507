import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FLAG, FRAME, frameHead, REASON } from './frames.ts';
import { encodeHeaders } from './header-block.ts';
import { serveConnection } from './serve-connection.ts';

const BEGIN = encodeHeaders({ ':status': '200' });
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const BODY_BYTES_MAX = 200_000;

const frame = (type: number, payload: Buffer, { streamId = 0, flags = 0 } = {}): Buffer =>
  Buffer.concat([frameHead({ type, flags, streamId }, payload.length), payload]);

/** Answers each request with its path and its body, or with what it has none. */
describe('a connection of HTTP/2', () => {
  let directory: string;
  let socketPath: string;
  let server: Server;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-http2-'));
    socketPath = join(directory, 'socket');
    server = createServer((socket) => {
      serveConnection(socket, {
        isAnsweredAtOnce: (path) => path === '/at-once',
        bodyBytesMax: BODY_BYTES_MAX,
        serve: (exchange, body) => {
          const trailers = encodeHeaders({ words: 'x'.repeat(1000) });
          const path = Buffer.from(exchange.path, 'latin1');
          const rest = body ?? Buffer.from('none');
          if (exchange.path === '/whole') {
            exchange.answer({ headers: BEGIN, bytes: rest, trailers });
            return;
          }
          exchange.begin(BEGIN);
          void exchange.send(path);
          void exchange.send(rest);
          exchange.end(trailers);
        },
      });
    });
    server.listen(socketPath);
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (settings = {}): ClientHttp2Session =>
    connect('http://localhost', {
      createConnection: () => connectSocket(socketPath),
      settings,
    });

  async function ask(session: ClientHttp2Session, headers: object, body = ''): Promise<string> {
    const stream = session.request({ ':method': 'POST', ...headers });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).end(body);
    await once(stream, 'end');
    return Buffer.concat(chunks).toString('latin1');
  }

  const headerText = fc
    .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 600 })
    .map((codes) => String.fromCharCode(...codes));

  test('knows the path of each request, whatever the ones before it have said', async () => {
    const session = open();
    try {
      const requests = fc.array(fc.record({ path: headerText, more: headerText }));
      const property = fc.asyncProperty(requests, async (asked) => {
        const answers = asked.map(({ path, more }) => ask(session, { ':path': `/${path}`, more }));
        expect(await Promise.all(answers)).toEqual(asked.map(({ path }) => `/${path}`));
      });
      await fc.assert(property, { numRuns: 30 });
    } finally {
      session.destroy();
    }
  });

  test('sends no more than its client takes, in frames that it takes', async () => {
    const session = open({ initialWindowSize: 10 });
    try {
      const body = 'abc'.repeat(50_000);
      const two = ['/one', '/two'].map((path) => ask(session, { ':path': path }, body));
      expect(await Promise.all(two)).toEqual([`/one${body}`, `/two${body}`]);
    } finally {
      session.destroy();
    }
  });

  test('counts what it sends in one piece against what its client takes of all', async () => {
    const socket = connectSocket(socketPath);
    try {
      const headers = encodeHeaders({ ':path': '/whole' });
      const requests = Array.from({ length: 20 }, (_, index) => {
        const streamId = 2 * index + 1;
        const body = Buffer.from(`${index}.`.repeat(2_000));
        return Buffer.concat([
          frame(FRAME.headers, headers, { streamId, flags: FLAG.endHeaders }),
          frame(FRAME.data, body, { streamId, flags: FLAG.endStream }),
        ]);
      });
      const ping = frame(FRAME.ping, Buffer.from('all said'));
      socket.write(Buffer.concat([PREFACE, ...requests, ping]));
      const frames = splitFrames(await readUntil(socket, 'all said'));
      const data = frames.filter(({ type }) => type === FRAME.data).map(({ payload }) => payload);
      expect(data.at(0)?.toString()).toBe('0.'.repeat(2_000));
      expect(Buffer.concat(data)).toHaveLength(65_535);
    } finally {
      socket.destroy();
    }
  });

  test('answers at once what needs no body, and without one what has too much', async () => {
    const session = open();
    try {
      const tooMuch = 'x'.repeat(BODY_BYTES_MAX + 1);
      expect(await ask(session, { ':path': '/much' }, tooMuch)).toBe('/muchnone');
      expect(await ask(session, { ':path': '/at-once' }, 'dropped')).toBe('/at-oncenone');
    } finally {
      session.destroy();
    }
  });

  const head = { streamId: 1, flags: FLAG.endHeaders };
  const five = Buffer.alloc(5);
  test.each<[string, Buffer, number]>([
    [
      'a frame that is too long',
      frameHead({ type: 0, flags: 0, streamId: 1 }, 20_000),
      REASON.frameSize,
    ],
    ['settings of half a pair', frame(FRAME.settings, five), REASON.frameSize],
    ['a ping of five bytes', frame(FRAME.ping, five), REASON.frameSize],
    ['a window of five bytes', frame(FRAME.windowUpdate, five), REASON.frameSize],
    ['a push', frame(FRAME.push, five), REASON.protocol],
    ['headers that go on and never began', frame(FRAME.continuation, five), REASON.protocol],
    [
      'more padding than frame',
      frame(FRAME.data, Buffer.of(9), { flags: FLAG.padded }),
      REASON.protocol,
    ],
    [
      'an entry that no table has',
      frame(FRAME.headers, Buffer.of(0xff, 0x7f), head),
      REASON.compression,
    ],
    [
      'a text that ends early',
      frame(FRAME.headers, Buffer.of(0, 0x85, 1), head),
      REASON.compression,
    ],
    [
      'a number without an end',
      frame(FRAME.headers, Buffer.alloc(9, 0xff), head),
      REASON.compression,
    ],
    [
      'a table that is too large',
      frame(FRAME.headers, Buffer.of(0x3f, 0xff, 0x7f), head),
      REASON.compression,
    ],
    [
      'a stream of the server',
      frame(FRAME.headers, BEGIN, { ...head, streamId: 2 }),
      REASON.protocol,
    ],
    [
      'headers that data interrupts',
      Buffer.concat([frame(FRAME.headers, BEGIN, { streamId: 1 }), frame(FRAME.data, five)]),
      REASON.protocol,
    ],
  ])('says farewell to %s, and why', async (_case, bytes, reason) => {
    const socket = connectSocket(socketPath);
    try {
      socket.write(Buffer.concat([PREFACE, bytes]));
      expect(await readFarewell(socket)).toBe(reason);
    } finally {
      socket.destroy();
    }
  });

  test('sends GOAWAY to a client that speaks another protocol', async () => {
    const socket = connectSocket(socketPath);
    try {
      socket.write('GET / HTTP/1.1\r\n\r\n');
      expect(await readFarewell(socket)).toBe(REASON.protocol);
    } finally {
      socket.destroy();
    }
  });

  test('reads what comes byte by byte', async () => {
    const socket = connectSocket(socketPath);
    try {
      const request = frame(FRAME.headers, encodeHeaders({ ':path': '/slow' }), {
        streamId: 1,
        flags: FLAG.endHeaders + FLAG.endStream,
      });
      for (const byte of Buffer.concat([PREFACE, request])) socket.write(Buffer.of(byte));
      const bytes = await readUntil(socket, '/slow');
      expect(bytes.includes('/slow')).toBe(true);
    } finally {
      socket.destroy();
    }
  });
});

/** The reason in the farewell that ends a connection. */
async function readFarewell(socket: Socket): Promise<number> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  let bytes = Buffer.concat(chunks);
  while (bytes[3] !== FRAME.goAway) bytes = bytes.subarray(9 + bytes.readUIntBE(0, 3));
  return bytes.readUInt32BE(9 + 4);
}

function splitFrames(bytes: Buffer): { readonly type: number; readonly payload: Buffer }[] {
  const frames = [];
  for (let at = 0; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    const payload = bytes.subarray(at + 9, at + 9 + bytes.readUIntBE(at, 3));
    frames.push({ type: bytes[at + 3] ?? 0, payload });
  }
  return frames;
}

async function readUntil(socket: Socket, text: string): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  while (!bytes.includes(text)) {
    const [chunk] = await once(socket, 'data');
    bytes = Buffer.concat([bytes, chunk]);
  }
  return bytes;
}
