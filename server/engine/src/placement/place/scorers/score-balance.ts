import type { Scorer } from '../model/rule.ts';
import { usageAfter } from '../resources/usage-after.ts';

/**
 * Prefers nodes whose dimensions would fill evenly, so that none runs out while the others are
 * idle: 1 minus the distance between the fullest and the emptiest dimension after the placement.
 * Source of the idea: Kubernetes, NodeResourcesBalancedAllocation (there, a standard deviation).
 */
export const scoreBalance: Scorer = {
  name: 'balance',
  scope: 'load',
  kind: 'share',
  measure: (node, { vm }) => {
    const ratios = usageAfter(node, vm);
    return 1 - (Math.max(...ratios) - Math.min(...ratios));
  },
};
