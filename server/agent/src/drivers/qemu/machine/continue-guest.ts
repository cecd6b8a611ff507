/** Lets a guest go on that is paused, waits for a full disk, or sleeps (ACPI S3). */
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import type { QmpClient, QmpCommandOptions } from '../qmp/open-qmp-client.ts';

/** Wakes the guest, which QEMU refuses of one that does not sleep, and has its CPUs run. */
export async function continueGuest(
  monitor: QmpClient,
  options: QmpCommandOptions = {},
): Promise<void> {
  await monitor.execute('system_wakeup', {}, options).catch(() => undefined);
  await monitor.execute('cont', {}, options);
}

/** QEMU repeats failed writes at once, and most storages answer within this time. Unit: ms. */
const REPEAT_MS = 1_000;

/** Lets a guest go on that an I/O error has stopped. @returns whether its writes succeed now */
export async function repeatWrites(
  monitor: QmpClient,
  { timers, signal }: { readonly timers: Timers; readonly signal: AbortSignal },
): Promise<boolean> {
  const failed = new AbortController();
  const leave = monitor.onEvent(({ name }) => {
    if (name === 'STOP') failed.abort();
  });
  try {
    await continueGuest(monitor, { signal });
    await wait({ timers, delayMs: REPEAT_MS, signals: [failed.signal, signal] });
    return !failed.signal.aborted;
  } finally {
    leave();
  }
}
