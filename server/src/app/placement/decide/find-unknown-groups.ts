/** Finds the groups that rules of VMs name and that no VM belongs to. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Peer, PlacementRequest } from '@novacron/engine/placement/place/model/placement';

/**
 * Returns the names of such groups. Groups of the VMs themselves are never unknown.
 * @param asks - VMs that are placed together
 */
export function findUnknownGroups(
  asks: readonly PlacementRequest[],
  peers: readonly Peer[],
): readonly string[] {
  const known = new Set([...asks.map(({ vm }) => vm.group), ...peers.map(({ group }) => group)]);
  const named = asks.flatMap(({ constraints }) =>
    (constraints.affinity ?? []).flatMap(({ to }) => (to.kind === 'group' ? [to.group] : [])),
  );
  return [...new Set(named)].filter((group) => !known.has(group));
}

/** Words for the requester about each such group. */
export function describeUnknownGroups(groups: readonly string[]): string[] {
  return groups.map(
    (group) =>
      `The placement rules name the group ${group}, to which no VM belongs: VMs join a group by ` +
      'anti_affinity.',
  );
}

/** Adds the groups to a refusal that found no node: a misspelt name is its most likely cause. */
export function nameUnknownGroups(refused: Problem, groups: readonly string[]): Problem {
  if (refused.code !== 'no-capacity' || groups.length === 0) return refused;
  return {
    ...refused,
    detail: [refused.detail, ...describeUnknownGroups(groups)].join(' '),
    data: { ...refused.data, unknown_groups: [...groups] },
  };
}
