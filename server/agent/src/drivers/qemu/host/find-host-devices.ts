/**
 * Finds the PCI devices that the host leaves to machines: those that an operator has bound to the
 * driver vfio-pci.
 * Source: Documentation/driver-api/vfio.rst of Linux.
 */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { groupBy } from '@novacron/runtime/group-by';
import { type HostDevice, kindOf } from '../machine/host-devices.ts';

/** Directory in which Linux describes PCI devices. */
const DIRECTORY = '/sys/bus/pci/devices';

/** The driver that leaves a device to machines. */
const VFIO = 'vfio-pci';

/** PCI class of bridges, which belong to the way to a device. */
const BRIDGE_CLASS = /^0x06/;

interface PciDevice {
  readonly address: string;
  readonly driver: string | undefined;
  readonly group: string | undefined;
  readonly pciClass: string;
  readonly model: string;
}

/**
 * Finds them, in the order of their addresses.
 * @param directory - another one in tests
 * @returns of each IOMMU group the first device, where the host uses no other of the group: a group
 * cannot be divided
 */
export function findHostDevices(directory = DIRECTORY): readonly HostDevice[] {
  const groups = groupBy(readDevices(directory), ({ group }) => group);
  return [...groups].flatMap(([group, all]) => {
    const inside = all.filter(({ pciClass }) => !BRIDGE_CLASS.test(pciClass));
    const [first] = inside;
    // The driver of a device that nothing uses, such as the sound of a graphics card, is none.
    const isLeft = inside.every(({ driver }) => driver === undefined || driver === VFIO);
    if (first?.driver !== VFIO || group === undefined || !isLeft) return [];
    const { address, model, pciClass } = first;
    return [{ address, kind: kindOf(pciClass), model, group }];
  });
}

function readDevices(directory: string): readonly PciDevice[] {
  return listNames(directory)
    .sort()
    .map((address) => {
      const inside = join(directory, address);
      const text = (name: string) => readFileSync(join(inside, name), 'utf8').trim();
      const number = (name: string) => text(name).replace(/^0x/, '');
      return {
        address,
        driver: targetOf(join(inside, 'driver')),
        group: targetOf(join(inside, 'iommu_group')),
        pciClass: text('class'),
        model: `${number('vendor')}-${number('device')}`,
      };
    });
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A host without the bus PCI.
    return [];
  }
}

/** The name of what a link leads to; undefined without the link. */
function targetOf(link: string): string | undefined {
  try {
    return basename(readlinkSync(link));
  } catch {
    return undefined;
  }
}
