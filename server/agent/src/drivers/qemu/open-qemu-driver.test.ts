import { join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import type { Driver } from '../driver.ts';
import type { DriverUnderTest, PluggedInterface } from '../driver-bench.ts';
import { describeDriver } from '../driver-suite.ts';
import { atOperatorsMonitor } from './test-kit/operators-monitor.ts';
import { idleSpec, makeQemuSite, type QemuSite, smallSpec } from './test-kit/qemu-bench.ts';

/** Sites by the driver of the first node, so that a second node can share its storage. */
const sites = new WeakMap<Driver, QemuSite>();

async function openForSuite(peer?: DriverUnderTest): Promise<DriverUnderTest> {
  const shared = peer && sites.get(peer.driver);
  const site = shared ?? makeQemuSite();
  const node = shared === undefined ? 'node-01' : 'node-02';
  const uploads = join(site.directory, 'images');
  const imageSources = { hosts: [], uploads };
  const driver = await site.open(node, { imageSources });
  const opened = {
    driver,
    node,
    uploads,
    spec: idleSpec(),
    guestSpec: smallSpec(),
    specTooBig: idleSpec({ cpu_cores: 5 }),
    reopen: async () => {
      await driver.close();
      return site.open(node, { imageSources });
    },
    plugInterface: async (vmId: VmId, { name, mac_address }: PluggedInterface) => {
      const at = (command: string, args: object) =>
        atOperatorsMonitor(join(site.runDir(node), vmId), command, args);
      await at('netdev_add', { type: 'user', id: `${name}-net`, restrict: true });
      const device = { driver: 'virtio-net-pci', id: name, netdev: `${name}-net` };
      await at('device_add', { ...device, mac: mac_address, bus: 'port9', romfile: '' });
    },
    dispose: async () => {
      await driver.close();
      site.remove();
    },
  };
  sites.set(driver, site);
  return opened;
}

describeDriver('QEMU', openForSuite);
