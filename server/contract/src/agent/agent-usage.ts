/** What agents say to servers of the use of their nodes. */
import { z } from 'zod';
import { VmId } from '../ids.ts';

/** Machines of one report: more than any hypervisor runs. */
const MEASURED_MACHINES_MAX = 10_000;

const measured = {
  cpu_cores: z.number().min(0).describe('Used cores. Unit: cores.'),
  memory_mib: z.number().min(0).describe('Used memory. Unit: MiB.'),
};

/** What a machine was measured to use. */
export const MachineUsage = z.looseObject({ vm_id: VmId, ...measured });
export type MachineUsage = z.infer<typeof MachineUsage>;

/** What a node and its machines were measured to use, published from time to time. */
export const UsageReport = z.looseObject({
  ...measured,
  measured_at_ms: z.int().min(0),
  interval_ms: z.int().min(1).describe('Time until the next report'),
  machines: z.array(MachineUsage).max(MEASURED_MACHINES_MAX),
});
export type UsageReport = z.infer<typeof UsageReport>;
