import type { Scorer } from '../model/rule.ts';

/** Prefers nodes with few VMs of any tenant: the loss of a node takes fewer with it. */
export const scoreFewestVms: Scorer = {
  name: 'fewest-vms',
  scope: 'load',
  kind: 'count',
  measure: (node) => node.vmCount,
};
