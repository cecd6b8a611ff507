/** What nodes and VMs were measured to use, beside what they were promised. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

const perhaps = (schema: z.ZodNumber, what: string) =>
  schema.nullable().describe(`${what}; null without a recent measurement.`);

/** Absent in answers of earlier servers. */
const ofVm = (what: string) =>
  z.number().nullable().prefault(null).describe(`${what}; null for a node, and if not measured.`);

/** A measurement as answers carry it. */
export const Usage = z.looseObject({
  name: z.string().describe('Name of the VM or the node'),
  node: z.string().nullable().describe('Name of the node that measured the usage'),
  cpu_cores: perhaps(z.number(), 'Used cores. Unit: cores'),
  cpu_cores_allocated: z.number().describe('Allocated cores. Unit: cores.'),
  memory_gb: perhaps(z.number(), 'Used memory. Unit: GB'),
  memory_gb_allocated: z.number().describe('Allocated memory. Unit: GB.'),
  memory_available_gb: ofVm('Memory that the guest could still use. Unit: GB'),
  disk_read_bytes_per_s: ofVm('Read from all disks. Unit: bytes per second'),
  disk_write_bytes_per_s: ofVm('Written to all disks. Unit: bytes per second'),
  network_receive_bytes_per_s: ofVm('Received from all networks. Unit: bytes per second'),
  network_transmit_bytes_per_s: ofVm('Sent to all networks. Unit: bytes per second'),
  measured_at: Timestamp.nullable().describe('Time of the measurement'),
});
export type Usage = z.infer<typeof Usage>;
