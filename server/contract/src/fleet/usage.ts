/** What nodes and VMs were measured to use, beside what they were promised. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

const perhaps = (schema: z.ZodNumber, what: string) =>
  schema.nullable().describe(`${what}; null where nothing was measured lately.`);

/** A measurement as answers carry it. */
export const Usage = z.looseObject({
  name: z.string().describe('Name of the VM or the node'),
  node: z.string().nullable().describe('Name of the node that measured it'),
  cpu_cores: perhaps(z.number(), 'Cores at work. Unit: cores'),
  cpu_cores_allocated: z.number().describe('Cores that were promised. Unit: cores.'),
  memory_gb: perhaps(z.number(), 'Memory that is touched. Unit: GB'),
  memory_gb_allocated: z.number().describe('Memory that was promised. Unit: GB.'),
  measured_at: Timestamp.nullable().describe('When it was measured'),
});
export type Usage = z.infer<typeof Usage>;
