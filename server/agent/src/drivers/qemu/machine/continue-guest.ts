/** Lets a guest go on that is paused, waits for a full disk, or sleeps (ACPI S3). */
import type { QmpClient, QmpCommandOptions } from '../qmp/open-qmp-client.ts';

/** Wakes the guest, which QEMU refuses of one that does not sleep, and has its CPUs run. */
export async function continueGuest(
  monitor: QmpClient,
  options: QmpCommandOptions = {},
): Promise<void> {
  await monitor.execute('system_wakeup', {}, options).catch(() => undefined);
  await monitor.execute('cont', {}, options);
}
