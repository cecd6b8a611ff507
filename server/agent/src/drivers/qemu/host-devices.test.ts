/** Machines with devices of the host. This host has none to give, so what is refused is tested. */
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import type { Driver, StartOptions } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { idleSpec, TEST_HOST } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const GPU = { address: '0000:ff:1f.7', kind: 'gpu', model: '10de-20b5', group: 'none' } as const;

const scene = useQemuSite();
const { site, order } = scene;
let vmId: VmId;
let driver: Driver;

beforeEach(async () => {
  vmId = scene.vmId();
  driver = await site.open('node-01', { host: { ...TEST_HOST, devices: [GPU] } });
  await good(driver.create(order(1), idleSpec()));
});

const gpus = (count: number): StartOptions => ({ devices: [{ kind: 'gpu', count }] });

test('a node announces the devices that it gives to machines', () => {
  expect(driver.capabilities.passthrough).toBe('yes');
  expect(driver.devices).toEqual([{ kind: 'gpu', model: '10de-20b5', count: 1 }]);
});

test('a machine does not start without the devices that it asks for', async () => {
  expect(await bad(driver.start(order(2), gpus(2)))).toEqual({
    message:
      `This host does not have the devices of ${vmId} (2 gpu): bind them to vfio-pci, and start ` +
      'the agent again.',
    next: 'final',
  });
  expect(await bad(driver.start(order(2), gpus(1)))).toEqual({
    message:
      'The device 0000:ff:1f.7 cannot be given to a VM: /dev/vfio/none is not there. Bind every ' +
      'device of its IOMMU group to vfio-pci.',
    next: 'final',
  });
  expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped' }]);
});

test('a machine that was switched on with devices is not offered to another node', async () => {
  await bad(driver.start(order(2), gpus(1)));
  const bound = { message: `${vmId} has devices of this host: it does not migrate.` };
  expect(await bad(driver.offerMachine?.(vmId) ?? Promise.reject(new Error('none')))).toMatchObject(
    bound,
  );
  expect(await good(driver.start(order(3)))).toMatchObject({ status: 'running' });
  expect(
    await good(driver.offerMachine?.(vmId) ?? Promise.reject(new Error('none'))),
  ).toBeDefined();
});

test('a machine with devices of another host is not taken', async () => {
  await good(driver.start(order(2)));
  const offer = await good(driver.offerMachine?.(vmId) ?? Promise.reject(new Error('none')));
  const hardware = { ...offer.hardware, devices: [{ kind: 'gpu', count: 1 }] };
  const incoming = { spec: idleSpec(), volumes: [], offer: { ...offer, hardware } };
  const storageDir = join(site.directory, 'other-storage');
  const apart = await site.open('node-03', { storageDir });
  expect(await bad(apart.prepareIncoming(order(3), incoming))).toEqual({
    message: `${vmId} has devices of its host: it does not migrate.`,
    next: 'final',
  });
  await apart.close();
});
