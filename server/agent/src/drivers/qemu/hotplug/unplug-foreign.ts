/** Unplugs what was plugged in at a monitor, and not by a command. */
import {
  ANONYMOUS_DEVICES,
  foreignAmong,
  type PluggedDevice,
  readText,
} from '../machine/foreign-devices.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import { machineOf, type QemuAction } from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { removeDevice } from './devices.ts';

/** Unplugs every such device, once its guest has released it, and removes its backend. */
export async function unplugForeign(action: QemuAction, monitor: QmpClient): Promise<void> {
  const { plugged } = await observeHardware(monitor);
  for (const device of foreignAmong(machineOf(action), plugged)) {
    await unplugOne(action, monitor, device);
  }
}

async function unplugOne(
  action: QemuAction,
  monitor: QmpClient,
  { name, path }: PluggedDevice,
): Promise<void> {
  const netdev = await readText(monitor, path, 'netdev');
  const drive = await readText(monitor, path, 'drive');
  await removeDevice(action, monitor, path.startsWith(ANONYMOUS_DEVICES) ? path : name);
  // A backend that something else uses stays.
  const ignore = () => undefined;
  if (netdev !== undefined) await monitor.execute('netdev_del', { id: netdev }).catch(ignore);
  if (drive !== undefined) {
    await monitor.execute('blockdev-del', { 'node-name': drive }).catch(ignore);
  }
}
