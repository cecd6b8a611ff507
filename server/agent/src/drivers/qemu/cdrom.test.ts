import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { BYTES_PER_GB } from './files/qemu-img.ts';
import { makeBootDisk, makeBootIso } from './test-kit/boot-media.ts';
import { idleSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const TEMPLATE = 'installer';
const SPEC = idleSpec({ template: TEMPLATE });

const scene = useQemuSite();
const { site, order } = scene;
let driver: Driver;
let vmId: VmId;

beforeEach(async () => {
  vmId = scene.vmId();
  putIso(site.storageDir, makeBootIso('BOOTED-FROM-CD-ROM'));
  driver = await site.open('node-01');
});

function putIso(storageDir: string, content: Buffer): void {
  const directory = join(storageDir, 'templates', TEMPLATE);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'disk.iso'), content);
}

async function awaitConsole(text: string, node = 'node-01'): Promise<void> {
  const log = join(site.runDir(node), vmId, 'console.log');
  await waitUntil(text, () => (readFileSync(log, 'latin1').includes(text) ? true : undefined));
}

const diskFile = (name: string) => join(site.storageDir, 'disks', vmId, name);

/** Simulates an installer. */
function installOn(disk: string): void {
  const raw = join(site.directory, 'installed.raw');
  writeFileSync(raw, makeBootDisk('BOOTED-FROM-DISK'));
  truncateSync(raw, SPEC.disk_gb * BYTES_PER_GB);
  execFileSync(findQemu().image, ['convert', '-f', 'raw', '-O', 'qcow2', raw, disk]);
}

test('an ISO image boots while the root disk is empty, and later what is installed', async () => {
  await good(driver.create(order(1), SPEC));
  await good(driver.start(order(2)));
  await awaitConsole('BOOTED-FROM-CD-ROM');
  // The machine has the image under a name of its own.
  rmSync(join(site.storageDir, 'templates', TEMPLATE), { recursive: true });
  await good(driver.stop(order(3), 'forced'));
  installOn(diskFile('root.qcow2'));
  await good(driver.start(order(4)));
  await awaitConsole('BOOTED-FROM-DISK');
  expect(existsSync(diskFile('cdrom.iso'))).toBe(true);
  await good(driver.deleteDisk(order(5)));
  expect(existsSync(diskFile('cdrom.iso'))).toBe(false);
});

test('a machine with a CD-ROM migrates to a node that has its template', async () => {
  await good(driver.create(order(1), SPEC));
  await good(driver.start(order(2)));
  const storageDir = join(site.directory, 'apart');
  const there = await site.open('node-02', { storageDir });
  const offer = await good(driver.offerMachine?.(vmId) ?? missing());
  const incoming = { spec: SPEC, volumes: [], offer };
  expect(await bad(there.prepareIncoming(order(3), incoming))).toMatchObject({
    message: expect.stringContaining('has no ISO image on this node'),
    next: 'final',
  });
  putIso(storageDir, makeBootIso('BOOTED-FROM-CD-ROM'));
  await good(there.prepareIncoming(order(3), incoming));
  const target = await good(there.findTarget?.(vmId) ?? missing());
  await good(driver.migrate(order(3), { toNode: 'node-02', size: SPEC, release: 'yes', target }));
  await good(there.activate(order(3), 'released'));
  await good(there.reset(order(4)));
  await awaitConsole('BOOTED-FROM-CD-ROM', 'node-02');
  await there.close();
});

test('a machine that moves switched off has its CD-ROM there', async () => {
  await good(driver.create(order(1), SPEC));
  await good(driver.start(order(2)));
  await good(driver.stop(order(3), 'forced'));
  const storageDir = join(site.directory, 'apart');
  putIso(storageDir, makeBootIso('BOOTED-FROM-CD-ROM'));
  const there = await site.open('node-02', { storageDir });
  const offer = await good(driver.offerMachine?.(vmId) ?? missing());
  const arrives = { power: 'off', stop_reason: 'command' } as const;
  await good(there.prepareIncoming(order(3), { spec: SPEC, volumes: [], offer, arrives }));
  const target = await good(there.findTarget?.(vmId) ?? missing());
  const move = { toNode: 'node-02', size: SPEC, release: 'yes', power: 'off', target } as const;
  await good(driver.migrate(order(3), move));
  await good(there.activate(order(3), 'released'));
  await good(there.start(order(4)));
  await awaitConsole('BOOTED-FROM-CD-ROM', 'node-02');
  await there.close();
});

test('a file that is no ISO image is refused', async () => {
  putIso(site.storageDir, Buffer.alloc(65_536));
  expect(await bad(driver.create(order(1), SPEC))).toMatchObject({
    message: expect.stringContaining('is not an ISO 9660 image'),
    next: 'final',
  });
});

function missing(): never {
  throw new Error('the driver has no such method');
}
