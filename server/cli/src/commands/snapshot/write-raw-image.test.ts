/** Disks of qcow2 images as raw files, of images that qemu-img has written. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import { writeRawImage } from './write-raw-image.ts';

const MIB = 1_048_576;
/** No whole number of clusters. Unit: bytes. */
const DISK_BYTES = 9 * MIB + 512;

let directory: string;
let raw: string;
let image: string;
let target: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-raw-'));
  [raw, image, target] = ['disk.raw', 'image.qcow2', 'target.raw'].map((name) =>
    join(directory, name),
  ) as [string, string, string]; // Three names make three paths.
  const text = Buffer.alloc(3 * MIB, 'what compresses well ');
  writeFileSync(raw, Buffer.concat([text, randomBytes(MIB), Buffer.alloc(MIB), randomBytes(512)]));
  truncateSync(raw, DISK_BYTES);
});
afterEach(() => rmSync(directory, { recursive: true }));

const qemuImg = (...args: readonly string[]) =>
  execFileSync(findQemu().image, args, { stdio: 'pipe' });
const convert = (...options: readonly string[]) =>
  qemuImg('convert', '-f', 'raw', '-O', 'qcow2', ...options, raw, image);
const write = (signal = new AbortController().signal, onProgress = (_bytes: number) => {}) =>
  writeRawImage({ image, target, signal, onProgress });

test.each([
  ['compressed', ['-c']],
  ['not compressed', []],
  ['of the smallest clusters', ['-c', '-o', 'cluster_size=512']],
  ['of the largest clusters', ['-c', '-o', 'cluster_size=2M']],
  ['of the earlier version', ['-c', '-o', 'compat=0.10']],
  ['with all of its clusters', ['-o', 'preallocation=metadata']],
])('an image %s becomes a file with the same content', async (_which, options) => {
  convert(...options);
  expect(await write()).toBeUndefined();
  expect(readFileSync(target).equals(readFileSync(raw))).toBe(true);
  // Holes take no space. Unit of a block: 512 bytes.
  expect(statSync(target).blocks * 512).toBeLessThan(7 * MIB);
});

test('a disk of several tables is written to its end, and how far it is gets known', async () => {
  truncateSync(raw, 0);
  truncateSync(raw, 1_200 * MIB);
  const written = openSync(raw, 'r+');
  writeSync(written, Buffer.from('last'), 0, 4, 1_200 * MIB - 4);
  closeSync(written);
  convert('-c');
  const seen: number[] = [];
  expect(await write(undefined, (bytes) => seen.push(bytes))).toBeUndefined();
  expect(seen).toEqual([0, 512 * MIB, 1_024 * MIB]);
  qemuImg('compare', '-f', 'raw', '-F', 'raw', raw, target);
});

test.each([
  ['that is cut', (size: number) => truncateSync(image, size - MIB), /refers to data|is damaged/],
  [
    'whose compressed data is overwritten',
    () => overwrite(5 * 65_536, randomBytes(4_096)),
    /has compressed data that is damaged/,
  ],
  ['that is none', () => writeFileSync(image, 'text'), /is not in the format qcow2/],
  ['whose table is elsewhere', () => overwrite(44, Buffer.from([0x7f])), /refers to data/],
  ['whose table is too short', () => overwrite(36, Buffer.alloc(4)), /a table that is too short/],
])('an image %s is refused', async (_which, damage, why) => {
  convert('-c');
  damage(statSync(image).size);
  expect(await write()).toEqual({ about: 'image', why: expect.stringMatching(why) });
});

test.each([
  ['has a backing file', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', 'disk.raw']],
  [
    'is compressed with zstd, which qemu-img reads',
    ['create', '-q', '-f', 'qcow2', '-o', 'compression_type=zstd'],
  ],
  [
    'has extended tables, which qemu-img reads',
    ['create', '-q', '-f', 'qcow2', '-o', 'extended_l2=on'],
  ],
])('an image that %s is not read', async (why, command) => {
  qemuImg(...command, image, '1G');
  expect(await write()).toEqual({ about: 'image', why });
  expect(existsSync(target)).toBe(false);
});

test('a file that cannot be written is said, and so is a signal', async () => {
  convert('-c');
  target = join(directory, 'none', 'target.raw');
  expect(await write()).toEqual({ about: 'target', why: 'it does not exist' });
  target = '/dev/full';
  expect(await write()).toMatchObject({ about: 'target' });
  target = join(directory, 'target.raw');
  await expect(write(AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
});

/** Overwrites a part of the image. */
function overwrite(offset: number, content: Buffer): void {
  const file = openSync(image, 'r+');
  writeSync(file, content, 0, content.length, offset);
  closeSync(file);
}
