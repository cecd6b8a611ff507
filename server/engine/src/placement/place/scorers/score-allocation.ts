/** Scorers by how full a node is. */
import type { Scorer } from '../model/rule.ts';
import { fillRatioAfter, usageAfter } from '../resources/usage-after.ts';

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

/**
 * Prefers full nodes, so that others stay empty: the share in use after the placement.
 * Source of the idea: best-fit bin packing; Kubernetes, NodeResourcesFit with MostAllocated.
 */
export const scoreMostAllocated: Scorer = {
  name: 'most-allocated',
  scope: 'load',
  kind: 'share',
  measure: (node, { vm }) => fillRatioAfter(node, vm),
};

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

/** Prefers nodes with few VMs of any tenant: the loss of a node takes fewer with it. */
export const scoreFewestVms: Scorer = {
  name: 'fewest-vms',
  scope: 'load',
  kind: 'count',
  measure: (node) => node.vmCount,
};
