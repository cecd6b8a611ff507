import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { VolumeId } from '@novacron/contract/ids';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { createSampleIds } from '../../test-kit/samples.ts';
import type { Driver, VolumeOrder } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { BYTES_PER_GB } from './files/qemu-img.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const MIB = 1_048_576;

const { site, open } = useQemuSite();

let driver: Driver;
let order: VolumeOrder;
let raw: string;

beforeEach(async () => {
  driver = await open('node-01', { imageSources: { hosts: [], uploads: uploads() } });
  const volume_id: VolumeId = createSampleIds()('vol');
  order = { volume_id, signal: new AbortController().signal };
  raw = join(site.directory, 'written.raw');
  writeFileSync(raw, randomBytes(3 * MIB));
  mkdirSync(uploads());
});

const uploads = (): string => join(site.directory, 'images');
const volumes = (): string => join(site.storageDir, 'volumes');
const imports = (): string => join(site.storageDir, 'imports');
const file = (): string => join(volumes(), `${order.volume_id}.qcow2`);
const qemuImg = (...args: readonly string[]): string =>
  execFileSync(findQemu().image, args, { encoding: 'utf8', stdio: 'pipe' });

/** Has a file where the server has what was uploaded. */
function upload(path: string, format: string) {
  const content = readFileSync(path);
  const digits = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(uploads(), `${digits}.${format}`), content);
  return { reference: `uploaded:${digits}.${format}`, checksum: `sha256:${digits}` };
}

/** Opens the driver again, with another program for one command of `qemu-img`. */
async function openWith(command: string, instead: string): Promise<void> {
  await driver.close();
  const { qemu, image: program } = findQemu();
  const other = join(site.directory, 'qemu-img');
  const lines = ['#!/bin/sh', `test "$1" = ${command} || exec ${program} "$@"`, instead];
  writeFileSync(other, `${lines.join('\n')}\n`);
  // The user who opens images runs it.
  chmodSync(site.directory, 0o711);
  chmodSync(other, 0o755);
  driver = await open('node-01', {
    imageSources: { hosts: [], uploads: uploads() },
    programs: { qemu, image: other },
  });
}

function namesIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Lists the files that a failed import leaves in the storage. */
const left = () => [...namesIn(volumes()), ...namesIn(imports())];

test.each([
  ['qcow2', []],
  ['qcow2', ['-c']],
  ['raw', []],
  ['vmdk', []],
  ['vmdk', ['-o', 'subformat=streamOptimized']],
])('a %s image %j becomes a volume of its size, with what was written', async (format, options) => {
  const image = join(site.directory, `image.${format}`);
  qemuImg('convert', '-f', 'raw', '-O', format, ...options, raw, image);
  const wanted = { image: upload(image, format), size_gb: 2, storage_class: 'ssd' };
  await good(driver.importVolume(order, wanted));
  const info = JSON.parse(qemuImg('info', '--output=json', '-f', 'qcow2', file()));
  expect(info).toMatchObject({ format: 'qcow2', 'virtual-size': 2 * BYTES_PER_GB });
  expect(info).not.toHaveProperty('backing-filename');
  truncateSync(raw, 2 * BYTES_PER_GB);
  expect(qemuImg('compare', '-f', 'qcow2', '-F', 'raw', file(), raw)).toContain('identical');
  expect(left()).toEqual([`${order.volume_id}.qcow2`]);

  // A repeated command does not touch a volume that may be in use by then.
  const made = statSync(file()).mtimeMs;
  rmSync(uploads(), { recursive: true });
  await good(driver.importVolume(order, wanted));
  expect(statSync(file()).mtimeMs).toBe(made);
});

test('an image that is larger than the volume is refused with the size that it needs', async () => {
  const image = join(site.directory, 'large.qcow2');
  qemuImg('create', '-q', '-f', 'qcow2', image, '5G');
  const wanted = { image: upload(image, 'qcow2'), size_gb: 4, storage_class: 'ssd' };
  expect(await bad(driver.importVolume(order, wanted))).toEqual({
    message:
      `The image of ${order.volume_id} has a disk that is larger than the volume of 4 GB: import ` +
      'it with size_gb of 5 or more.',
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('an image with a backing file is refused with what to do, and leaves nothing', async () => {
  const image = join(site.directory, 'overlay.qcow2');
  qemuImg('create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', '/etc/hostname', image, '1G');
  const wanted = { image: upload(image, 'qcow2'), size_gb: 4, storage_class: 'ssd' };
  expect(await bad(driver.importVolume(order, wanted))).toEqual({
    message:
      `The image of ${order.volume_id} has a backing file: convert it into an image of its own ` +
      '(qemu-img convert -O qcow2).',
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('a volume for which the storage has no room is refused, and leaves nothing', async () => {
  await openWith('measure', `echo '{"required": 9000000000000000}'`);
  const wanted = { image: upload(raw, 'raw'), size_gb: 1 };
  expect(await bad(driver.importVolume(order, wanted))).toMatchObject({
    message: expect.stringMatching(
      /^The volume vol_\S+ needs 8381904 GB more, and the storage .* make room there, or ask/,
    ),
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('a damaged image is refused with how to check it, and leaves nothing', async () => {
  const image = join(site.directory, 'damaged.qcow2');
  qemuImg('create', '-q', '-f', 'qcow2', image, '1G');
  const content = Buffer.concat([readFileSync(image), Buffer.alloc(8)]);
  // The first table names a second one that does not begin where one can.
  const table = Number(content.readBigUInt64BE(40));
  content.writeBigUInt64BE(0x8000_0000_0005_0200n, table);
  writeFileSync(image, content);
  const wanted = { image: upload(image, 'qcow2'), size_gb: 1, storage_class: 'ssd' };
  expect(await bad(driver.importVolume(order, wanted))).toMatchObject({
    message: expect.stringMatching(
      /^The image of vol_\S+ cannot be read: check it where it was made \(qemu-img check\), and/,
    ),
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('half a download is refused, where its format says so, and leaves nothing', async () => {
  const image = join(site.directory, 'half.qcow2');
  const whole = join(site.directory, 'whole.raw');
  writeFileSync(whole, randomBytes(2_097_152));
  qemuImg('convert', '-f', 'raw', '-O', 'qcow2', whole, image);
  writeFileSync(image, readFileSync(image).subarray(0, 1_500_000));
  const wanted = { image: upload(image, 'qcow2'), size_gb: 1, storage_class: 'ssd' };
  expect(await bad(driver.importVolume(order, wanted))).toMatchObject({
    message: expect.stringMatching(/cannot be read: .* is corrupt: parts of it are missing/),
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('an image that the storage has no room to copy is refused before', async () => {
  const digits = '0'.repeat(64);
  const path = join(uploads(), `${digits}.raw`);
  writeFileSync(path, '');
  truncateSync(path, 10_000 * BYTES_PER_GB);
  const image = { reference: `uploaded:${digits}.raw`, checksum: `sha256:${digits}` };
  expect(await bad(driver.importVolume(order, { image, size_gb: 10_000 }))).toMatchObject({
    message: expect.stringMatching(/^The image of vol_\S+ needs 10000 GB more, and the storage /),
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('an image with another checksum is refused, and leaves nothing', async () => {
  const image = upload(raw, 'raw');
  const [name = ''] = readdirSync(uploads());
  writeFileSync(join(uploads(), name), 'changed on the disk');
  const wanted = { image, size_gb: 1, storage_class: 'ssd' };
  const found = createHash('sha256').update('changed on the disk').digest('hex');
  expect(await bad(driver.importVolume(order, wanted))).toEqual({
    message:
      `The image of ${order.volume_id} has the checksum sha256:${found}, and ${image.checksum} ` +
      'is expected: upload it again (novacron template upload NAME FILE, or novacron volume ' +
      'import NAME --file FILE).',
    next: 'final',
  });
  expect(left()).toEqual([]);
  upload(raw, 'raw');
  await good(driver.importVolume(order, wanted));
});

test('a header that was damaged on the disk is not taken for a mistake in the image', async () => {
  const image = upload(raw, 'raw');
  const [name = ''] = readdirSync(uploads());
  writeFileSync(join(uploads(), name), 'QFI\xfb');
  const { message } = await bad(driver.importVolume(order, { image, size_gb: 1 }));
  expect(message).toMatch(/ has the checksum .*: upload it again/);
});

test('a host that is not allowed is named, with both ways to go on', async () => {
  const image = {
    reference: 'https://cloud.example.com/data.qcow2',
    checksum: `sha256:${'0'.repeat(64)}`,
  };
  expect(await bad(driver.importVolume(order, { image, size_gb: 1 }))).toMatchObject({
    message: expect.stringMatching(
      /[.]com: add it to --image-hosts .* or upload the image \(novacron volume import .*\)[.]$/,
    ),
    next: 'final',
  });
  expect(left()).toEqual([]);
});

test('an import that is given up ends at once, and its rest goes with the volume', async () => {
  await openWith('convert', 'exec sleep 60');
  const giveUp = new AbortController();
  const image = upload(raw, 'raw');
  const answer = driver.importVolume({ ...order, signal: giveUp.signal }, { image, size_gb: 1 });
  const directory = join(imports(), order.volume_id);
  await waitUntil('the image is converted', () =>
    namesIn(directory).includes('made.qcow2') ? true : undefined,
  );
  giveUp.abort();
  expect(await bad(answer)).toMatchObject({ next: 'retry' });
  expect(namesIn(volumes())).toEqual([]);
  await good(driver.deleteVolume(order, driver.storage?.()?.pool ?? 'none'));
  expect(left()).toEqual([]);
});

test('what a killed agent has left goes with the volume', async () => {
  const image = upload(raw, 'raw');
  const directory = join(imports(), order.volume_id);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'download.node-01.part'), 'half');
  writeFileSync(join(directory, 'made.qcow2'), 'half');
  await good(driver.importVolume(order, { image, size_gb: 1 }));
  expect(left()).toEqual([`${order.volume_id}.qcow2`]);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'download.node-01.part'), 'half');
  await good(driver.deleteVolume(order, driver.storage?.()?.pool ?? 'none'));
  expect(left()).toEqual([]);
});
