import type { StandbyChoice, StandbyNode, StandbyVm } from '../model/standby.ts';

/**
 * Ranks the nodes that may hold the standby of a VM: what fails together with its node is farther
 * from the front, which is its zone, then its rack.
 */
export function rankStandbyNodes(
  { home: name, reach }: Pick<StandbyVm, 'home' | 'reach'>,
  home: StandbyNode,
  nodes: readonly StandbyNode[],
): StandbyChoice['tiers'] {
  const able = nodes.filter(
    (node) => node.usable === 'yes' && node.name !== name && reach?.has(node.name) === true,
  );
  const isNear = ({ zone, rack }: StandbyNode) => zone === home.zone && rack === home.rack;
  const tiers = [
    able.filter(({ zone }) => zone !== home.zone),
    able.filter((node) => node.zone === home.zone && !isNear(node)),
    able.filter(isNear),
  ];
  return tiers.filter((tier) => tier.length > 0).map((tier) => tier.map((node) => node.name));
}
