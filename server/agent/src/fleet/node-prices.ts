/** Prices of nodes in a fleet description: per node, or per class of nodes. */
import type { NodePrices } from '@novacron/contract/fleet/node-prices';
import { z } from 'zod';

const perHour = z.number('must be a number').min(0, 'must be at least 0');
const ratio = z.number('must be a number').min(0, 'must be at least 0').max(1, 'must be at most 1');

const Parts = z.strictObject({
  cpu_core: perHour.describe('Price of a core'),
  memory_gb: perHour.describe('Price of a GB of memory'),
  disk_gb: perHour.optional().describe('Price of a GB of disk. Default: 0'),
});

/** The fields about costs, of a node and of a class of nodes. */
export const PRICE_FIELDS = {
  price_per_hour: z
    .union([perHour, Parts], 'must be a number, or cpu_core, memory_gb and disk_gb')
    .optional()
    .describe(
      'Price of the whole node, half for its cores and half for its memory; or prices of ' +
        'its parts',
    ),
  spot_discount: ratio.optional().describe('Discount of spot VMs, 0 to 1. Default: 0'),
  spot_risk: ratio
    .optional()
    .describe('Probability that the node is withdrawn within an hour; above 0: a spot node'),
} as const;

/** A class of nodes. What a node says itself counts more. */
export const NodeClass = z.strictObject(PRICE_FIELDS);
export type NodeClass = z.infer<typeof NodeClass>;

/** A node with its class looked up. */
interface PricedNode extends NodeClass {
  readonly cpu_cores: number;
  readonly memory_gb: number;
}

/** The prices that the agent of a node announces; undefined where none are configured. */
export function pricesOf(node: PricedNode): NodePrices | undefined {
  const { price_per_hour: price, spot_discount = 0, spot_risk = 0 } = node;
  if (price === undefined) return spot_risk === 0 ? undefined : { ...FREE, spot_risk };
  const spot = { spot_ratio: 1 - spot_discount, spot_risk };
  if (typeof price !== 'number') return { ...price, disk_gb: price.disk_gb ?? 0, ...spot };
  const half = price / 2;
  return { cpu_core: half / node.cpu_cores, memory_gb: half / node.memory_gb, disk_gb: 0, ...spot };
}

const FREE = { cpu_core: 0, memory_gb: 0, disk_gb: 0, spot_ratio: 1 } as const;
