/** Health of a simulated host: taken from the description of the fleet. */
import type { SignalSource } from './signal-source.ts';

/** Unit: ms. */
const EVERY_MS = 60_000;

/** The source of a node. @param failingDisks - names of its disks that expect to fail */
export function simulatedSource(failingDisks: readonly string[]): SignalSource {
  const disks = failingDisks.map((device) => ({
    device,
    model: null,
    state: 'failing' as const,
    unreadableSectors: 0,
    warnings: [],
  }));
  return { name: 'smart', everyMs: EVERY_MS, read: async () => ({ disks }) };
}
