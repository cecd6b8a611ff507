import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { SnapshotId, VolumeId } from '@novacron/contract/ids';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import type { Driver, SnapshotOrder } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { BYTES_PER_GB } from './files/qemu-img.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, ids } = useQemuSite();
let driver: Driver;
let order: SnapshotOrder;
let raw: string;

beforeEach(async () => {
  driver = await site.open('node-01', { imageSources: { hosts: [], uploads: uploads() } });
  order = { snapshot_id: ids('snap') as SnapshotId, signal: new AbortController().signal };
  const volume_id: VolumeId = ids('vol');
  raw = join(site.directory, 'written.raw');
  writeFileSync(raw, Buffer.concat([randomBytes(300_000), Buffer.alloc(3_000_000, 'text')]));
  truncateSync(raw, BYTES_PER_GB);
  await good(driver.takeSnapshot({ ...order, snapshot_id: other() }, { volume_id, size_gb: 1 }));
  const file = join(site.storageDir, 'volumes', `${volume_id}.qcow2`);
  image(['convert', '-f', 'raw', '-O', 'qcow2', raw, file]);
  await good(driver.takeSnapshot(order, { volume_id, size_gb: 1 }));
});

const uploads = (): string => join(site.directory, 'images');
const other = (): SnapshotId => 'snap_01jd3v6t7re3h8z9k2m4n5p6q7' as SnapshotId;
const image = (args: readonly string[]): string =>
  execFileSync(findQemu().image, args, { encoding: 'utf8', stdio: 'pipe' });
const exported = (): string => {
  const directory = join(uploads(), 'exports', order.snapshot_id);
  return join(directory, readdirSync(directory)[0] ?? '');
};
const ownFile = (): string =>
  join(site.storageDir, 'exports', 'node-01', `${order.snapshot_id}.qcow2`);

test('an export is a compressed image of its own with what was written', async () => {
  await good(driver.exportSnapshot(order, 'ticket'));
  expect(image(['compare', '-f', 'qcow2', '-F', 'raw', exported(), raw])).toBe(
    'Images are identical.\n',
  );
  const info = JSON.parse(image(['info', '--output=json', '-f', 'qcow2', exported()]));
  expect(info).toMatchObject({ format: 'qcow2', 'virtual-size': BYTES_PER_GB });
  expect(info).not.toHaveProperty('backing-filename');
  expect(statSync(exported()).size).toBeLessThan(1_000_000);
  expect(existsSync(ownFile())).toBe(false);
});

test('an export that cannot be delivered goes on with its file, or leaves none', async () => {
  writeFileSync(uploads(), 'no directory');
  const failed = await bad(driver.exportSnapshot(order, 'ticket'));
  expect(failed).toMatchObject({
    message: expect.stringContaining('The export cannot be written to'),
    next: 'retry',
  });
  const made = statSync(ownFile()).mtimeMs;
  expect(await bad(driver.exportSnapshot(order, 'ticket'))).toMatchObject({ next: 'retry' });
  expect(statSync(ownFile()).mtimeMs).toBe(made);
  rmSync(uploads());
  await good(driver.exportSnapshot(order, 'ticket'));
  expect(existsSync(ownFile())).toBe(false);
});

test.each([
  ['that is given up', () => driver.dropExport(order)],
  ['of a snapshot that is deleted', () => driver.deleteSnapshot(order)],
])('an export %s leaves no file', async (_which, end) => {
  writeFileSync(uploads(), 'no directory');
  await bad(driver.exportSnapshot(order, 'ticket'));
  writeFileSync(`${ownFile()}.part`, 'of an agent that was killed');
  expect(existsSync(ownFile())).toBe(true);
  await good(end());
  expect(readdirSync(join(site.storageDir, 'exports', 'node-01'))).toEqual([]);
});

test('a node without a way to the server exports nothing', async () => {
  await driver.close();
  driver = await site.open('node-01');
  expect(driver.capabilities.snapshotExport).toBe('no');
  expect(await bad(driver.exportSnapshot(order, 'ticket'))).toMatchObject({
    message: 'The agent has no --image-server, the https address of the server.',
    next: 'final',
  });
});
