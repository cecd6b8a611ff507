import type { TopologyLevel } from '../model.ts';
import { countAt } from './count-peers.ts';
import type { Filter, Tally } from './model.ts';

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
