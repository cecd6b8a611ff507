/** Snapshots with every driver: a part of the conformance suite. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EXPORTS_DIRECTORY, exportFileName } from '@novacron/contract/formats/snapshot-export';
import { createSampleIds } from '../test-kit/samples.ts';
import type { SnapshotOrder } from './driver.ts';
import { type Bench, bad, good } from './driver-bench.ts';

/** Offset of the disk size in a qcow2 header. */
const SIZE_OFFSET = 24;
const BYTES_PER_GB = 1_073_741_824;

/** Describes it; a driver that keeps none says so. */
export function describeSnapshots(bench: () => Bench): void {
  function sample() {
    const ids = createSampleIds();
    const snapshot_id = ids('snap');
    const volume = { volume_id: ids('vol'), size_gb: 3 };
    const order: SnapshotOrder = { snapshot_id, signal: new AbortController().signal };
    return { snapshot_id, volume, order, another: ids('vol') };
  }

  test('a snapshot of a volume is kept, given back and deleted', async () => {
    const { driver } = bench();
    const { snapshot_id, volume, order, another } = sample();
    if (driver.capabilities.snapshots !== 'yes') {
      expect(await bad(driver.takeSnapshot(order, volume))).toMatchObject({ next: 'final' });
      return;
    }
    const kept = { snapshot_id, ...volume };
    expect(await good(driver.takeSnapshot(order, volume))).toMatchObject(kept);
    expect(await good(driver.inspectSnapshots())).toMatchObject([kept]);
    for (const volumeId of [volume.volume_id, another]) {
      expect(await good(driver.restoreSnapshot(order, volumeId))).toMatchObject(kept);
    }
    expect(await good(driver.deleteSnapshot(order))).toBeNull();
    expect(await good(driver.inspectSnapshots())).toEqual([]);
  });

  test('every action on a snapshot may be repeated', async () => {
    const { driver } = bench();
    const { volume, order } = sample();
    if (driver.capabilities.snapshots !== 'yes') return;
    for (const action of [
      () => driver.takeSnapshot(order, volume),
      () => driver.restoreSnapshot(order, volume.volume_id),
      () => driver.deleteSnapshot(order),
    ]) {
      await good<unknown>(action());
      const before = await good(driver.inspectSnapshots());
      await good<unknown>(action());
      expect(await good(driver.inspectSnapshots())).toEqual(before);
    }
  });

  test('a snapshot stays what it was taken of, and outlasts the driver', async () => {
    const { driver, reopen } = bench();
    const { volume, order, another } = sample();
    if (driver.capabilities.snapshots !== 'yes') return;
    await good(driver.takeSnapshot(order, volume));
    const grown = await good(driver.takeSnapshot(order, { ...volume, size_gb: 9 }));
    expect(grown).toMatchObject(volume);
    const other = driver.takeSnapshot(order, { ...volume, volume_id: another });
    expect(await bad(other)).toMatchObject({ next: 'final' });
    const kept = await good(driver.inspectSnapshots());
    expect(await good((await reopen()).inspectSnapshots())).toEqual(kept);
  });

  test('the content of a volume is removed, also where there is none', async () => {
    const { driver } = bench();
    const { volume } = sample();
    if (driver.capabilities.deleteVolume !== 'yes') return;
    const { signal } = new AbortController();
    const pool = driver.storage?.()?.pool ?? 'none';
    const { volume_id } = volume;
    expect(await good(driver.deleteVolume({ volume_id, signal }, pool))).toBeNull();
  });

  test('a snapshot is exported as an image with its checksum and size, however often', async () => {
    const { driver, uploads } = bench();
    const { snapshot_id, volume, order } = sample();
    if (driver.capabilities.snapshotExport !== 'yes' || uploads === undefined) {
      expect(await bad(driver.exportSnapshot(order, 'ticket'))).toMatchObject({ next: 'final' });
      return;
    }
    await good(driver.takeSnapshot(order, volume));
    const kept = await good(driver.inspectSnapshots());
    const directory = join(uploads, EXPORTS_DIRECTORY, snapshot_id);
    for (let time = 1; time <= 2; time += 1) {
      expect(await good(driver.exportSnapshot(order, 'ticket'))).toBeNull();
      const names = readdirSync(directory);
      const contents = names.map((name) => readFileSync(join(directory, name)));
      const digits = contents.map((each) => createHash('sha256').update(each).digest('hex'));
      expect(names).toEqual(digits.map(exportFileName));
      expect(contents[0]?.subarray(0, 4).toString('latin1')).toBe('QFI\xfb');
      expect(Number(contents[0]?.readBigUInt64BE(SIZE_OFFSET))).toBe(volume.size_gb * BYTES_PER_GB);
    }
    expect(await good(driver.dropExport(order))).toBeNull();
    expect(await good(driver.inspectSnapshots())).toEqual(kept);
  });

  test('a snapshot that is not there is not exported', async () => {
    const { driver } = bench();
    const { order } = sample();
    const answer = driver.exportSnapshot(order, 'ticket');
    expect(await bad(answer)).toMatchObject({ next: 'final' });
    expect(await good(driver.dropExport(order))).toBeNull();
  });

  test('nothing is given back from a snapshot that is not there', async () => {
    const { driver } = bench();
    const { volume, order } = sample();
    const answer = driver.restoreSnapshot(order, volume.volume_id);
    expect(await bad(answer)).toMatchObject({ next: 'final' });
    expect(await good(driver.deleteSnapshot(order))).toBeNull();
  });
}
