/** Devices that an operator plugs into a real guest at the monitor, and a change unplugs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { bad, good } from '../driver-bench.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { atOperatorsMonitor } from './test-kit/operators-monitor.ts';
import { smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, vmId, order, open } = useQemuSite();

const MAC = '52:54:00:00:00:99';

test('what is plugged in by hand is reported, and a change unplugs it', async () => {
  const driver = await open('node-01');
  const spec = smallSpec();
  const guest = guestConsole(site.runDir('node-01'), vmId());
  await good(driver.create(order(1), spec));
  await good(driver.start(order(2)));
  await guest.awaitBoots(1);
  const at = (command: string, args: object) =>
    atOperatorsMonitor(join(site.runDir('node-01'), vmId()), command, args);
  const foreign = async () => (await good(driver.inspect()))[0]?.foreign_devices;
  expect(await foreign()).toBeUndefined();

  const file = join(site.directory, 'by-hand.raw');
  writeFileSync(file, Buffer.alloc(1_048_576));
  const disk = { driver: 'file', filename: file };
  await at('blockdev-add', { driver: 'raw', 'node-name': 'hand-node', file: disk });
  const blk = { driver: 'virtio-blk-pci', id: 'hand-disk', drive: 'hand-node', bus: 'port9' };
  await at('device_add', blk);
  await at('netdev_add', { type: 'user', id: 'hand-net', restrict: true });
  const nic = { driver: 'virtio-net-pci', netdev: 'hand-net', mac: MAC, romfile: '' };
  await at('device_add', { ...nic, bus: 'port10' });
  await at('device_add', { driver: 'virtio-rng-pci', id: 'hand-rng', bus: 'port11' });
  expect(await foreign()).toEqual([
    // Without an id, it is named by its place in QEMU.
    { kind: 'network-interface', name: expect.stringMatching(/^device\[\d+]$/), mac_address: MAC },
    { kind: 'disk', name: 'hand-disk', mac_address: null },
    { kind: 'device', name: 'hand-rng', mac_address: null },
  ]);
  await waitUntil('the interface and the disk in the guest', async () => {
    expect(await guest.run('cat /sys/class/net/*/address')).toContain(MAC);
    expect(await guest.run('ls /sys/block')).toContain('vdb');
    return true as const;
  });

  // A disk that is in use is not taken away for a migration that others have asked for.
  expect(await bad(driver.migrate(order(3), { toNode: 'node-02', size: spec }))).toEqual({
    message: expect.stringMatching(
      /has devices that NovaCron did not plug in [(].*hand-disk.*[)], and cannot migrate/,
    ),
    next: 'final',
  });
  await good(driver.pause(order(3)));
  const change = { spec, restart: 'forbidden' } as const;
  expect((await bad(driver.configure(order(4), change))).message).toContain('is paused');
  await good(driver.resume(order(4)));

  expect(await good(driver.configure(order(5), change))).toMatchObject({
    effect: 'live',
    machine: { spec, generation: 5 },
  });
  expect(await foreign()).toBeUndefined();
  await waitUntil('their end in the guest', async () => {
    expect(await guest.run('cat /sys/class/net/*/address')).not.toContain(MAC);
    expect(await guest.run('ls /sys/block')).not.toContain('vdb');
    return true as const;
  });
  // Nothing of them is left at QEMU either: the same names can be used again.
  await at('netdev_add', { type: 'user', id: 'hand-net', restrict: true });
  await at('blockdev-add', { driver: 'raw', 'node-name': 'hand-node', file: disk });
  expect(await good(driver.configure(order(6), change))).toMatchObject({ effect: 'none' });
});
