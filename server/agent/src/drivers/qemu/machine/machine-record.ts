/** What the agent keeps of a machine beside QEMU: what QEMU cannot say. */
import { Machine } from '@novacron/contract/agent/agent';
import { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { z } from 'zod';

/**
 * The record of a machine. `phase`: whether its memory is here, will arrive or was sent away. The
 * specification is the one that was applied last; what QEMU can say is read from QEMU.
 */
export const MachineRecord = Machine.omit({ status: true, paused: true }).extend({
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
  stop_reason: StopReason.nullable().describe('null: it has not run yet, or it runs'),
});
export type MachineRecord = z.infer<typeof MachineRecord>;

/** A machine as the driver reports it, with what other drivers do not know. */
export interface QemuMachine extends Machine {
  readonly stop_reason: StopReason | null;
}
