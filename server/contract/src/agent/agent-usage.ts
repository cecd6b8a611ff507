/** Node usage, reported by agents to servers. */
import { z } from 'zod';
import { VmId } from '../ids.ts';

/** Machines of one report: more than any hypervisor runs. */
const MEASURED_MACHINES_MAX = 10_000;

const measured = {
  cpu_cores: z.number().min(0).describe('Used cores. Unit: cores.'),
  memory_mib: z.number().min(0).describe('Used memory. Unit: MiB.'),
};

const rate = (what: string) =>
  z.number().min(0).optional().describe(`${what}. Unit: bytes per second. Absent: not measured`);

/** Throughput of a machine's devices, averaged since the previous measurement. */
const rates = {
  disk_read_bytes_per_s: rate('Read from all disks'),
  disk_write_bytes_per_s: rate('Written to all disks'),
  network_receive_bytes_per_s: rate('Received by all network interfaces'),
  network_transmit_bytes_per_s: rate('Sent by all network interfaces'),
};

/** Measured usage of a machine. */
export const MachineUsage = z.looseObject({
  vm_id: VmId,
  ...measured,
  memory_available_mib: z
    .number()
    .min(0)
    .optional()
    .describe('Memory that the guest could still use. Unit: MiB. Absent: the guest does not say'),
  ...rates,
});
export type MachineUsage = z.infer<typeof MachineUsage>;

/** Measured usage of a node and its machines, published periodically. */
export const UsageReport = z.looseObject({
  ...measured,
  measured_at_ms: z.int().min(0),
  interval_ms: z.int().min(1).describe('Time until the next report'),
  machines: z.array(MachineUsage).max(MEASURED_MACHINES_MAX),
});
export type UsageReport = z.infer<typeof UsageReport>;
