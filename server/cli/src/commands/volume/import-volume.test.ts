/** Imports of volumes from files: what is asked and checked before anything is sent. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import {
  type FakeFiles,
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../../test-kit/start-fake-server.ts';

const MIB = 1_048_576;
const BYTES_PER_GB = 1_073_741_824;

let directory: string;
let server: FakeServer | undefined;
/** Ranges of the parts that were sent. */
let sent: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-import-'));
  sent = [];
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

/** The header of a qcow2 image. */
function qcow2(sizeGb: number, change: (head: Buffer) => void = () => undefined): Buffer {
  const head = Buffer.alloc(512);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(sizeGb * BYTES_PER_GB), 24);
  head.writeUInt32BE(104, 100);
  change(head);
  return head;
}

function write(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const WHOLE = /^bytes (\d+)-(\d+)\/(\d+)$/;

/** Takes an upload in parts, as a server does. */
const takeParts: FakeFiles = ({ headers }) => {
  const range = String(headers['content-range']);
  sent.push(range);
  const [, , last = -1, total = 0] = (WHOLE.exec(range) ?? []).map(Number);
  const received = last + 1;
  const state = received === total && total > 0 ? 'complete' : 'partial';
  return { status: 200, body: JSON.stringify({ received, state }) };
};

function refusing(...found: readonly Problem[]): FakeHandlers {
  const problems = found.map((each) => toProblemDocument(each));
  const answer = { problems, warnings: [], deferred: [], placement: null };
  return { 'admission.preview': () => ({ result: answer }) };
}

interface Run {
  readonly handlers?: FakeHandlers;
  readonly files?: FakeFiles;
  readonly world?: TestWorld;
}

async function importFile(
  args: readonly string[],
  { handlers = refusing(), files = takeParts, world = {} }: Run = {},
) {
  server = await startFakeServer(handlers, files);
  const run = await runInProcess(['volume', 'import', 'data', ...args], {
    ...world,
    env: { NOVACRON_ENDPOINT: server.endpoint },
  });
  const methods = server.calls.map(({ method }) => method);
  await server.close();
  return { ...run, stderr: run.stderr.replaceAll(directory, 'DIR'), methods };
}

test('an import is asked about with the size of its disk before the file is sent', async () => {
  const content = qcow2(3);
  const file = write('disk.qcow2', content);
  const { exitCode, methods } = await importFile(['--file', file, '--type', 'nvme']);
  expect(exitCode).toBe(0);
  expect(methods.slice(0, 2)).toEqual(['admission.preview', 'volume.import']);
  const digits = createHash('sha256').update(content).digest('hex');
  const [asked, done] = server?.calls ?? [];
  expect(asked?.params).toEqual({
    operation: 'volume.import',
    input: { name: 'data', type: 'nvme', size_gb: 3 },
    unknown: ['image'],
  });
  expect(done?.params).toMatchObject({ name: 'data', image: `uploaded:${digits}.qcow2` });
  expect(sent).toEqual(['bytes */512', 'bytes 0-511/512']);
});

test('an import that would be refused sends nothing', async () => {
  const handlers = refusing(
    problem('in-use', {
      detail: 'No ready node can fetch an image that is uploaded.',
      remedy: 'Start the agent of a node with --image-server.',
    }),
  );
  const { exitCode, stderr, methods } = await importFile(
    ['--file', write('disk.qcow2', qcow2(3))],
    { handlers },
  );
  expect([exitCode, methods, sent]).toEqual([1, ['admission.preview'], []]);
  expect(stderr).toContain('No ready node can fetch an image that is uploaded.');
  expect(stderr).toContain('--image-server');
});

test('a repetition with its key is not refused for the name that it has taken', async () => {
  const handlers = refusing(problem('name-taken', { detail: 'It is taken.', remedy: 'Rename.' }));
  const file = write('disk.qcow2', qcow2(3));
  expect((await importFile(['--file', file], { handlers })).exitCode).toBe(1);
  const keyed = ['--file', file, '--idempotency-key', 'import/data'];
  expect((await importFile(keyed, { handlers })).exitCode).toBe(0);
});

test('a problem names the file that was given, not its name on the server', async () => {
  const files: FakeFiles = ({ url = '' }) => {
    const detail = `The image ${url.split('/').at(-1)} has a backing file.`;
    const found = problem('validation-failed', { detail, remedy: 'Convert it.' });
    return { status: 400, body: JSON.stringify(toProblemDocument(found)) };
  };
  const file = write('disk.qcow2', qcow2(3));
  const { stderr } = await importFile(['--file', file], { files });
  expect(stderr).toContain('The image DIR/disk.qcow2 has a backing file.\n');
});

test('reading and sending show a line every some seconds without a terminal', async () => {
  const file = write('disk.raw', '');
  truncateSync(file, 40 * MIB);
  const { stderr, exitCode } = await importFile(['--file', file], { world: { tickMs: 6_000 } });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('reading the image, in MiB: 16 of 40 (40 %)\n');
  expect(stderr).toContain('uploading, in MiB: 32 of 40 (80 %)\n');
  const quiet = await importFile(['--file', file, '--quiet'], { world: { tickMs: 6_000 } });
  expect(quiet.stderr).toBe('');
});

describe('a file that is not taken is refused with what to do', () => {
  test.each<readonly [string, string | Buffer, string]>([
    ['disk.vdi', 'x', 'DIR/disk.vdi is a VDI image: convert it with `qemu-img convert -O qcow2'],
    ['disk.qcow2.gz', 'x', 'DIR/disk.qcow2.gz is packed: unpack it with `gunzip --keep DIR/disk'],
    ['disk.img.xz', 'x', 'unpack it with `xz --decompress --keep DIR/disk.img.xz`'],
    ['disk.raw', Buffer.from('\x1f\x8b\b', 'latin1'), 'DIR/disk.raw is packed: unpack it with'],
    ['disk.raw', qcow2(1), 'begins as qcow2: add --format qcow2'],
    ['disk.img', '<!DOCTYPE html>', 'DIR/disk.img is a web page, not an image: download'],
    ['boot.iso', 'x', 'DIR/boot.iso is a CD-ROM, not a disk: make a template of it'],
    ['disk', 'x', 'the name of DIR/disk does not end in its format: add --format (qcow2, raw, '],
    ['disk.qcow2', 'x', 'DIR/disk.qcow2 is not in the format qcow2: make one image of it with'],
    ['disk.raw', '', 'DIR/disk.raw is empty: it is not an image'],
    [
      'over.qcow2',
      qcow2(1, (head) => head.writeBigUInt64BE(512n, 8)),
      'DIR/over.qcow2 has a backing file: make one image of it with `qemu-img convert -O qcow2 ' +
        'DIR/over.qcow2 DIR/over-whole.qcow2`',
    ],
  ])('%s', async (name, content, message) => {
    const { exitCode, stderr, methods } = await importFile(['--file', write(name, content)]);
    expect([exitCode, methods, sent]).toEqual([2, [], []]);
    expect(stderr).toMatch(/^error: --file: /);
    expect(stderr).toContain(message);
  });

  test('one that cannot be read is named with its flag', async () => {
    const missing = await importFile(['--file', join(directory, 'no.raw')]);
    expect(missing.stderr).toContain('--file: cannot read DIR/no.raw: it does not exist');
    mkdirSync(join(directory, 'dir.raw'));
    const isDirectory = await importFile(['--file', join(directory, 'dir.raw')]);
    expect(isDirectory.stderr).toContain(
      '--file: cannot read DIR/dir.raw: it is a directory, and a file is needed',
    );
    expect([missing.exitCode, isDirectory.exitCode]).toEqual([2, 2]);
  });
});

test('its help names it as it is called', async () => {
  const { stdout } = await runInProcess(['volume', 'import', '--help']);
  expect(stdout).toMatch(/^Usage: novacron volume import \[options\] <name>\n/);
});
