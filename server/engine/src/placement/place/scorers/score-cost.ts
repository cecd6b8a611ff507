import type { Scorer } from '../model/rule.ts';
import { estimateCost } from './estimate-cost.ts';

/** Prefers nodes where the VM is cheap. A node without a price counts as free. */
export const scoreCost: Scorer = {
  name: 'cost',
  scope: 'place',
  kind: 'range',
  measure: (node, { vm: { cpuCores, memoryMib, diskGb, spot, tenantVms } }) => {
    // Addresses cost the same on every node.
    const cost =
      estimateCost({ cpuCores, memoryMib, diskGb, spot, tenantVms }, node) ?? node.costPerHour ?? 0;
    return Number.isFinite(cost) ? cost : 0;
  },
};
