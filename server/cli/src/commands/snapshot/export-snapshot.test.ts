/** Exports of snapshots into files: what is refused before anything is exported. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import {
  type FakeFiles,
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../../test-kit/start-fake-server.ts';

const SNAPSHOT = 'snap_01jd3v6t7re3h8z9k2m4n5p6q7';
const CONTENT = Buffer.alloc(3_000_000, 'export');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let directory: string;
let server: FakeServer | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-export-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

const HANDLERS: FakeHandlers = {
  'snapshot.exports': () => {
    const [sample] = Object(sampleAnswer('snapshot.exports', {})).exports;
    const { length: bytes } = CONTENT;
    return { result: { exports: [{ ...sample, snapshot_id: SNAPSHOT, bytes, sha256: SHA256 }] } };
  },
};

const sendContent: FakeFiles = () => ({ status: 200, body: CONTENT });

async function exportTo(
  file: string,
  world: TestWorld = {},
  files = sendContent,
  handlers = HANDLERS,
) {
  server = await startFakeServer(handlers, files);
  const words = ['snapshot', 'export', SNAPSHOT, '--file', file];
  const run = await runInProcess(words, {
    ...world,
    env: { NOVACRON_ENDPOINT: server.endpoint },
  });
  const methods = server.calls.map(({ method }) => method);
  await server.close();
  return { ...run, stderr: run.stderr.replaceAll(directory, 'DIR'), methods };
}

test('an export is written to its file, and the progress of both steps is shown', async () => {
  const file = join(directory, 'data.qcow2');
  const { exitCode, stderr } = await exportTo(file, { tickMs: 6_000 });
  expect(exitCode).toBe(0);
  expect(readFileSync(file).equals(CONTENT)).toBe(true);
  expect(stderr).toContain('downloading, in MiB: ');
  expect(stderr).toContain('verifying, in MiB: ');
});

/** An image without data: its one table has no entry. Source: QEMU's docs/interop/qcow2.txt. */
function emptyImage(bytes: number): Buffer {
  const image = Buffer.alloc(2_048);
  image.write('QFI\xfb', 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeUInt32BE(16, 20);
  image.writeBigUInt64BE(BigInt(bytes), 24);
  image.writeUInt32BE(1, 36);
  image.writeBigUInt64BE(1_024n, 40);
  image.writeUInt32BE(104, 100);
  return image;
}

/** A server whose export is an image. */
const handlersOf = (image: Buffer): FakeHandlers => ({
  'snapshot.exports': () => {
    const [sample] = Object(sampleAnswer('snapshot.exports', {})).exports;
    const sha256 = createHash('sha256').update(image).digest('hex');
    const sizes = { bytes: image.length, virtual_bytes: 3_000_000 };
    return { result: { exports: [{ ...sample, ...sizes, snapshot_id: SNAPSHOT, sha256 }] } };
  },
});

test.each(['data.raw', 'data.IMG'])('%s gets the disk in the image', async (name) => {
  const file = join(directory, name);
  const image = emptyImage(3_000_000);
  const send: FakeFiles = () => ({ status: 200, body: image });
  const { exitCode, stdout } = await exportTo(file, {}, send, handlersOf(image));
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^file_format +raw$/m);
  expect(readFileSync(file).equals(Buffer.alloc(3_000_000))).toBe(true);
  expect(readdirSync(directory)).toEqual([name]);
});

test('an image whose disk cannot be written as a raw file is kept as it was sent', async () => {
  const file = join(directory, 'data.raw');
  const image = Buffer.alloc(2_048, 'no image');
  const send: FakeFiles = () => ({ status: 200, body: image });
  const { exitCode, stderr } = await exportTo(file, {}, send, handlersOf(image));
  expect(exitCode).toBe(3);
  expect(stderr).toContain('the image of the export is not in the format qcow2.');
  expect(readdirSync(directory)).toEqual(['data.raw.part']);
});

describe('a file that nothing is written to is refused before the snapshot is exported', () => {
  test.each<readonly [string, (name: string) => unknown, string]>([
    [
      'data.vhd',
      () => undefined,
      'an export is written as qcow2 or raw, and DIR/data.vhd is named as vhd: use --file ' +
        'DIR/data.qcow2, and convert it afterwards (qemu-img convert -O vpc DIR/data.qcow2 ' +
        'DIR/data.vhd)',
    ],
    [
      'data.gz',
      () => undefined,
      'an export is written as qcow2 or raw, and DIR/data.gz is named as gz: use --file ' +
        'DIR/data.qcow2\n',
    ],
    ['there.qcow2', (path) => writeFileSync(path, 'x'), 'DIR/there.qcow2 exists: remove it, or'],
    ['a-directory', (path) => mkdirSync(path), 'DIR/a-directory is a directory: name a file in it'],
    ['none/data.qcow2', () => undefined, 'cannot write to DIR/none: it does not exist'],
  ])('%s', async (name, prepare, message) => {
    prepare(join(directory, name));
    const { exitCode, stderr, methods } = await exportTo(join(directory, name));
    expect([exitCode, methods]).toEqual([2, []]);
    expect(stderr).toContain(`error: --file: ${message}`);
  });
});

test('an export that is damaged on the server says so, and writes nothing', async () => {
  const damaged = problem('not-found', {
    detail: 'The export of the snapshot before was damaged on the server.',
    remedy: 'Export it again: novacron snapshot export before --file FILE',
  });
  const file = join(directory, 'data.qcow2');
  const refuse: FakeFiles = () => ({
    status: 404,
    body: JSON.stringify(toProblemDocument(damaged)),
  });
  const { exitCode, stderr } = await exportTo(file, {}, refuse);
  expect([exitCode, existsSync(file)]).toEqual([1, false]);
  expect(stderr).toContain('was damaged on the server.\n');
});
