/** The real capacity of a node: what does not fit is refused, whatever was promised elsewhere. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { DriverProblem } from './driver.ts';

/** Cores, memory and root disks. Volumes live in storage pools, not on the node. */
export interface Amounts {
  readonly cpu_cores: number;
  readonly memory_mib: number;
  readonly disk_gb: number;
}

/** Capacity of a node, and the amounts that its machines use. */
export interface Room {
  readonly capacity: Amounts;
  readonly held: Amounts;
}

/**
 * Returns the total amounts that machines use. A stopped machine uses its disk: whether it can
 * start again is up to the server, which reassigns its share when it preempts the VM.
 */
export function sumOf(
  machines: readonly { readonly status: string; readonly spec: MachineSpec }[],
): Amounts {
  const held = { cpu_cores: 0, memory_mib: 0, disk_gb: 0 };
  for (const { status, spec } of machines) {
    for (const { key } of KINDS)
      if (status !== 'stopped' || key === 'disk_gb') held[key] += spec[key];
  }
  return held;
}

/** The node as a stopped machine sees it: only disk space counts. */
export function capacityWhileStopped({ capacity, held }: Room): Room {
  return { capacity, held: { cpu_cores: 0, memory_mib: 0, disk_gb: held.disk_gb } };
}

const KINDS = [
  { key: 'cpu_cores', words: 'cores' },
  { key: 'memory_mib', words: 'MiB of memory' },
  { key: 'disk_gb', words: 'GB of disk' },
] as const;

/**
 * Explains why a machine does not fit; undefined if it does. Resources of other machines may become
 * free, so a retry is worthwhile; resources that the node lacks may not.
 */
export function explainMissingCapacity(room: Room, wanted: Amounts): DriverProblem | undefined {
  for (const { key, words } of KINDS) {
    const ask = wanted[key];
    if (ask <= 0) return { message: `A machine needs more than ${ask} ${words}.`, next: 'final' };
    const [has, held] = [room.capacity[key], room.held[key]];
    if (held + ask > has) {
      const message = `${ask} ${words} do not fit: the node has ${has} and ${held} are taken.`;
      return { message, next: ask > has ? 'final' : 'retry' };
    }
  }
  return undefined;
}
