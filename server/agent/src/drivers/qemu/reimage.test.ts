import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const scene = useQemuSite();
const { site, ids, order } = scene;
let driver: Driver;
let vmId: VmId;
let guest: GuestConsole;

beforeEach(async () => {
  vmId = scene.vmId();
  guest = guestConsole(site.runDir('node-01'), vmId);
  driver = await site.open('node-01');
  await good(driver.create(order(1), smallSpec()));
  await good(driver.attach(order(2), { volume_id: ids('vol'), size_gb: 1 }));
  await good(driver.start(order(2)));
  await guest.awaitBoots(1);
  await guest.run(`echo ${MARK} >${ROOT_DISK}; echo ${MARK} >${VOLUME}; sync`);
});

const MARK = 'written-by-the-guest';
const ROOT_DISK = '/dev/vda';
const VOLUME = '/dev/vdb';

const readMark = (disk: string) => guest.run(`dd if=${disk} bs=${MARK.length} count=1 2>/dev/null`);

test('the root disk is empty afterwards, and the volume is not', async () => {
  await good(driver.stop(order(3)));
  await good(driver.reimage(order(4), smallSpec({ guest: { ...NO_GUEST, user_data: '#!new' } })));
  await good(driver.start(order(5)));
  await guest.awaitBoots(2);
  expect(await readMark(ROOT_DISK)).not.toContain(MARK);
  expect(await readMark(VOLUME)).toBe(MARK);
  expect(await guest.run('show-seed')).toContain('#!new');
});

test('the old disk stays where a new one cannot be made, without a rest', async () => {
  await good(driver.stop(order(3)));
  rmSync(join(site.storageDir, 'templates', 'default'), { recursive: true });
  const files = readdirSync(join(site.storageDir, 'disks', vmId));
  expect(await bad(driver.reimage(order(4), smallSpec()))).toMatchObject({ next: 'final' });
  expect(readdirSync(join(site.storageDir, 'disks', vmId))).toEqual(files);
});

const NO_GUEST = { ssh_keys: [], password: null };
