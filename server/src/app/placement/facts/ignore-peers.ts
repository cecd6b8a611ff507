/** Rules without the VMs of some nodes. */
import type { Peer } from '@novacron/engine/placement/place/model/placement';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { PlacementRules } from './placement-rules.ts';

/**
 * Leaves the VMs of some nodes out of rules. Those of dead nodes run nowhere: VMs that are to stay
 * together and were lost together would wait for each other for ever.
 */
export function ignorePeersOn(
  rules: PlacementRules,
  nodes: readonly Pick<NodeRow, 'id'>[],
): PlacementRules {
  if (nodes.length === 0) return rules;
  const ids = new Set<string>(nodes.map(({ id }) => id));
  const isElsewhere = ({ nodeId }: Peer): boolean => !ids.has(nodeId);
  return {
    ...rules,
    peers: rules.peers.filter(isElsewhere),
    readRanked: async () => {
      const { groups, view } = await rules.readRanked();
      const without = [...ids].sort().join();
      return {
        groups: groups.map((group) =>
          group.every(isElsewhere) ? group : group.filter(isElsewhere),
        ),
        view: `${view} without ${without}`,
      };
    },
  };
}
