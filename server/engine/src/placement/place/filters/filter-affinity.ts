import type { PlacementNode } from '../model/placement.ts';
import type { CountedAffinity, Filter, Rejection } from '../model/rule.ts';
import { countAt } from '../peers/count-peers.ts';

/**
 * Makes the filter of one required affinity term.
 * @remarks `together`: while none of the selected VMs is placed, a VM that the term itself selects
 * may go anywhere; any other VM may go nowhere.
 * Source of the idea: Kubernetes, InterPodAffinity.
 */
export function makeAffinityFilter(counted: CountedAffinity): Filter {
  return (node) => refuseAffinity(node, counted);
}

function refuseAffinity(
  node: PlacementNode,
  { term, tally, selectsItself }: CountedAffinity,
): Rejection | undefined {
  const found = countAt(tally, term.level, node);
  if (term.rule === 'apart') {
    return found === 0 ? undefined : { reason: 'anti-affinity', term, found };
  }
  const isFirst = tally.total === 0 && selectsItself === 'yes';
  return found > 0 || isFirst ? undefined : { reason: 'affinity', term, found };
}
