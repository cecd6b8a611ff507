/** Import of images into volumes with every driver: a part of the suite. */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createSampleIds } from '../test-kit/samples.ts';
import { type Bench, bad, good } from './driver-bench.ts';

const IMAGE_BYTES = 1_048_576;
const BYTES_PER_GB = 1_073_741_824;

/** The header of a qcow2 image of 1 GB, with the changes that a test makes. */
function qcow2(change: (head: Buffer) => void = () => undefined): Buffer {
  const head = Buffer.alloc(IMAGE_BYTES);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(BYTES_PER_GB), 24);
  head.writeUInt32BE(2, 36);
  head.writeUInt32BE(104, 100);
  change(head);
  return head;
}

/** Describes it; a driver without a server on its disk imports no images that were uploaded. */
export function describeImports(bench: () => Bench): void {
  function sample() {
    const volume_id = createSampleIds()('vol');
    return { volume_id, signal: new AbortController().signal };
  }

  /** Puts an image where a server on this disk has it. */
  function upload(content: Buffer, format: string) {
    const directory = bench().uploads ?? '';
    const digits = createHash('sha256').update(content).digest('hex');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${digits}.${format}`), content);
    return { reference: `uploaded:${digits}.${format}`, checksum: `sha256:${digits}` };
  }

  test('a volume is made from an image, however often, and its content is removed', async () => {
    const { driver, uploads } = bench();
    const order = sample();
    if (driver.capabilities.volumeImport !== 'yes' || uploads === undefined) return;
    const image = upload(Buffer.alloc(IMAGE_BYTES, 'content'), 'raw');
    const wanted = { image, size_gb: 2, storage_class: 'ssd' };
    expect(await good(driver.importVolume(order, wanted))).toBeNull();
    expect(await good(driver.importVolume(order, wanted))).toBeNull();
    const pool = driver.storage?.()?.pool ?? 'none';
    expect(await good(driver.deleteVolume(order, pool))).toBeNull();
  });

  const refused = [
    ['with a backing file', qcow2((head) => head.writeBigUInt64BE(512n, 8)), 'qcow2', 'a backing'],
    ['with its data elsewhere', qcow2((head) => head.writeBigUInt64BE(4n, 72)), 'qcow2', 'another'],
    ['that is no qcow2', Buffer.alloc(IMAGE_BYTES), 'qcow2', 'is not in the format qcow2'],
    ['that is no raw disk', qcow2(), 'raw', 'is declared to be raw and begins as qcow2'],
    ['of a CD-ROM', Buffer.alloc(IMAGE_BYTES), 'iso', 'is a CD-ROM, not a disk'],
  ] as const;
  test.each(refused)('an image %s is refused for good', async (_what, content, format, why) => {
    const { driver, uploads } = bench();
    const order = sample();
    if (driver.capabilities.volumeImport !== 'yes' || uploads === undefined) return;
    const wanted = { image: upload(content, format), size_gb: 1, storage_class: 'ssd' };
    for (let time = 1; time <= 2; time += 1) {
      expect(await bad(driver.importVolume(order, wanted))).toMatchObject({
        message: expect.stringContaining(why),
        next: 'final',
      });
    }
  });

  test('an image that is not there any more is refused', async () => {
    const { driver, uploads } = bench();
    const order = sample();
    if (driver.capabilities.volumeImport !== 'yes' || uploads === undefined) return;
    const digits = '0'.repeat(64);
    const image = { reference: `uploaded:${digits}.raw`, checksum: `sha256:${digits}` };
    const answer = driver.importVolume(order, { image, size_gb: 1, storage_class: 'ssd' });
    expect(await bad(answer)).toMatchObject({ message: expect.stringContaining('was uploaded') });
  });
}
