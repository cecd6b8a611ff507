/** Estimates the cost of a VM on a node. */
import { toAmount } from '@novacron/contract/cost/money';
import { planPrice } from '../../../cost/plan-price.ts';
import { planRate } from '../../../cost/plan-rate.ts';
import type { PlacementNode, VmRequest } from '../model/placement.ts';

/** The part of a VM that costs something. */
export type PricedVm = Pick<
  VmRequest,
  'cpuCores' | 'memoryMib' | 'diskGb' | 'spot' | 'tenantVms' | 'addressClasses'
>;

/**
 * Estimates the cost of a VM on a node. @returns the price per hour; undefined where the node has
 * no price, or that of its addresses is not known
 */
export function estimateCost(
  { cpuCores, memoryMib, diskGb, spot, tenantVms = 1, addressClasses = [] }: PricedVm,
  { prices, zone }: Pick<PlacementNode, 'prices' | 'zone'>,
): number | undefined {
  if (prices === undefined || addressClasses === 'unknown') return undefined;
  const { list, nodeClass } = prices;
  const amounts = { cpuCores, memoryMib, diskGb };
  const isSpot = spot === 'yes';
  const place = { nodeClass, zone, tenantVms, addressClasses };
  const price = planPrice(list, { kind: 'vm', amounts, spot: isSpot, ...place });
  const rate = planRate({ price, amounts, state: 'running' });
  return toAmount(rate) ?? undefined;
}
