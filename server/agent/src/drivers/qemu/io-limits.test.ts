/** I/O limits on real guests: what QEMU does of them, and what it says. */
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { MachineIoLimits } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { systemTimers } from '@novacron/runtime/timers';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { openQmpClient } from './qmp/open-qmp-client.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { idleSpec, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

/** Operations of the test, and the limit that it sets. Unit of the limit: operations a second. */
const WRITES = 60;
const LIMIT_IOPS = 20;
/**
 * Lower bound for limited writes: QEMU lets a tenth of a second's operations through at once; half
 * is far from that. Unit: ms.
 */
const LIMITED_MS_MIN = ((WRITES / LIMIT_IOPS) * 1_000) / 2;

const scene = useQemuSite();
const { site, ids, order } = scene;
let driver: Driver;
let vmId: VmId;
let guest: GuestConsole;

beforeEach(async () => {
  vmId = scene.vmId();
  guest = guestConsole(site.runDir('node-01'), vmId);
  driver = await site.open('node-01');
});

async function start(io_limits: MachineIoLimits): Promise<void> {
  await good(driver.create(order(1), smallSpec({ io_limits })));
  await good(driver.start(order(2)));
}

const limitsNow = async (): Promise<unknown> =>
  (await good(driver.inspect())).map(({ spec }) => spec.io_limits);

/** Returns the time that the guest takes to write uncached blocks. Unit: ms. */
async function writeBlocks(): Promise<number> {
  const begun = performance.now();
  const said = await guest.run(
    `dd if=/dev/zero of=/dev/vda bs=4096 count=${WRITES} oflag=direct 2>&1`,
  );
  expect(said).toContain(`${WRITES}+0 records out`);
  return performance.now() - begun;
}

/** Changes limits as an operator at the human monitor. */
async function atOperatorsMonitor(device: string, limits: object): Promise<void> {
  const path = join(site.runDir('node-01'), vmId, 'qmp-operator.sock');
  const operator = await openQmpClient({ path, timers: systemTimers });
  const none = { iops: 0, iops_rd: 0, iops_wr: 0, bps: 0, bps_rd: 0, bps_wr: 0 };
  const id = `/machine/peripheral/${device}/virtio-backend`;
  // A group of its own: the other disks keep theirs.
  await operator.execute('block_set_io_throttle', { ...none, id, group: 'other', ...limits });
  operator.close();
}

describe('limits of disks', () => {
  test('hold a guest that writes, and let it go when they are removed', async () => {
    await start({ disk_iops: LIMIT_IOPS });
    await guest.awaitBoots(1);
    const limitedMs = await writeBlocks();
    expect(limitedMs).toBeGreaterThan(LIMITED_MS_MIN);
    await good(driver.configure(order(3), { spec: smallSpec(), restart: 'forbidden' }));
    expect(await writeBlocks()).toBeLessThan(limitedMs);
  });

  test('changed at the monitor are reported, and put back by the next change', async () => {
    const limits = { disk_iops: 100, disk_mb_per_second: 10 };
    await start(limits);
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), volume));
    expect(await limitsNow()).toEqual([limits]);
    await atOperatorsMonitor('root', { iops_wr: 7 });
    expect(await limitsNow()).toEqual([{ disk_iops: 7 }]);
    const change = { spec: smallSpec({ io_limits: limits }), restart: 'forbidden' } as const;
    expect(await good(driver.configure(order(4), change))).toMatchObject({ effect: 'live' });
    expect(await limitsNow()).toEqual([limits]);
    await atOperatorsMonitor(volume.volume_id, {});
    expect(await limitsNow()).toEqual([undefined]);
    await good(driver.configure(order(5), change));
    expect(await limitsNow()).toEqual([limits]);
  });
});

test('limits of the network are refused where the host has no networks', async () => {
  expect(driver.capabilities).toMatchObject({ diskLimits: 'yes', networkLimits: 'no' });
  const limited = idleSpec({ io_limits: { network_out_mbps: 10 } });
  const refusal = {
    message: expect.stringContaining('network limits of'),
    next: 'final',
  };
  expect(await bad(driver.create(order(1), limited))).toMatchObject(refusal);
  await good(driver.create(order(1), idleSpec()));
  const change = { spec: limited, restart: 'allowed' } as const;
  expect(await bad(driver.configure(order(2), change))).toMatchObject(refusal);
});
