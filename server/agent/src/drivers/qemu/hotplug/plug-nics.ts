/** Plugs network interfaces into a machine that runs, and unplugs its first one. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { finalTrouble } from '../files/trouble.ts';
import { DEVICE_IDS, furtherNicIds, portBus } from '../machine/build-command-line.ts';
import type { Hardware } from '../machine/hardware.ts';
import {
  connectFurther,
  connectNetwork,
  hardwareOf,
  keepHardware,
  machineOf,
  observe,
  type QemuAction,
} from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { hasDevice, removeDevice } from './devices.ts';

/**
 * Gives a machine another first interface, or none.
 * @param mac - its address; null: none
 */
export async function replaceNic(
  action: QemuAction,
  monitor: QmpClient,
  mac: string | null,
): Promise<void> {
  const { node, order } = action;
  const { nic, netdev } = DEVICE_IDS;
  if (await hasDevice(monitor, nic)) await removeDevice(action, monitor, nic);
  const hardware = mac === null ? null : { port: 0, mac };
  if (hardware === null) await removeBackend(monitor, netdev);
  else {
    const tap = await connectNetwork(node, order.vm_id);
    await plugNic(action, monitor, { nic, netdev, tap, hardware });
  }
  keepHardware(node, order.vm_id, { nic: hardware });
}

/** The further networks of a machine whose interfaces are not there, by their places from 0. */
export function missingFurther(before: MachineSpec, after: MachineSpec): readonly number[] {
  const found = (before.further_networks ?? []).map(({ network_id }) => network_id);
  return (after.further_networks ?? []).flatMap(({ network_id }, index) =>
    found.includes(network_id) ? [] : [index],
  );
}

/** Plugs a further interface in again that was unplugged, where it was. */
export async function plugFurther(
  action: QemuAction,
  monitor: QmpClient,
  index: number,
): Promise<void> {
  const { node, order } = action;
  const hardware = hardwareOf(node, order.vm_id).further_nics?.[index];
  if (hardware === undefined) {
    throw finalTrouble(`${order.vm_id} runs without this network interface: restart the VM.`);
  }
  const ids = furtherNicIds(index);
  // A command that is repeated finds it plugged in.
  if (await hasDevice(monitor, ids.nic)) return;
  const tap = (await connectFurther(node, order.vm_id))[index];
  await plugNic(action, monitor, { ...ids, tap, hardware });
}

/**
 * Plugs in again what was unplugged at the monitor, before a live migration: the target builds the
 * machine with all of its interfaces, and a guest would never notice those that it had lost.
 */
export async function plugMissing(action: QemuAction, monitor: QmpClient): Promise<void> {
  const { node, order } = action;
  const { spec } = machineOf(action);
  const now = await observe(node, order.vm_id);
  const { nic } = hardwareOf(node, order.vm_id);
  if (now.spec.network === null && nic !== null) await replaceNic(action, monitor, nic.mac);
  for (const index of missingFurther(now.spec, spec)) await plugFurther(action, monitor, index);
}

interface PluggedNic {
  readonly nic: string;
  readonly netdev: string;
  /** The host's end; undefined for one in user mode. */
  readonly tap: string | undefined;
  readonly hardware: NonNullable<Hardware['nic']>;
}

async function plugNic(
  { node }: QemuAction,
  monitor: QmpClient,
  { nic: id, netdev, tap, hardware: { mac, port } }: PluggedNic,
): Promise<void> {
  // Who unplugs a device at the monitor may leave its backend.
  await removeBackend(monitor, netdev);
  const restrict = node.guestNetwork === 'isolated';
  const backend =
    tap === undefined
      ? { type: 'user', restrict }
      : { type: 'tap', ifname: tap, script: 'no', downscript: 'no' };
  await monitor.execute('netdev_add', { ...backend, id: netdev });
  const device = { driver: 'virtio-net-pci', id, netdev, mac, bus: portBus(port), romfile: '' };
  try {
    await monitor.execute('device_add', device);
  } catch (cause) {
    await removeBackend(monitor, netdev);
    throw cause;
  }
}

async function removeBackend(monitor: QmpClient, id: string): Promise<void> {
  await monitor.execute('netdev_del', { id }).catch(() => undefined);
}
