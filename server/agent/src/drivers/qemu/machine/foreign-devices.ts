/** Devices that were plugged into a machine at a monitor, and not by a command. */
import { VolumeId } from '@novacron/contract/ids';
import {
  FOREIGN_DEVICES_MAX,
  type ForeignDevice,
} from '@novacron/contract/kinds/vm/foreign-device';
import { z } from 'zod';
import { byName } from '../../explain-foreign.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { DEVICE_IDS, furtherNicIds } from './build-command-line.ts';
import type { MachineRecord } from './machine-record.ts';

/** Containers in which QEMU lists devices with an id, and devices without. */
export const NAMED_DEVICES = '/machine/peripheral';
export const ANONYMOUS_DEVICES = '/machine/peripheral-anon';

const Properties = z.array(z.looseObject({ name: z.string(), type: z.string() }));

/** A device as QEMU lists it. */
export interface PluggedDevice {
  /** Its id; of one without, such as `device[4]`. */
  readonly name: string;
  /** Its path in QEMU's object model. */
  readonly path: string;
  /** QEMU's name of the device, such as `virtio-net-pci`. */
  readonly type: string;
}

/** The devices among the properties of a list of devices. */
export function devicesIn(path: string, properties: unknown): readonly PluggedDevice[] {
  return Properties.parse(properties).flatMap(({ name, type }) => {
    const device = /^child<(.+)>$/.exec(type)?.[1];
    return device === undefined ? [] : [{ name, path: `${path}/${name}`, type: device }];
  });
}

/** Devices that a machine always has, or has for its guest, without an id. */
const OWN_ANONYMOUS = ['pvpanic-pci', 'virtio-rng-pci', 'virtserialport', 'tpm-crb'];

const OWN_IDS: ReadonlySet<string> = new Set([...Object.values(DEVICE_IDS), 'serial0', 'seed-bus']);

/** Ports, devices of the host, and cores, which are compared as cores. */
const OWN_NUMBERED = /^(?:(?:host)?port|hostdev|cpu-)\d+$/;

/** Those that neither the command line nor a command has plugged in. Pure. */
export function foreignAmong(
  { spec }: Pick<MachineRecord, 'spec'>,
  plugged: readonly PluggedDevice[],
): readonly PluggedDevice[] {
  const further = (spec.further_networks ?? []).map((_network, index) => furtherNicIds(index).nic);
  return plugged.filter(({ name, path, type }) => {
    if (path.startsWith(`${ANONYMOUS_DEVICES}/`)) return !OWN_ANONYMOUS.includes(type);
    const isNumbered = OWN_NUMBERED.test(name) || further.includes(name);
    // Volumes are compared as volumes.
    const isOwn = OWN_IDS.has(name) || isNumbered || VolumeId.safeParse(name).success;
    return !isOwn && !type.endsWith('-cpu');
  });
}

/** Describes them, by their names. */
export async function describeForeign(
  monitor: QmpClient,
  devices: readonly PluggedDevice[],
): Promise<readonly ForeignDevice[]> {
  const described = devices.map(async (device): Promise<ForeignDevice> => {
    const { name, path, type } = device;
    const kind = kindOf(type);
    const mac = kind === 'network-interface' ? await readText(monitor, path, 'mac') : undefined;
    return { kind, name, mac_address: mac?.toLowerCase() ?? null };
  });
  return (await Promise.all(described)).sort(byName).slice(0, FOREIGN_DEVICES_MAX);
}

function kindOf(type: string): 'network-interface' | 'disk' | 'device' {
  if (/net|e1000|rtl8139|^igb|^ne2k|pcnet|tulip|i82\d+/.test(type)) return 'network-interface';
  return /blk|scsi-(?:hd|cd|block)|ide-(?:hd|cd)|usb-storage|^nvme/.test(type) ? 'disk' : 'device';
}

/** A property that is a text; undefined where the device has none, or is gone meanwhile. */
export async function readText(
  monitor: QmpClient,
  path: string,
  property: string,
): Promise<string | undefined> {
  const found = await monitor.execute('qom-get', { path, property }).catch(() => undefined);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
