import type { Scorer } from '../model/rule.ts';
import { fillRatioAfter } from '../resources/usage-after.ts';

/**
 * Prefers empty nodes: the share that stays free after the placement, mean of the dimensions.
 * Source of the idea: Kubernetes, NodeResourcesFit with the strategy LeastAllocated.
 */
export const scoreLeastAllocated: Scorer = {
  name: 'least-allocated',
  scope: 'load',
  kind: 'share',
  measure: (node, { vm }) => 1 - fillRatioAfter(node, vm),
};
