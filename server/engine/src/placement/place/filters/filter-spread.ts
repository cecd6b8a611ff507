import type { CountedSpread, Filter } from '../model/rule.ts';
import { countAt } from '../peers/count-peers.ts';

/**
 * Makes the filter of one required spread term: with the VM in it, no place may exceed the emptiest
 * allowed one by more than the skew.
 * Source of the idea: Kubernetes, PodTopologySpread with DoNotSchedule.
 */
export function makeSpreadFilter({ term, tally, least }: CountedSpread): Filter {
  return (node) => {
    const found = countAt(tally, term.level, node);
    return found + 1 - least <= term.maxSkew ? undefined : { reason: 'spread', term, found, least };
  };
}
