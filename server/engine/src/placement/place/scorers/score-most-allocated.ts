import type { Scorer } from '../model/rule.ts';
import { fillRatioAfter } from '../resources/usage-after.ts';

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
