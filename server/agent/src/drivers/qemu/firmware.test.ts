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

async function prepare(from: Driver, to: Driver, generation: number): Promise<OutgoingMachine> {
  const offer = await good(from.offerMachine?.(vmId) ?? missing());
  await good(to.prepareIncoming(order(generation), { spec, volumes: [], offer }));
  const target = await good(to.findTarget?.(vmId) ?? missing());
  return { toNode: 'the next node', size: spec, release: 'yes', target };
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
  test('boots with it, moves with its variables, and leaves nothing', async () => {
    expect(driver.capabilities).toMatchObject({ uefi: 'yes', secureBoot: 'yes' });
    await start();
    await guestConsole(site.runDir('node-01'), vmId).awaitBoots(1);
    expect(await good(driver.inspect())).toMatchObject([{ spec }]);
    const written = readFileSync(varsIn(site.storageDir));
    const { varsTemplate } = FIRMWARE.uefi ?? missing();
    // Its boot options are in them.
    expect(written.equals(readFileSync(varsTemplate))).toBe(false);
    const expectRunning = async (node: string, storageDir: string) => {
      const guest = guestConsole(site.runDir(node), vmId);
      expect(await guest.run('ls /sys/firmware')).toContain('efi');
      expect(readFileSync(varsIn(storageDir)).equals(written)).toBe(true);
    };
    await expectRunning('node-01', site.storageDir);
    const beside = await open('node-02');
    await good(driver.migrate(order(3), await prepare(driver, beside, 3)));
    await good(beside.activate(order(3), 'released'));
    await good(driver.forget(order(3)));
    await expectRunning('node-02', site.storageDir);

    const storageDir = join(site.directory, 'other');
    const templates = (directory: string): string => join(directory, 'templates');
    cpSync(templates(site.storageDir), templates(storageDir), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const apart = await open('node-03', { storageDir });
    await good(beside.migrate(order(4), await prepare(beside, apart, 4)));
    await good(apart.activate(order(4), 'released'));
    await expectRunning('node-03', storageDir);
    // It boots from its variables there.
    await good(apart.stop(order(5), 'forced'));
    await good(apart.start(order(6)));
    await guestConsole(site.runDir('node-03'), vmId).awaitBoots(1);
    const other = smallSpec({ firmware: 'uefi-secure-boot', memory_mib: 256 });
    expect(await bad(apart.configure(order(7), { spec: other, restart: 'allowed' }))).toEqual({
      message: `The firmware of ${vmId} is that of its system: only a new VM has another one.`,
      next: 'final',
    });
    await good(apart.deleteDisk(order(7)));
    expect(existsSync(varsIn(storageDir))).toBe(false);
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
