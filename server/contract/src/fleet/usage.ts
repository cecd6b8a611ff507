/** Measured usage of nodes and VMs, next to their allocation. */
import { z } from 'zod';
import { Rightsizing } from '../kinds/vm/rightsizing.ts';
import { Timestamp } from '../schema/resource.ts';

const perhaps = (schema: z.ZodNumber, what: string) =>
  schema.nullable().describe(`${what}; null without a recent measurement.`);

const rate = (what: string) =>
  z.number().nullable().describe(`${what}; for a node, the sum of its VMs; null if not measured.`);

/** Usage of a node at an earlier time. */
const UsageReading = z.looseObject({
  at: Timestamp.describe('Time of the measurement'),
  cpu_cores: z.number().describe('Used cores. Unit: cores'),
  memory_gb: z.number().describe('Used memory. Unit: GB'),
});

/** A measurement as answers carry it. */
export const Usage = z.looseObject({
  name: z.string().describe('Name of the VM or the node'),
  node: z.string().nullable().describe('Name of the node that measured the usage'),
  cpu_cores: perhaps(z.number(), 'Used cores. Unit: cores'),
  cpu_cores_allocated: z.number().describe('Allocated cores. Unit: cores.'),
  memory_gb: perhaps(z.number(), 'Used memory. Unit: GB'),
  memory_gb_allocated: z.number().describe('Allocated memory. Unit: GB.'),
  memory_available_gb: z
    .number()
    .nullable()
    .describe(
      'Memory that the guest could still use. Unit: GB; null for a node, and if not measured.',
    ),
  disk_read_bytes_per_s: rate('Read from all disks. Unit: bytes per second'),
  disk_write_bytes_per_s: rate('Written to all disks. Unit: bytes per second'),
  network_receive_bytes_per_s: rate('Received from all networks. Unit: bytes per second'),
  network_transmit_bytes_per_s: rate('Sent to all networks. Unit: bytes per second'),
  rightsizing: Rightsizing.nullable().describe(
    'CPU and memory that are recommended by what the VM has used; null for a node',
  ),
  measured_at: Timestamp.nullable().describe('Time of the measurement'),
  history: z
    .array(UsageReading)
    .describe(
      'Earlier measurements of a node, every 15 minutes for 6 hours, oldest first; empty for a VM',
    ),
});
export type Usage = z.infer<typeof Usage>;
