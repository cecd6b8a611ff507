/** Placement by its definition, without any of the planner's parts: slow, short and obvious. */
import type { PlacementInput, PlacementNode } from '../src/placement/model.ts';

/** Whether a node can hold the VM. */
export function fits(node: PlacementNode, { vm, constraints }: PlacementInput): boolean {
  return (
    node.status === 'ready' &&
    (constraints.node ?? node.name) === node.name &&
    !(constraints.excludeNodes ?? []).includes(node.name) &&
    (constraints.zone ?? node.zone) === node.zone &&
    node.capacity.cpuCores - node.used.cpuCores >= vm.cpuCores &&
    node.capacity.memoryMib - node.used.memoryMib >= vm.memoryMib &&
    node.capacity.diskGb - node.used.diskGb >= vm.diskGb
  );
}

/** The score of a node, 0 to 1, four decimals. */
export function scoreNaively(node: PlacementNode, input: PlacementInput): number {
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  const candidates = input.nodes.filter((each) => fits(each, input));
  const { vm } = input;
  const ratios = [
    (node.used.cpuCores + vm.cpuCores) / node.capacity.cpuCores,
    (node.used.memoryMib + vm.memoryMib) / node.capacity.memoryMib,
    (node.used.diskGb + vm.diskGb) / node.capacity.diskGb,
  ];
  const mean = ((ratios[0] ?? 0) + (ratios[1] ?? 0) + (ratios[2] ?? 0)) / 3;
  const like = (isHere: (where: PlacementNode) => boolean) =>
    input.peers.filter((peer) => {
      const where = input.nodes.find((each) => each.id === peer.nodeId);
      return where !== undefined && isHere(where) && peer.labels.tier === vm.labels.tier;
    }).length;
  const fewer = (count: (each: PlacementNode) => number) => {
    const counts = candidates.map(count);
    const largest = Math.max(...counts);
    return largest === 0 ? 1 : 1 - (count(node) - Math.min(...counts)) / largest;
  };
  const zone = round(fewer((each) => like((where) => where.zone === each.zone)));
  const rack = round(
    fewer((each) => like((where) => where.zone === each.zone && where.rack === each.rack)),
  );
  const vms = round(fewer((each) => each.vmCount));
  const free = round(1 - mean);
  const full = round(mean);
  const even = round(1 - (Math.max(...ratios) - Math.min(...ratios)));
  switch (input.strategy) {
    case 'balanced':
      return round(free * 0.3 + even * 0.25 + zone * 0.25 + rack * 0.1 + vms * 0.1);
    case 'pack':
      return round(full * 0.65 + even * 0.25 + zone * 0.05 + rack * 0.05);
    case 'spread':
      return round(zone * 0.45 + rack * 0.25 + vms * 0.15 + free * 0.1 + even * 0.05);
  }
}
