/** What the hypervisor of a node has noticed itself. */
import type { Driver } from '../drivers/driver.ts';
import type { SignalSource } from './signal-source.ts';
import { SIGNALS_MS } from './watch-signals.ts';

/** Lists the sources of a driver: its I/O errors, where it notices them. */
export function driverSources({ ioErrors }: Pick<Driver, 'ioErrors'>): readonly SignalSource[] {
  if (ioErrors === undefined) return [];
  const read = async () => ({ ioErrors: ioErrors() });
  return [{ name: 'disks of VMs', everyMs: SIGNALS_MS, read }];
}
