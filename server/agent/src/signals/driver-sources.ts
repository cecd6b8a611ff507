/** Signals that a node's hypervisor reports. */
import type { Driver } from '../drivers/driver.ts';
import type { SignalSource } from './signal-source.ts';
import { SIGNALS_MS } from './watch-signals.ts';

/** Lists the sources of a driver: its I/O errors and its storages, where it notices them. */
export function driverSources({
  ioErrors,
  storagesAway,
  storageRoom,
}: Pick<Driver, 'ioErrors' | 'storagesAway' | 'storageRoom'>): readonly SignalSource[] {
  const sources: SignalSource[] = [];
  const add = (name: string, read: SignalSource['read']): void => {
    sources.push({ name, everyMs: SIGNALS_MS, read });
  };
  if (ioErrors !== undefined) add('disks of VMs', async () => ({ ioErrors: ioErrors() }));
  if (storagesAway !== undefined) {
    add('storages', async () => ({
      storagesAway: await storagesAway(),
      // What the look at them has found.
      ...(storageRoom === undefined ? {} : { storageRoom: storageRoom() }),
    }));
  }
  return sources;
}
