import type { TopologyLevel } from '../model/placement.ts';
import type { Filter, Tally } from '../model/rule.ts';
import { countAt } from '../peers/count-peers.ts';

/**
 * Makes the filter for the anti-affinity of placed VMs: their rule applies to VMs that come later,
 * too.
 */
export function makeAntiAffinityFilter(there: {
  readonly level: TopologyLevel;
  readonly tally: Tally;
}): Filter {
  const { level, tally } = there;
  return (node) => (countAt(tally, level, node) === 0 ? undefined : { reason: 'unwelcome', level });
}
