/** Guests that boot with the UEFI firmware of the host. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { findOvmf } from '../../../../../test/support/services/find-ovmf.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver, OutgoingMachine } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { findFirmware } from './host/find-firmware.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { listQemuOf, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const FIRMWARE = findFirmware(findOvmf());

const scene = useQemuSite();
const { site, order, open } = scene;
let driver: Driver;
let vmId: VmId;

beforeEach(async () => {
  vmId = scene.vmId();
  driver = await open('node-01');
});

/** OVMF takes some of the memory of the guest. */
const spec = smallSpec({ firmware: 'uefi', memory_mib: 256 });

const varsIn = (storageDir: string): string => join(storageDir, 'disks', vmId, 'firmware-vars.fd');

async function start(): Promise<void> {
  await good(driver.create(order(1), spec));
  await good(driver.start(order(2)));
}

async function prepare(there: Driver): Promise<OutgoingMachine> {
  const offer = await good(driver.offerMachine?.(vmId) ?? missing());
  await good(there.prepareIncoming(order(3), { spec, volumes: [], offer }));
  const target = await good(there.findTarget?.(vmId) ?? missing());
  return { toNode: 'node-02', size: spec, release: 'yes', target };
}

/** Waits until the firmware has written into its variables, which it does before it boots. */
function awaitBootOptions(): Promise<true> {
  const { varsTemplate } = FIRMWARE.uefi ?? missing();
  const empty = readFileSync(varsTemplate);
  return waitUntil('boot options', () =>
    readFileSync(varsIn(site.storageDir)).equals(empty) ? undefined : (true as const),
  );
}

function missing(): never {
  throw new Error('the driver has no such method');
}

describe('a machine with UEFI firmware', () => {
  test('boots with it, keeps its variables, and leaves nothing', async () => {
    expect(driver.capabilities).toMatchObject({ uefi: 'yes', secureBoot: 'yes' });
    const guest = guestConsole(site.runDir('node-01'), vmId);
    await start();
    await guest.awaitBoots(1);
    expect(await guest.run('ls /sys/firmware')).toContain('efi');
    expect(await good(driver.inspect())).toMatchObject([{ spec }]);
    const vars = varsIn(site.storageDir);
    const written = readFileSync(vars);
    const { varsTemplate } = FIRMWARE.uefi ?? missing();
    // Its boot options are in them.
    expect(written.equals(readFileSync(varsTemplate))).toBe(false);
    await good(driver.stop(order(3), 'forced'));
    // That it boots from them again is shown by the migrations below.
    await good(driver.start(order(4)));
    const other = smallSpec({ firmware: 'uefi-secure-boot', memory_mib: 256 });
    expect(await bad(driver.configure(order(5), { spec: other, restart: 'allowed' }))).toEqual({
      message: `The firmware of ${vmId} is that of its system: only a new VM has another one.`,
      next: 'final',
    });
    await good(driver.deleteDisk(order(5)));
    expect(existsSync(vars)).toBe(false);
  });

  test.each(['shared', 'apart'] as const)('moves to a node whose storage is %s', async (where) => {
    await start();
    await guestConsole(site.runDir('node-01'), vmId).awaitBoots(1);
    const storageDir = where === 'shared' ? site.storageDir : join(site.directory, 'other');
    if (where === 'apart') {
      const templates = (directory: string): string => join(directory, 'templates');
      cpSync(templates(site.storageDir), templates(storageDir), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    const there = await open('node-02', { storageDir });
    const written = readFileSync(varsIn(site.storageDir));
    await good(driver.migrate(order(3), await prepare(there)));
    await good(there.activate(order(3), 'released'));
    const guest = guestConsole(site.runDir('node-02'), vmId);
    expect(await guest.run('ls /sys/firmware')).toContain('efi');
    expect(readFileSync(varsIn(storageDir)).equals(written)).toBe(true);
    if (where === 'shared') return;
    // It boots from its variables there.
    await good(there.stop(order(4), 'forced'));
    await good(there.start(order(5)));
    await guest.awaitBoots(1);
  });

  describe('that is switched off', () => {
    const arrives = { power: 'off', stop_reason: 'command' } as const;

    test('takes its variables along where its disks are copied', async () => {
      await start();
      await awaitBootOptions();
      await good(driver.stop(order(3), 'forced'));
      const written = readFileSync(varsIn(site.storageDir));
      const storageDir = join(site.directory, 'other');
      const there = await open('node-02', { storageDir });
      const offer = await good(driver.offerMachine?.(vmId) ?? missing());
      await good(there.prepareIncoming(order(3), { spec, volumes: [], offer, arrives }));
      const target = await good(there.findTarget?.(vmId) ?? missing());
      expect(target.disks).toEqual(['root', 'firmware-vars']);
      const move = { toNode: 'node-02', size: spec, release: 'yes', power: 'off', target } as const;
      await good(driver.migrate(order(3), move));
      await good(there.activate(order(3), 'released'));
      expect(readFileSync(varsIn(storageDir)).equals(written)).toBe(true);
      await good(driver.forget(order(3)));
      expect(existsSync(varsIn(site.storageDir))).toBe(false);
    });

    test('stays at a source that leaves them behind, unless the nodes share its disk', async () => {
      await start();
      await good(driver.stop(order(3), 'forced'));
      const known = await good(driver.offerMachine?.(vmId) ?? missing());
      const offer = { ...known, disks: known.disks.filter(({ name }) => name === 'root') };
      const incoming = { spec, volumes: [], offer, arrives };
      const apart = await open('node-03', { storageDir: join(site.directory, 'other') });
      expect(await bad(apart.prepareIncoming(order(3), incoming))).toMatchObject({
        message: expect.stringContaining('so that it migrates live'),
        next: 'final',
      });
      expect(await good(apart.inspect())).toEqual([]);
      const beside = await open('node-02');
      await good(beside.prepareIncoming(order(3), incoming));
      expect(await good(beside.inspect())).toMatchObject([{ status: 'incoming' }]);
    });
  });

  test('is not taken by a host without it', async () => {
    await start();
    const there = await open('node-02', { firmware: {} });
    expect(there.capabilities).toMatchObject({ uefi: 'no', secureBoot: 'no' });
    const offer = await good(driver.offerMachine?.(vmId) ?? missing());
    const refused = await bad(there.prepareIncoming(order(3), { spec, volumes: [], offer }));
    expect(refused).toMatchObject({ next: 'final' });
    expect(refused.message).toContain('apt-get install ovmf');
  });

  test('with Secure Boot has variables that only its firmware writes', async () => {
    const secure = smallSpec({ firmware: 'uefi-secure-boot', memory_mib: 256 });
    await good(driver.create(order(1), secure));
    const started = await good(driver.start(order(2)));
    expect(started).toMatchObject({ status: 'running', spec: secure });
    const [pid] = listQemuOf(site.directory);
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    expect(words).toContain('driver=cfi.pflash01,property=secure,value=on');
  });
});
