/** Responses of export downloads and the calls they make to the application. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { openImageStore } from '../../adapters/images/open-image-store.ts';
import { openSnapshotExports } from '../../adapters/images/open-snapshot-exports.ts';
import type { DownloadRequest } from '../../app/resources/snapshot/download-exports.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

const CONTENT = 'the content of an export';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const PATH = '/exports/snap_01jd3v6t7re3h8z9k2m4n5p6q7';

let directory: string;
let fake: FakeServer;
let asked: DownloadRequest[];

beforeEach(async () => {
  // A directory whose name begins with a dot is as good as another.
  directory = mkdtempSync(join(tmpdir(), '.novacron-downloads-'));
  const path = join(directory, `${SHA256}.qcow2`);
  writeFileSync(path, CONTENT);
  fake = await startFakeServer({
    images: openImageStore(directory, CONTENT.length),
    exports: {
      access: { admit: async () => undefined },
      store: openSnapshotExports(directory),
    },
  });
  asked = [];
  fake.application.admitDownloadWith(async (request) => {
    asked.push(request);
    const bytes = CONTENT.length;
    const times = { virtualBytes: 1, exportedAtMs: 0 };
    return ok({ snapshotId: request.snapshotId, path, sha256: SHA256, bytes, ...times });
  });
});
afterEach(async () => {
  await fake.stop();
  rmSync(directory, { recursive: true });
});

/** Each sender of files, with what callers need for it. */
const PATHS = [PATH, `/images/${SHA256}.qcow2`];

test.each(PATHS)('%s is sent whole, with its checksum as its tag', async (path) => {
  const found = await fake.send(path);
  expect([found.status, found.text]).toEqual([200, CONTENT]);
  expect(Object.fromEntries(found.headers)).toMatchObject({
    etag: `"${SHA256}"`,
    'accept-ranges': 'bytes',
    'content-length': String(CONTENT.length),
    'content-type': 'application/octet-stream',
  });
  const head = await fake.send(path, { method: 'HEAD', headers: { range: 'bytes=0-2' } });
  expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '24']);
  const known = await fake.send(path, { headers: { 'if-none-match': `"${SHA256}"` } });
  expect([known.status, known.text]).toEqual([304, '']);
});

test.each(PATHS)('a part of %s is sent, and one that is not there refused', async (path) => {
  const part = await fake.send(path, { headers: { range: 'bytes=4-10' } });
  expect([part.status, part.text]).toEqual([206, 'content']);
  expect(part.headers.get('content-range')).toBe('bytes 4-10/24');
  const beyond = await fake.sendRefused(path, { headers: { range: 'bytes=24-' } });
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get('content-range')).toBe('bytes */24');
  expect(beyond.body).toMatchObject({
    detail: 'The header Range asks for bytes that the file does not have: it has 24 bytes.',
  });
  for (const range of ['bytes=9-1', 'items=0-3', 'nonsense']) {
    const whole = await fake.send(path, { headers: { range } });
    expect([whole.status, whole.text]).toEqual([200, CONTENT]);
  }
  const other = { range: 'bytes=4-10', 'if-range': '"other"' };
  expect(await fake.send(path, { headers: other })).toMatchObject({ status: 200, text: CONTENT });
});

test('each request for an export is admitted by the application', async () => {
  await fake.send(PATH, { headers: { range: 'bytes=0-3' } });
  expect(asked).toEqual([{ snapshotId: PATH.split('/').at(-1), range: 'bytes=0-3' }]);
  const detail = 'A policy forbids it.';
  fake.application.admitDownloadWith(async () =>
    err(problem('policy-denied', { detail, remedy: 'Ask its author.' })),
  );
  expect(await fake.sendRefused(PATH)).toMatchObject({ status: 403, body: { detail } });
  expect((await fake.sendRefused(PATH, { role: null })).status).toBe(401);
});

test('a request without a ticket is refused with what is missing', async () => {
  const path = `${PATH}/${SHA256}.qcow2`;
  const headers = { 'content-range': 'bytes */24' };
  const missing = await fake.sendRefused(path, { method: 'PUT', role: null, headers });
  expect(missing.body).toMatchObject({
    status: 400,
    title: 'The request is not valid',
    detail: 'The header novacron-export-ticket is missing: it has the ticket of the export.',
  });
  const wrong = { ...headers, 'novacron-export-ticket': 'wrong' };
  const unknown = await fake.sendRefused(path, { method: 'PUT', role: null, headers: wrong });
  expect(unknown.body).toMatchObject({
    status: 404,
    detail: 'No export of this snapshot is under way with this ticket.',
  });
});
