import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { makeBootIso } from './test-kit/boot-media.ts';
import { idleSpec, listQemuOf } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const ONE = { reference: 'https://images.example.com/one.iso', checksum: null };
const OTHER = { reference: 'https://images.example.com/other.iso', checksum: null };

const { site, vmId, order, open } = useQemuSite();

let driver: Driver;

beforeEach(async () => {
  putImage(site.storageDir, makeBootIso('ONE'));
  driver = await open('node-01');
});

/** Puts the image where an operator puts it. */
function putImage(storageDir: string, content: Buffer): void {
  const directory = join(storageDir, 'templates', 'drivers');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'disk.iso'), content);
}

function windows(drivers_image?: MachineSpec['drivers_image']): MachineSpec {
  const drivers = drivers_image === undefined ? {} : { drivers_image };
  return { ...idleSpec(), guest_os: 'windows', ...drivers };
}

const driversFile = () => join(site.storageDir, 'disks', vmId(), 'drivers.iso');

/** The arguments of its process, which has another number after a restart. */
function commandLine(): string {
  const [pid] = listQemuOf(site.directory);
  return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`;
}

test('a machine has the CD-ROM until it is taken away, which restarts it', async () => {
  await good(driver.create(order(1), windows(ONE)));
  await good(driver.start(order(2)));
  expect(commandLine()).toContain('ide-cd,id=drivers,bus=ide.2,');
  expect(readFileSync(driversFile()).equals(makeBootIso('ONE'))).toBe(true);
  putImage(site.storageDir, makeBootIso('OTHER'));
  const other = { spec: windows(OTHER), restart: 'allowed' } as const;
  expect(await good(driver.configure(order(3), other))).toMatchObject({ effect: 'restart' });
  expect(readFileSync(driversFile()).equals(makeBootIso('OTHER'))).toBe(true);
  const none = { spec: windows(), restart: 'allowed' } as const;
  expect(await good(driver.configure(order(4), none))).toMatchObject({ effect: 'restart' });
  expect(commandLine()).not.toContain('id=drivers');
  expect(existsSync(driversFile())).toBe(false);
});

test('a machine is not stopped for a bad image, and starts where its own has gone', async () => {
  await good(driver.create(order(1), windows(ONE)));
  await good(driver.start(order(2)));
  putImage(site.storageDir, Buffer.alloc(65_536));
  const other = { spec: windows(OTHER), restart: 'allowed' } as const;
  const before = commandLine();
  expect(await bad(driver.configure(order(3), other))).toMatchObject({
    message: expect.stringContaining('is not an ISO 9660 image'),
    next: 'final',
  });
  expect(commandLine()).toBe(before);
  rmSync(join(site.storageDir, 'templates', 'drivers'), { recursive: true });
  await good(driver.stop(order(4), 'forced'));
  await good(driver.start(order(5)));
  expect(commandLine()).toContain('id=drivers');
});

test('drivers that are not there are reported when the machine is created', async () => {
  rmSync(join(site.storageDir, 'templates', 'drivers'), { recursive: true });
  expect(await bad(driver.create(order(1), windows(ONE)))).toMatchObject({
    message: expect.stringMatching(/does not download from images[.]example[.]com: .*drivers/),
    next: 'final',
  });
});

test('a machine that migrates has them there', async () => {
  await good(driver.create(order(1), windows(ONE)));
  await good(driver.start(order(2)));
  const storageDir = join(site.directory, 'apart');
  putImage(storageDir, makeBootIso('ONE'));
  const there = await open('node-02', { storageDir });
  const offer = await good(driver.offerMachine?.(vmId()) ?? missing());
  const spec = windows(ONE);
  await good(there.prepareIncoming(order(3), { spec, volumes: [], offer }));
  const target = await good(there.findTarget?.(vmId()) ?? missing());
  await good(driver.migrate(order(3), { toNode: 'node-02', size: spec, release: 'yes', target }));
  await good(there.activate(order(3), 'released'));
  expect(readFileSync(join(storageDir, 'disks', vmId(), 'drivers.iso'))).toEqual(
    makeBootIso('ONE'),
  );
  await there.close();
});

function missing(): never {
  throw new Error('the driver has no such method');
}
