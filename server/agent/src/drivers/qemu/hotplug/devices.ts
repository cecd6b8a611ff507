/** Waits for guests to cooperate: devices are released and memory is taken by their drivers. */
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import { passingTrouble } from '../files/trouble.ts';
import { NAMED_DEVICES } from '../machine/foreign-devices.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';

/** Interval between queries to QEMU for states without an event. Unit: ms. */
const POLL_MS = 50;

/**
 * Interval between requests to a guest: a request is lost while the guest is still booting. Unit:
 * ms.
 */
const ASK_AGAIN_MS = 1_000;

const Children = z.array(z.looseObject({ name: z.string() }));

/** Waits for a condition. @returns whether it held before the guest's time was over */
export async function awaitCondition(
  { node, order }: QemuAction,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const { timers, guestMs } = node;
  const over = new AbortController();
  const cancel = timers.after(guestMs, () => over.abort());
  const signals = [over.signal, order.signal];
  try {
    while (!signals.some(({ aborted }) => aborted)) {
      if (await holds()) return true;
      await wait({ timers, delayMs: POLL_MS, signals });
    }
    return holds();
  } finally {
    cancel();
  }
}

/**
 * Whether a device is plugged in.
 * @param id - its id; of one without, its path
 */
export async function hasDevice(monitor: QmpClient, id: string): Promise<boolean> {
  const place = id.startsWith('/') ? id : `${NAMED_DEVICES}/${id}`;
  const end = place.lastIndexOf('/');
  const children = await monitor.execute('qom-list', { path: place.slice(0, end) });
  return Children.parse(children).some(({ name }) => name === place.slice(end + 1));
}

/**
 * Unplugs a device and waits until the guest has released it. A guest that does not leaves it
 * plugged in: that is a `retry` trouble.
 */
export async function removeDevice(
  action: QemuAction,
  monitor: QmpClient,
  id: string,
): Promise<void> {
  let asks = 0;
  const isGone = async (): Promise<boolean> => {
    if (!(await hasDevice(monitor, id))) return true;
    // A guest that boots does not notice: the request is repeated.
    if (asks % (ASK_AGAIN_MS / POLL_MS) === 0) {
      await monitor.execute('device_del', { id }).catch(() => undefined);
    }
    asks += 1;
    return false;
  };
  if (await awaitCondition(action, isGone)) return;
  throw passingTrouble(
    `The guest does not release ${id}: it is in use there, or the guest is still booting.`,
  );
}
