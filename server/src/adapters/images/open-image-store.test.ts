import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ImageStore } from '../../ports/image-store.ts';
import { createImageStore, openImageStore } from './open-image-store.ts';

const CONTENT = Buffer.from('the content of a raw disk');
const TOTAL = CONTENT.byteLength;
const FILE = nameOf(CONTENT, 'raw');
const [A, B] = ['tnt_a', 'tnt_b'] as const;
const GIB = 1_073_741_824;

let directory: string;
let store: ImageStore;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'novacron-images-')), 'images');
  store = openImageStore(directory, GIB);
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

function nameOf(content: Buffer, format: string): string {
  return `${createHash('sha256').update(content).digest('hex')}.${format}`;
}

interface Sent {
  readonly content?: Buffer;
  readonly file?: string;
  readonly tenantId?: string;
  readonly offset?: number;
  readonly total?: number;
  readonly to?: ImageStore;
}

function send({
  content = CONTENT,
  file = FILE,
  tenantId = A,
  offset = 0,
  total = TOTAL,
  to = store,
}: Sent = {}) {
  const stream = (async function* (): AsyncGenerator<Uint8Array> {
    yield content;
  })();
  return to.append({ file, tenantId, offset, total, content: stream });
}

async function refusal(sent: Sent) {
  const answer = await send(sent);
  if (answer.ok) throw new Error('the part was taken');
  return answer.error;
}

const HALF = { content: CONTENT.subarray(0, 10) };
const REST = { content: CONTENT.subarray(10), offset: 10 };

test('an image is complete when all of it is there, and its file has its content', async () => {
  expect(await send(HALF)).toMatchObject({ value: { received: 10, state: 'partial' } });
  expect(store.pathOf(FILE)).toBeUndefined();
  expect(await send(REST)).toMatchObject({ value: { received: TOTAL, state: 'complete' } });
  expect(readFileSync(store.pathOf(FILE) ?? '')).toEqual(CONTENT);
  expect(readdirSync(directory)).toEqual([FILE, `${FILE}.${A}.owner`]);
});

describe('the size of an upload', () => {
  test('is that of its first part, also after a restart of the server', async () => {
    await send(HALF);
    const refused = await refusal({
      ...REST,
      total: TOTAL + 1,
      to: openImageStore(directory, GIB),
    });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail:
        `The first part of ${FILE} said that the file has ${TOTAL} bytes, and this one says ` +
        `${TOTAL + 1}.`,
    });
    expect(await store.progressOf(FILE, A)).toEqual({ received: 10, state: 'partial' });
    expect((await send(REST)).ok).toBe(true);
  });

  test('may be another one while nothing was received', async () => {
    await send({ content: Buffer.alloc(0), total: 999 });
    expect(await send()).toMatchObject({ value: { state: 'complete' } });
  });

  test('is not exceeded: a longer upload is removed', async () => {
    const longer = { content: Buffer.concat([CONTENT, Buffer.alloc(1)]) };
    expect((await refusal(longer)).detail).toContain('its SHA-256 is longer than it was to be');
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a disk that is nearly full', () => {
  test('refuses an upload before it begins, by what is missing of it', async () => {
    const room = { free: 60_000_000, size: GIB };
    const full = createImageStore({
      directory,
      bytesMax: GIB,
      headers: 'read',
      measure: () => room,
    });
    expect((await send({ ...HALF, total: 6_000_000, to: full })).ok).toBe(true);
    const sent = { file: nameOf(CONTENT, 'iso'), total: 7_000_000, to: full };
    expect(await refusal(sent)).toMatchObject({
      code: 'storage-full',
      detail:
        'The server has no room for the image: 7 MiB are missing of it, and its disk has 58 MiB ' +
        'free, of which uploads leave 52 MiB.',
    });
    expect(await full.progressOf(sent.file, A)).toEqual({ received: 0, state: 'partial' });
  });
});

describe('uploads at the same time', () => {
  test('share the room that is free when they begin', async () => {
    const room = { free: 60_000_000, size: GIB };
    const measure = () => room;
    const shared = createImageStore({ directory, bytesMax: GIB, headers: 'read', measure });
    let second: ReturnType<typeof refusal> | undefined;
    const slow = (async function* (): AsyncGenerator<Uint8Array> {
      second = refusal({ file: nameOf(CONTENT, 'iso'), total: 5_000_000, tenantId: B, to: shared });
      await second;
      yield HALF.content;
    })();
    const first = { file: FILE, tenantId: A, offset: 0, total: 5_000_000, content: slow };
    expect(await shared.append(first)).toMatchObject({ value: { received: 10 } });
    expect(await second).toMatchObject({ code: 'storage-full' });
    const later = { file: nameOf(CONTENT, 'iso'), total: 5_000_000, tenantId: B, to: shared };
    expect((await send({ ...HALF, ...later })).ok).toBe(true);
  });
});

describe('two tenants with the same image', () => {
  test('learn nothing of each other, and prove by its content that they have it', async () => {
    await send();
    expect((await store.progressOf(FILE, A)).state).toBe('complete');
    expect(await store.progressOf(FILE, B)).toEqual({ received: 0, state: 'partial' });
    expect(await send({ ...HALF, tenantId: B })).toMatchObject({ value: { received: 10 } });
    expect(await send({ ...REST, tenantId: B })).toMatchObject({ value: { state: 'complete' } });
    expect((await store.progressOf(FILE, B)).state).toBe('complete');
    expect(readFileSync(store.pathOf(FILE) ?? '')).toEqual(CONTENT);
  });

  test('cannot spoil each other while both upload, in parts that alternate', async () => {
    await send(HALF);
    await send({ content: Buffer.alloc(10, 'x'), tenantId: B });
    expect((await send(REST)).ok).toBe(true);
    const spoiled = await refusal({ ...REST, tenantId: B });
    expect(spoiled.detail).toContain('The content that was sent is not');
    expect(readFileSync(store.pathOf(FILE) ?? '')).toEqual(CONTENT);
    expect(await store.progressOf(FILE, B)).toEqual({ received: 0, state: 'partial' });
  });
});

describe('an image that is damaged after its upload', () => {
  /** With as many bytes, and with the times that it had. */
  function damage(content: string): void {
    const path = join(directory, FILE);
    const { atime, mtime } = statSync(path);
    writeFileSync(path, content);
    utimesSync(path, atime, mtime);
  }

  test('is found when its upload is asked for, and uploading again mends it', async () => {
    await send();
    damage('x'.repeat(TOTAL));
    expect(await store.progressOf(FILE, A)).toEqual({ received: 0, state: 'partial' });
    expect(readdirSync(directory)).toEqual([]);
    expect(await send()).toMatchObject({ value: { state: 'complete' } });
    expect(readFileSync(store.pathOf(FILE) ?? '')).toEqual(CONTENT);
  });

  test('is replaced by a client that sends it without asking', async () => {
    await send();
    damage('x'.repeat(TOTAL));
    expect(await send()).toMatchObject({ value: { state: 'complete' } });
    expect(readFileSync(store.pathOf(FILE) ?? '')).toEqual(CONTENT);
  });

  test('is not opened where its size is another, also after a restart and a use', async () => {
    await send();
    store.use(FILE);
    damage('half');
    for (const each of [store, openImageStore(directory, GIB)]) {
      expect([each.pathOf(FILE), await each.readHead(FILE)]).toEqual([undefined, undefined]);
    }
    expect(await store.progressOf(FILE, A)).toEqual({ received: 0, state: 'partial' });
    expect(await send()).toMatchObject({ value: { state: 'complete' } });
    expect(readFileSync(store.pathOf(FILE) ?? '')).toEqual(CONTENT);
  });

  test('is removed when it is verified, and an intact one is not', async () => {
    await send();
    const both = [store.verify(FILE), store.verify(FILE)];
    expect(await Promise.all(both)).toEqual(['intact', 'intact']);
    damage('x'.repeat(TOTAL));
    expect(await store.verify(FILE)).toBe('damaged');
    expect(await store.verify(FILE)).toBe('absent');
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('the header of an upload', () => {
  const head = Buffer.alloc(1_024);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeBigUInt64BE(512n, 8);

  test('is refused as nodes refuse it, as soon as it is there', async () => {
    const content = Buffer.concat([head, Buffer.alloc(2 * 1_048_576)]);
    const file = nameOf(content, 'qcow2');
    const part = content.subarray(0, 1_500_000);
    const refused = await refusal({ content: part, file, total: content.byteLength });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail: `The image ${file} has a backing file.`,
    });
    expect(await store.progressOf(file, A)).toEqual({ received: 0, state: 'partial' });
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([
    ['qcow2', Buffer.from('no image'), 'is not in the format qcow2'],
    ['raw', head, 'is declared to be raw and begins as qcow2'],
    ['iso', Buffer.alloc(40_000), 'is not an ISO 9660 image'],
    ['vmdk', Buffer.from('# Disk DescriptorFile\nRW 1 FLAT "x" 0'), 'has its data in other files'],
  ])('of a short file in %s is looked at when it is whole', async (format, content, why) => {
    const file = nameOf(content, format);
    const refused = await refusal({ content, file, total: content.byteLength });
    expect(refused.detail).toBe(`The image ${file} ${why}.`);
    expect(store.pathOf(file)).toBeUndefined();
  });

  test('of a file that a node has written is trusted', async () => {
    const trusting = createImageStore({ directory, bytesMax: GIB, headers: 'trusted' });
    const file = nameOf(CONTENT, 'qcow2');
    expect(await send({ file, to: trusting })).toMatchObject({ value: { state: 'complete' } });
  });
});

describe('what is removed', () => {
  const LONG_AGO_S = 1_000;
  const SINCE_MS = 2_000_000;

  function age(...names: readonly string[]): void {
    for (const name of names) utimesSync(join(directory, name), LONG_AGO_S, LONG_AGO_S);
  }

  test('is an upload without progress, with what it said of its size', async () => {
    await send(HALF);
    await send({ ...HALF, tenantId: B });
    age(`${A}-${FILE}.part`);
    expect(store.removeUnfinished(SINCE_MS)).toBe(1);
    expect(readdirSync(directory)).toEqual([`${B}-${FILE}.part`, `${B}-${FILE}.total`]);
    expect(store.removeUnfinished(SINCE_MS)).toBe(0);
  });

  test('is no upload whose next part arrives at this moment', async () => {
    await send(HALF);
    let removed: number | undefined;
    const slow = (async function* (): AsyncGenerator<Uint8Array> {
      age(`${A}-${FILE}.part`);
      removed = store.removeUnfinished(SINCE_MS);
      yield REST.content;
    })();
    const done = await store.append({
      file: FILE,
      tenantId: A,
      offset: 10,
      total: TOTAL,
      content: slow,
    });
    expect([removed, done]).toMatchObject([0, { value: { state: 'complete' } }]);
  });

  test('is an image that no tenant has used, and none that one of them has', async () => {
    await send();
    await send({ tenantId: B });
    const owners = [A, B].map((tenant) => `${FILE}.${tenant}.owner`);
    age(...owners.slice(1));
    expect(store.removeUnused(FILE, SINCE_MS)).toBe(false);
    age(...owners);
    expect(store.list()).toEqual([{ file: FILE, usedAtMs: LONG_AGO_S * 1_000 }]);
    store.use(FILE);
    expect(store.removeUnused(FILE, SINCE_MS)).toBe(false);
    age(...owners);
    // Asked for before a template is made of it.
    await store.progressOf(FILE, A);
    expect(store.removeUnused(FILE, SINCE_MS)).toBe(false);
    age(...owners);
    expect(store.removeUnused(FILE, SINCE_MS)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
    expect(store.removeUnused(FILE, SINCE_MS)).toBe(false);
  });

  test('is no image that an operator has put there', async () => {
    await send();
    const other = nameOf(Buffer.from('other'), 'raw');
    writeFileSync(join(directory, other), 'other');
    age(other);
    expect(store.list().map(({ file }) => file)).toEqual([FILE]);
    expect(store.removeUnused(other, SINCE_MS)).toBe(false);
    store.use(other);
    expect(store.removeUnused(other, SINCE_MS)).toBe(false);
  });
});
