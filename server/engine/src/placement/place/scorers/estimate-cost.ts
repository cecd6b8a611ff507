/** Estimates the cost of a VM on a node. */
import { roundTo } from '../../../round.ts';
import type { PlacementNode, VmRequest } from '../model/placement.ts';

const MIB_PER_GB = 1024;

/** Prices have fractions of a cent; sums of them should not have the noise of binary fractions. */
const DECIMALS = 6;

/** The part of a VM that costs something. */
export type PricedVm = Pick<VmRequest, 'cpuCores' | 'memoryMib' | 'diskGb' | 'spot'>;

/**
 * Estimates the cost of a VM on a node. @returns the price per hour; undefined where the node has
 * no price
 */
export function estimateCost(
  { cpuCores, memoryMib, diskGb, spot }: PricedVm,
  { prices }: Pick<PlacementNode, 'prices'>,
): number | undefined {
  if (prices === undefined) return undefined;
  const { cpuCore, memoryGb, diskGb: gbOfDisk, spotRatio } = prices;
  const full = cpuCores * cpuCore + (memoryMib / MIB_PER_GB) * memoryGb + diskGb * gbOfDisk;
  return roundTo(full * (spot === 'yes' ? spotRatio : 1), DECIMALS);
}
