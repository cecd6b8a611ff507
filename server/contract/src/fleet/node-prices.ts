/** What the resources of nodes cost. */
import { z } from 'zod';

const perHour = z.number().min(0);

/** What the resources of a node cost for an hour each; NovaCron does not define the currency. */
export const NodePrices = z.looseObject({
  cpu_core: perHour.describe('A core'),
  memory_gb: perHour.describe('A GB of memory'),
  disk_gb: perHour.describe('A GB of disk'),
  spot_ratio: z.number().min(0).max(1).describe('What spot VMs pay of it, 0 to 1'),
  spot_risk: z
    .number()
    .min(0)
    .max(1)
    .describe('How likely the node is to be taken away within the hour, 0 to 1; above 0: spot'),
});
export type NodePrices = z.infer<typeof NodePrices>;
