import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findHostDevices } from './find-host-devices.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-pci-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

interface Device {
  readonly pciClass?: string;
  readonly driver?: string;
  readonly group?: number;
}

/** A device as sysfs has it; the links lead nowhere, which no reader notices. */
function add(address: string, { pciClass = '0x030200', driver, group }: Device): void {
  const inside = join(directory, address);
  mkdirSync(inside);
  const texts = { class: pciClass, vendor: '0x10de', device: '0x20b5' };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(inside, name), `${text}\n`);
  if (driver !== undefined) symlinkSync(`../../bus/pci/drivers/${driver}`, join(inside, 'driver'));
  if (group !== undefined) {
    symlinkSync(`../../kernel/iommu_groups/${group}`, join(inside, 'iommu_group'));
  }
}

const addresses = () => findHostDevices(directory).map(({ address }) => address);

describe('devices of the host for machines', () => {
  test('are those bound to vfio-pci, in the order of their addresses', () => {
    add('0000:41:00.0', { driver: 'vfio-pci', group: 7, pciClass: '0x020000' });
    add('0000:01:00.0', { driver: 'vfio-pci', group: 12 });
    add('0000:02:00.0', { driver: 'nvidia', group: 13 });
    add('0000:03:00.0', { group: 14 });
    expect(findHostDevices(directory)).toEqual([
      { address: '0000:01:00.0', kind: 'gpu', model: '10de-20b5', group: '12' },
      { address: '0000:41:00.0', kind: 'nic', model: '10de-20b5', group: '7' },
    ]);
  });

  test('are one for each IOMMU group, with what belongs to it', () => {
    add('0000:00:01.0', { driver: 'pcieport', group: 2, pciClass: '0x060400' });
    add('0000:01:00.0', { driver: 'vfio-pci', group: 2 });
    add('0000:01:00.1', { driver: 'vfio-pci', group: 2, pciClass: '0x040300' });
    add('0000:02:00.0', { driver: 'vfio-pci', group: 3 });
    add('0000:02:00.1', { group: 3, pciClass: '0x040300' });
    expect(addresses()).toEqual(['0000:01:00.0', '0000:02:00.0']);
  });

  test('are none whose group the host uses itself, and none without an IOMMU', () => {
    add('0000:01:00.0', { driver: 'vfio-pci', group: 2 });
    add('0000:01:00.1', { driver: 'snd_hda_intel', group: 2, pciClass: '0x040300' });
    add('0000:02:00.0', { driver: 'vfio-pci' });
    expect(addresses()).toEqual([]);
  });

  test('are none where there is no bus', () => {
    expect(findHostDevices(join(directory, 'no-bus'))).toEqual([]);
  });
});
