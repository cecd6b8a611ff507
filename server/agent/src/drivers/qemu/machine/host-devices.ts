/** Devices of the host that machines get to themselves, and which machine gets which. */

import type { MachineDevices } from '@novacron/contract/agent/machine';
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { groupBy } from '@novacron/runtime/group-by';

/** A PCI device that is bound to vfio-pci. */
export interface HostDevice {
  /** Address on the bus, such as `0000:01:00.0`. */
  readonly address: string;
  /** Kind by its PCI class: `gpu`, `nic`, `nvme`, `accelerator`, `usb` or `pci`. */
  readonly kind: string;
  /** Vendor and device as hexadecimal numbers, such as `10de-20b5`. */
  readonly model: string;
  /** Number of its IOMMU group, which one machine has as a whole. */
  readonly group: string;
}

/** Kinds by the beginning of the PCI class, the longest one first. Source: pci.ids. */
const KINDS = [
  ['0108', 'nvme'],
  ['0c03', 'usb'],
  ['02', 'nic'],
  ['03', 'gpu'],
  ['12', 'accelerator'],
] as const;

/** The kind of a device. @param pciClass - as sysfs has it, such as `0x030200` */
export function kindOf(pciClass: string): string {
  const digits = pciClass.replace(/^0x/, '');
  return KINDS.find(([beginning]) => digits.startsWith(beginning))?.[1] ?? 'pci';
}

/** The devices as a node announces them: how many of each kind and model. */
export function deviceFacts(devices: readonly HostDevice[]): NonNullable<NodeFacts['devices']> {
  const groups = groupBy(devices, ({ kind, model }) => `${kind} ${model}`);
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined
      ? []
      : [{ kind: first.kind, model: first.model, count: alike.length }];
  });
}

/**
 * Chooses the devices of a machine: those of one request are of one model, of which there are
 * fewest left, as the placement of servers does.
 * @param taken - addresses of devices that other machines have
 * @returns undefined where the host cannot provide all of them
 */
export function chooseDevices(
  devices: readonly HostDevice[],
  taken: ReadonlySet<string>,
  wishes: readonly MachineDevices[],
): readonly HostDevice[] | undefined {
  const chosen: HostDevice[] = [];
  for (const { kind, model, count } of wishes) {
    const free = devices.filter(
      (each) =>
        each.kind === kind &&
        (model === undefined || each.model === model) &&
        !taken.has(each.address) &&
        !chosen.includes(each),
    );
    const [fewest] = [...groupBy(free, (each) => each.model).values()]
      .filter((alike) => alike.length >= count)
      .sort((left, right) => left.length - right.length);
    if (fewest === undefined) return undefined;
    chosen.push(...fewest.slice(0, count));
  }
  return chosen;
}
