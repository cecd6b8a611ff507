/** Guests with a virtual TPM. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { findSwtpm } from '../../../../../test/support/services/find-swtpm.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { listQemuOf, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

findSwtpm();

const scene = useQemuSite();
const { site, order } = scene;
let driver: Driver;
let vmId: VmId;

beforeEach(async () => {
  vmId = scene.vmId();
  driver = await site.open('node-01');
});

const spec = smallSpec({ tpm: 'yes' });

/** Processes of the machine: QEMU and swtpm. */
const awaitProcesses = (count: number): Promise<true> =>
  waitUntil(`${count} processes of the site`, () =>
    listQemuOf(site.directory).length === count ? true : undefined,
  );

describe('a machine with a TPM', () => {
  test('has it after restarts of guest and agent, with its state, and leaves nothing', async () => {
    expect(driver.capabilities.tpm).toBe('yes');
    const guest = guestConsole(site.runDir('node-01'), vmId);
    const state = join(site.storageDir, 'disks', vmId, 'tpm');
    await good(driver.create(order(1), spec));
    await good(driver.start(order(2)));
    await guest.awaitBoots(1);
    expect(await guest.run('ls /sys/class/tpm')).toBe('tpm0');
    expect(readdirSync(state)).toContain('tpm2-00.permall');
    await awaitProcesses(2);
    await driver.close();
    driver = await site.open('node-01');
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', spec }]);
    expect(await guest.run('ls /sys/class/tpm')).toBe('tpm0');
    await good(driver.stop(order(3), 'forced'));
    await awaitProcesses(0);
    await good(driver.start(order(4)));
    await guest.awaitBoots(2);
    expect(await guest.run('ls /sys/class/tpm')).toBe('tpm0');
    await good(driver.deleteDisk(order(5)));
    await awaitProcesses(0);
    expect(existsSync(state)).toBe(false);
  });

  test('ends with it where its QEMU is killed, and starts again', async () => {
    await good(driver.create(order(1), spec));
    await good(driver.start(order(2)));
    await awaitProcesses(2);
    for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
    await waitUntil('the machine to be stopped', async () => {
      const [machine] = await good(driver.inspect());
      return machine?.status === 'stopped' ? true : undefined;
    });
    expect(await good(driver.start(order(3)))).toMatchObject({ status: 'running' });
    await awaitProcesses(2);
  });
});

test('a host without swtpm makes none, and says what to install', async () => {
  const without = await site.open('node-02', { hasTpm: false });
  expect(without.capabilities.tpm).toBe('no');
  const refused = await bad(without.create(order(1), spec));
  expect(refused.message).toContain('apt-get install swtpm');
  await without.close();
});
