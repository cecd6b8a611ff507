/** Common traits of silent nodes. */
import { findCommonCauses } from '../../fence/rules/find-common-causes.ts';
import type { Judgement, ListenedNode } from '../model/detection.ts';

/** Time for which a returned node still counts among the silent nodes. Unit: ms. */
const RETURNED_MS = 30_000;

/**
 * Finds for each silent node whether it is silent with most of the fleet, its zone or its rack.
 * Nodes that have returned just now count as silent: when a network comes back, the last node of
 * it to be heard did not fail by itself.
 * @param silent - names of the nodes that are silent
 */
export function findScopes(
  nodes: readonly ListenedNode[],
  silent: ReadonlySet<string>,
  nowMs: number,
): (name: string) => Judgement['scope'] {
  if (silent.size === 0) return () => 'node';
  const causes = findCommonCauses(
    nodes.map(({ name, zone, rack, history: { returnedMs } }) => ({
      name,
      zone,
      rack,
      state: silent.has(name) ? 'silent' : 'answers',
      wasSilent: returnedMs !== null && nowMs - returnedMs < RETURNED_MS,
    })),
  );
  return (name) => {
    const cause = causes.find((each) => each.silent.includes(name));
    if (cause === undefined) return 'node';
    if (cause.rack !== null) return 'rack';
    return cause.zone === null ? 'fleet' : 'zone';
  };
}
