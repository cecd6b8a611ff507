import type { TopologyLevel } from '../model/placement.ts';
import type { Filter, Tally } from '../model/rule.ts';
import { countAt } from '../peers/count-peers.ts';

/**
 * Makes the filter of the VMs that want to be apart from this one: their rule holds whoever comes
 * second.
 */
export function makeUnwelcomeFilter(there: {
  readonly level: TopologyLevel;
  readonly tally: Tally;
}): Filter {
  const { level, tally } = there;
  return (node) => (countAt(tally, level, node) === 0 ? undefined : { reason: 'unwelcome', level });
}
