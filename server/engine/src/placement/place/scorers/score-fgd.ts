import type { Scorer } from '../model/rule.ts';
import { WHOLE_DEVICE_MILLI } from '../resources/assign-devices.ts';
import { leastFragmenting } from './score-fragmentation.ts';

/** Number of distinct scores; coarse ones leave many ties. */
const STEPS = 100;

/**
 * Fragmentation as its authors' scheduler scores it: a sigmoid of what the VM defragments, in whole
 * hundredths. A baseline; `scoreFragmentation` sees finer differences.
 * Source: Weng et al. (USENIX ATC 2023), the plugin FGDScore of their simulator.
 */
export const scoreFgd: Scorer = {
  name: 'fgd',
  scope: 'load',
  kind: 'share',
  measure: (node, { vm, request }) => {
    const growth = leastFragmenting(node, vm, request?.workload ?? [])?.growth ?? 0;
    return Math.floor(STEPS / (1 + Math.exp(growth / WHOLE_DEVICE_MILLI))) / STEPS;
  },
};
