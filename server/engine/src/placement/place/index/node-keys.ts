/** Keys of nodes that are equal to every rule. */
import type { PlacementNode } from '../model/placement.ts';

/**
 * Returns the place key: nodes with the same key have the same markings and are in the same rack of
 * the same zone.
 */
export function placeKeyOf(node: PlacementNode): string {
  const { zone, rack, status, labels, taints, networks, features, jurisdiction } = node;
  const { controlPlane, costPerHour, prices, spotRisk, suspected } = node;
  const costs = prices === undefined ? costPerHour : [prices.list.id, prices.nodeClass];
  const marks =
    labels === undefined && taints === undefined && networks === undefined
      ? ''
      : JSON.stringify([Object.entries(labels ?? {}).sort(), taints ?? [], networks ?? null]);
  const placed = [
    zone,
    rack,
    status,
    controlPlane,
    suspected,
    jurisdiction,
    costs,
    spotRisk,
    features,
  ];
  return JSON.stringify(placed) + marks;
}

/** Returns the load key: nodes with the same key have the same capacity and the same use. */
export function loadKeyOf(node: PlacementNode): string {
  const { capacity, used, vmCount, pools, devices, numaCells, load } = node;
  const most = `${capacity.cpuCores},${capacity.memoryMib},${capacity.diskGb}`;
  const measured = load === undefined ? '' : `,${load.cpuRatio},${load.memoryRatio}`;
  const amounts = `${most},${used.cpuCores},${used.memoryMib},${used.diskGb},${vmCount}${measured}`;
  return pools === undefined && devices === undefined && numaCells === undefined
    ? amounts
    : amounts + JSON.stringify([pools, devices?.map(sortedDevices), numaCells]);
}

/** Sorts equal devices of a node, because it makes no difference which is free. */
function sortedDevices({ kind, model, freeMilli }: NonNullable<PlacementNode['devices']>[number]) {
  return [kind, model, freeMilli.toSorted((left, right) => left - right)];
}
