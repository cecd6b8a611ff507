/** The agent's record of a machine: facts that QEMU cannot report. */

import { readdirSync } from 'node:fs';
import { Machine } from '@novacron/contract/agent/machine';
import { VmId } from '@novacron/contract/ids';
import { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { z } from 'zod';
import type { UnreadMachine } from '../../driver.ts';
import type { Places } from '../files/directories.ts';
import { readStored } from '../files/stored-json.ts';
import { finalTrouble, reasonOf } from '../files/trouble.ts';
import type { FurtherDisk } from '../qmp/record-io-errors.ts';
import { volumeNode } from './build-command-line.ts';
import { ProcessRecord } from './machine-process.ts';

/**
 * The record of a machine. `phase`: whether its memory is here, will arrive or was sent away. The
 * specification is the one that was applied last; what QEMU can say is read from QEMU.
 */
export const MachineRecord = Machine.omit({
  status: true,
  paused: true,
  foreign_devices: true,
}).extend({
  phase: z.enum(['here', 'incoming', 'migrated']),
  migrated_to: z.string().nullable(),
  released: z
    .literal('yes')
    .optional()
    .describe('Of a `migrated` machine: only its target runs it, whatever happens'),
  copied: z.array(z.string()).optional().describe('Disks that the target has copied'),
  arrives: z
    .object({ stop_reason: StopReason.nullable() })
    .optional()
    .describe('Of an `incoming` machine that is switched off and stays so'),
  numa_cell: z
    .int()
    .optional()
    .describe('Cell of the host that its process is bound to; absent: it is not bound'),
  host_devices: z
    .array(z.string())
    .optional()
    .describe('Addresses of the devices of the host that its process has; absent: none'),
  locks: z
    .literal('ignored')
    .optional()
    .describe('Its disks are opened without locks, for as long as another machine holds theirs'),
  stop_reason: StopReason.nullable().describe('null: it has not run yet, or it runs'),
});
export type MachineRecord = z.infer<typeof MachineRecord>;

/** A machine as the driver reports it, with what other drivers do not know. */
export interface QemuMachine extends Machine {
  readonly stop_reason: StopReason | null;
}

/** Reads them, and remembers which cannot be read. */
export class MachineRecords {
  readonly #places: Places;
  readonly #onDamaged: (damaged: UnreadMachine) => void;
  /** Reasons why records cannot be read. */
  readonly #reasons = new Map<VmId, string>();

  constructor(places: Places, onDamaged: (damaged: UnreadMachine) => void) {
    this.#places = places;
    this.#onDamaged = onDamaged;
  }

  /** Reads all. @returns those that can be read, and the ids of directories without one */
  readAll(): { readonly records: readonly MachineRecord[]; readonly rests: readonly VmId[] } {
    const records: MachineRecord[] = [];
    const rests: VmId[] = [];
    for (const name of readdirSync(this.#places.runDir)) {
      const vmId = VmId.safeParse(name).data;
      if (vmId === undefined) continue;
      const record = this.read(vmId);
      if (record === undefined) rests.push(vmId);
      else if (record !== 'damaged') records.push(record);
    }
    return { records, rests };
  }

  /** Reads one; undefined where there is none. */
  read(vmId: VmId): MachineRecord | 'damaged' | undefined {
    try {
      const record = readStored(this.#places.record(vmId), MachineRecord);
      this.#reasons.delete(vmId);
      return record;
    } catch (cause) {
      const lost = 'without it the agent does not know the machine, and keeps its process and disk';
      const reason = `${reasonOf(cause)}; ${lost}.`;
      const isNew = this.#reasons.get(vmId) !== reason;
      this.#reasons.set(vmId, reason);
      if (isNew) this.#onDamaged({ vm_id: vmId, reason });
      return 'damaged';
    }
  }

  /** Whether the record of a machine could not be read when it was read last. */
  isDamaged(vmId: VmId): boolean {
    return this.#reasons.has(vmId);
  }

  /** Throws a final trouble for such a machine. */
  requireReadable(vmId: VmId): void {
    const reason = this.#reasons.get(vmId);
    if (reason !== undefined) throw finalTrouble(reason);
  }

  /** All of them. */
  damaged(): readonly UnreadMachine[] {
    return [...this.#reasons].map(([vm_id, reason]) => ({ vm_id, reason }));
  }

  /** A record of a process that is damaged is as good as none: it is found without it. */
  readProcess(vmId: VmId): ProcessRecord | undefined {
    try {
      return readStored(this.#places.process(vmId), ProcessRecord);
    } catch {
      return undefined;
    }
  }
}

/** The disks of a machine besides its root disk. */
export function furtherDisks({ volumes }: MachineRecord): readonly FurtherDisk[] {
  return volumes.map(({ volume_id, pool }) => ({ node: volumeNode(volume_id), pool }));
}
