/** Uploads whose senders are slow, hang up, or send something else than they said. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { openImageStore } from '../../adapters/images/open-image-store.ts';
import type { ImageStore } from '../../ports/image-store.ts';
import { BODY_MS } from '../http/limit-bodies.ts';
import { secretOf } from '../test-kit/fake-application.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

const CONTENT = Buffer.alloc(1_000, 'disk');
const FILE = `${createHash('sha256').update(CONTENT).digest('hex')}.raw`;
const PATH = `/images/${FILE}`;

let directory: string;
let images: ImageStore;
let fake: FakeServer;
const opened: Socket[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-uploads-'));
  images = openImageStore(directory, 1_000_000_000);
  fake = await startFakeServer({ images });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await fake.stop();
  rmSync(directory, { recursive: true });
});

async function put(range: string, body: Buffer = Buffer.alloc(0), path = PATH) {
  const headers = { 'content-range': range };
  return fake.send(path, { method: 'PUT', headers, body: new Uint8Array(body) });
}

/** Begins an upload and sends a part of the body. @returns what comes back, so far */
async function begin(body: Buffer, lines: readonly string[]) {
  const socket = connect({ host: '127.0.0.1', port: fake.server.port });
  opened.push(socket);
  socket.on('error', () => undefined);
  let received = '';
  socket.on('data', (data: Buffer) => {
    received += String(data);
  });
  await once(socket, 'connect');
  const head = [`PUT ${PATH} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${secretOf('admin')}`];
  socket.write([...head, ...lines, '', ''].join('\r\n'));
  socket.write(body);
  return { socket, received: () => received };
}

async function progress(): Promise<unknown> {
  return (await put('bytes */1000')).body;
}

function received(bytes: number): Promise<true> {
  return waitUntil(`${bytes} bytes`, async () => {
    const { received: count } = Object(await progress());
    return count === bytes ? true : undefined;
  });
}

test('an upload longer than it said is refused, and the server goes on', async () => {
  for (let count = 0; count < 3; count += 1) {
    const longer = await put('bytes 0-0/1', Buffer.alloc(500_000));
    expect(longer).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('longer than it was to be') },
    });
  }
  expect(await progress()).toEqual({ received: 0, state: 'partial' });
});

test('a sender that hangs up goes on where it was, and that is no fault', async () => {
  const lines = ['Content-Length: 1000', 'Content-Range: bytes 0-999/1000'];
  const { socket } = await begin(CONTENT.subarray(0, 300), lines);
  await received(300);
  socket.destroy();
  const rest = await waitUntil('the end of the first', async () => {
    const answer = await put('bytes 300-999/1000', CONTENT.subarray(300));
    return answer.status === 200 ? answer : undefined;
  });
  expect(rest.body).toEqual({ received: 1_000, state: 'complete' });
  expect(readFileSync(images.pathOf(FILE) ?? '')).toEqual(CONTENT);
  // The log would have the checksum of the image, which gives access to it.
  expect(fake.lines).toEqual([]);
  expect(JSON.stringify(fake.requestLines)).not.toContain(FILE);
});

test('a sender that is too slow is refused, and its upload goes on', async () => {
  const lines = ['Content-Length: 1000', 'Content-Range: bytes 0-999/1000'];
  const slow = await begin(CONTENT.subarray(0, 300), lines);
  await received(300);
  await waitUntil('the refusal', () => {
    fake.timers.advance(BODY_MS);
    return slow.received().endsWith('}') ? true : undefined;
  });
  expect(slow.received()).toMatch(/^HTTP\/1\.1 408 /);
  const rest = await waitUntil('the end of the first', async () => {
    const answer = await put('bytes 300-999/1000', CONTENT.subarray(300));
    return answer.status === 200 ? answer : undefined;
  });
  expect(rest.body).toMatchObject({ state: 'complete' });
});

test('a caller who may not make templates uploads nothing, and that is audited', async () => {
  const refused: unknown[] = [];
  Object.assign(fake.application, {
    recordForbidden: async (name: string, _context: unknown, { code }: Problem) => {
      refused.push([name, code]);
    },
  });
  const headers = { 'content-range': 'bytes 0-999/1000' };
  const sent = { method: 'PUT', role: 'viewer', headers, body: new Uint8Array(CONTENT) } as const;
  expect((await fake.send(PATH, sent)).status).toBe(403);
  expect(refused).toEqual([['template.create', 'forbidden']]);
  expect(await progress()).toEqual({ received: 0, state: 'partial' });
});

test('a part beyond the quota is refused, and its sender gets the reason', async () => {
  const detail = 'The upload exceeds the quota of the tenant.';
  const asked: unknown[] = [];
  fake.application.admitUploadWith(async ({ file, total }) => {
    asked.push([file, total]);
    return err(problem('quota-exceeded', { detail, remedy: 'Delete templates.' }));
  });
  expect(await put('bytes 0-999/1000', CONTENT)).toMatchObject({ status: 403, body: { detail } });
  expect(asked).toEqual([[FILE, 1_000]]);
  expect(await progress()).toEqual({ received: 0, state: 'partial' });
  let ended = 0;
  fake.application.admitUploadWith(async () =>
    ok(async () => {
      ended += 1;
    }),
  );
  await put('bytes 5-999/1000', CONTENT.subarray(5));
  expect((await put('bytes 0-999/1000', CONTENT)).body).toMatchObject({ state: 'complete' });
  expect(ended).toBe(2);
});

describe('an image that is damaged on the disk', () => {
  async function upload(content: Buffer): Promise<string> {
    const file = `${createHash('sha256').update(content).digest('hex')}.raw`;
    const { byteLength: size } = content;
    const sent = await put(`bytes 0-${size - 1}/${size}`, content, `/images/${file}`);
    expect(sent.body).toMatchObject({ state: 'complete' });
    return file;
  }

  test('is refused instead of sent, and is gone: uploading again mends it', async () => {
    const file = await upload(CONTENT);
    writeFileSync(join(directory, file), Buffer.alloc(CONTENT.length, 'x'));
    const found = await fake.sendRefused(`/images/${file}`, { role: null });
    expect(found).toMatchObject({
      status: 404,
      body: {
        detail: 'The image was damaged on this server after its upload, and was removed.',
        remedy: expect.stringMatching(/^Upload it again: novacron template upload/),
      },
    });
    expect(found.headers.get('etag')).toBeNull();
    expect(readdirSync(directory)).toEqual([]);
    await upload(CONTENT);
    expect((await fake.send(`/images/${file}`, { role: null })).text).toBe(String(CONTENT));
  });

  test('is cut off where its beginning was sent, and is not there for the next one', async () => {
    const large = Buffer.alloc(1_000_000, 'large');
    const file = await upload(large);
    const changed = Buffer.from(large);
    changed.write('x', 0);
    writeFileSync(join(directory, file), changed);
    await expect(fake.send(`/images/${file}`, { role: null })).rejects.toThrow();
    expect((await fake.sendRefused(`/images/${file}`, { role: null })).status).toBe(404);
  });

  test('is refused where nothing is left of it', async () => {
    const file = await upload(CONTENT);
    // As an operator would put it there: what it had is not known.
    for (const name of readdirSync(directory)) rmSync(join(directory, name));
    writeFileSync(join(directory, file), '');
    expect((await fake.sendRefused(`/images/${file}`, { role: null })).status).toBe(404);
  });
});

test.each(['bytes 0-9/5', 'bytes 9-1/20', 'bytes 0-0/0', 'bytes -1-0/5', '0-9/10', 'bytes=0-9'])(
  'the range %s is refused',
  async (range) => {
    expect((await put(range, Buffer.from('hello'))).body).toMatchObject({
      code: 'validation-failed',
      detail: 'The header Content-Range is not of the form: bytes 0-99/200.',
    });
  },
);

test.each(['..%2fadmin.key', `${FILE}%00`, `${FILE.toUpperCase()}`, `${FILE}.part`])(
  'no other file is reached by the name %s',
  async (name) => {
    expect((await fake.send(`/images/${name}`)).status).toBe(404);
    const sent = await put('bytes 0-0/1', Buffer.from('x'), `/images/${name}`);
    expect(sent.body).toMatchObject({ code: 'validation-failed' });
  },
);
