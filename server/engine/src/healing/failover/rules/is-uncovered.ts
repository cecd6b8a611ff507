/** Decides for which unplaced VMs a write is refused. */
import type { WhyStranded } from '../model/failover.ts';

/** Whether a VM would have a place without a write, or with it elsewhere. */
export function isUncovered(why: WhyStranded | undefined): boolean {
  return why === 'room' || why === 'others';
}
