/** Unplugs what was plugged in at a monitor, and not by a command. */
import {
  ANONYMOUS_DEVICES,
  foreignAmong,
  type PluggedDevice,
  readText,
} from '../machine/foreign-devices.ts';
import { observeHardware } from '../machine/observe-machine.ts';
import { machineOf, type QemuAction } from '../machine/qemu-node.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';
import { awaitCondition, removeDevice } from './devices.ts';

/** Maximum attempts to remove a backend: QEMU refuses for a moment. */
const TRIES_MAX = 40;

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
  if (netdev !== undefined) {
    await removeBackend(action, () => monitor.execute('netdev_del', { id: netdev }));
  }
  if (drive !== undefined) {
    await removeBackend(action, () => monitor.execute('blockdev-del', { 'node-name': drive }));
  }
}

/** QEMU uses it for a moment after its device has gone. What something else uses stays. */
async function removeBackend(action: QemuAction, remove: () => Promise<unknown>): Promise<void> {
  let tries = 0;
  await awaitCondition(action, () => {
    tries += 1;
    return remove().then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof QmpError && cause.failure === 'refused') return tries >= TRIES_MAX;
        throw cause;
      },
    );
  });
}
