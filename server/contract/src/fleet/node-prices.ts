/** Prices of node resources. */
import { z } from 'zod';

const perHour = z.number().min(0);

/** Hourly prices of a VM on a node, in the currency of the price list. */
export const NodePrices = z.looseObject({
  cpu_core: perHour.describe('Price of a core'),
  memory_gb: perHour.describe('Price of a GB of memory'),
  disk_gb: perHour.describe('Price of a GB of disk'),
  spot_ratio: z.number().min(0).max(1).describe('Share of the price that spot VMs pay, 0 to 1'),
  spot_risk: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Probability that the node is withdrawn within an hour, 0 to 1; above 0: a spot node',
    ),
});
export type NodePrices = z.infer<typeof NodePrices>;
