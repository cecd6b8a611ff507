/** Further network interfaces of real guests that are unplugged at the monitor, and come back. */
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { good } from '../driver-bench.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { atOperatorsMonitor } from './test-kit/operators-monitor.ts';
import { smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, vmId, order, open } = useQemuSite();

let driver: Driver;
let guest: GuestConsole;

beforeEach(async () => {
  guest = guestConsole(site.runDir('node-01'), vmId());
  driver = await open('node-01');
});

const networkOf = (number: number) => ({
  network_id: `net_${number}`,
  cidr: `10.0.${number}.0/24`,
  ip_address: `10.0.${number}.7`,
  mac_address: `52:54:00:00:00:0${number}`,
});

const spec = smallSpec({
  network: networkOf(1),
  further_networks: [networkOf(2), networkOf(3)],
});

const atMonitor = (command: string, args: object) =>
  atOperatorsMonitor(join(site.runDir('node-01'), vmId()), command, args);

const unplug = (id: string) => atMonitor('device_del', { id });

const connected = async (there = driver): Promise<readonly unknown[]> => {
  const [machine] = await good(there.inspect());
  const { network, further_networks: further = [] } = machine?.spec ?? { network: null };
  return [network, ...further].map((each) => each?.network_id ?? null);
};

const awaitConnected = (...wanted: readonly unknown[]): Promise<true> =>
  waitUntil(`the interfaces in ${wanted.join(', ')}`, async () => {
    expect(await connected()).toEqual(wanted);
    return true as const;
  });

/** The addresses that the guest sees, in their order. */
const awaitInGuest = (...numbers: readonly number[]): Promise<true> =>
  waitUntil(`${numbers.length} interfaces in the guest`, async () => {
    const found = (await guest.run('cat /sys/class/net/*/address')).split(/\s+/);
    const own = found.filter((mac) => mac.startsWith('52:54:')).sort();
    expect(own).toEqual(numbers.map((number) => networkOf(number).mac_address));
    return true as const;
  });

async function start(): Promise<void> {
  await good(driver.create(order(1), spec));
  await good(driver.start(order(2)));
  await guest.awaitBoots(1);
  await awaitInGuest(1, 2, 3);
}

describe('a further interface that is unplugged at the monitor', () => {
  test('is missing from what the node reports, and comes back while the guest runs', async () => {
    await start();
    const events: string[] = [];
    driver.subscribe(({ kind }) => events.push(kind));
    await unplug('nic1');
    await awaitInGuest(1, 3);
    await awaitConnected('net_1', 'net_3');
    await waitUntil('an event', async () => events.includes('changed') || undefined);
    // A new agent finds the same, with the backend that was left.
    await driver.close();
    driver = await open('node-01');
    expect(await connected()).toEqual(['net_1', 'net_3']);
    const { further_networks: _kept, ...sent } = spec;
    const change = { spec: sent, restart: 'forbidden' } as const;
    expect(await good(driver.configure(order(3), change))).toMatchObject({
      effect: 'live',
      machine: { spec },
    });
    await awaitInGuest(1, 2, 3);
    expect(await good(driver.configure(order(4), change))).toMatchObject({ effect: 'none' });
  });

  test('comes back as the first one does, with and without its backend', async () => {
    await start();
    for (const [nic, netdev] of [
      ['nic0', 'net0'],
      ['nic2', 'net2'],
    ] as const) {
      await unplug(nic);
      await waitUntil('its end', async () =>
        (await connected()).includes(nic === 'nic0' ? 'net_1' : 'net_3') ? undefined : true,
      );
      if (nic === 'nic2') await atMonitor('netdev_del', { id: netdev });
    }
    expect(await connected()).toEqual([null, 'net_2']);
    const change = { spec, restart: 'forbidden' } as const;
    expect(await good(driver.configure(order(3), change))).toMatchObject({ effect: 'live' });
    expect(await connected()).toEqual(['net_1', 'net_2', 'net_3']);
    await awaitInGuest(1, 2, 3);
  });

  test('is there until the guest has released it, and after the next start', async () => {
    await start();
    await good(driver.pause(order(3)));
    // A paused guest does not answer.
    await unplug('nic1');
    expect(await connected()).toEqual(['net_1', 'net_2', 'net_3']);
    await good(driver.resume(order(4)));
    await awaitConnected('net_1', 'net_3');
    await good(driver.stop(order(5), 'forced'));
    // What is switched off starts with all of them.
    expect(await connected()).toEqual(['net_1', 'net_2', 'net_3']);
    await good(driver.start(order(6)));
    expect(await connected()).toEqual(['net_1', 'net_2', 'net_3']);
  });

  test('is there again after a live migration', async () => {
    await start();
    await unplug('nic0');
    await unplug('nic1');
    await awaitConnected(null, 'net_3');
    const there = await open('node-02');
    const offer = await good(
      driver.offerMachine?.(vmId()) ?? Promise.reject(new Error('it offers nothing')),
    );
    await good(there.prepareIncoming(order(3), { spec, volumes: [], offer }));
    const target = await good(
      there.findTarget?.(vmId()) ?? Promise.reject(new Error('it has no target')),
    );
    const outgoing = { toNode: 'node-02', size: spec, release: 'yes', target } as const;
    await good(driver.migrate(order(3), outgoing));
    await good(there.activate(order(3), 'released'));
    expect(await connected(there)).toEqual(['net_1', 'net_2', 'net_3']);
    guest = guestConsole(site.runDir('node-02'), vmId());
    await awaitInGuest(1, 2, 3);
    await there.close();
  });
});
