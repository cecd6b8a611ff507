/** Placement by its definition, without any of the planner's parts: slow, short and obvious. */
import type {
  AffinityTerm,
  Peer,
  PeerSelector,
  PlacementInput,
  PlacementNode,
  PoolName,
  SpreadTerm,
  StrategyName,
  TopologyLevel,
} from '../src/placement/place/model/placement.ts';

/** Whether a node can hold the VM. */
export function fits(node: PlacementNode, input: PlacementInput): boolean {
  return isUsed(node, input) && hasRoom(node, input) && isWelcome(node, input);
}

/** Whether the request would use the node if it had room. */
function isUsed(node: PlacementNode, { constraints: c }: PlacementInput): boolean {
  const tolerated = (key: string, value: string) =>
    (c.tolerations ?? []).some((t) => t.key === key && (t.value ?? value) === value);
  return (
    node.status === 'ready' &&
    (c.node ?? node.name) === node.name &&
    !(c.excludeNodes ?? []).includes(node.name) &&
    (c.zone ?? node.zone) === node.zone &&
    (c.zones ?? [node.zone]).includes(node.zone) &&
    Object.entries(c.nodeLabels ?? {}).every(([key, value]) => node.labels?.[key] === value) &&
    !node.taints?.some((t) => t.effect === 'refuse' && !tolerated(t.key, t.value)) &&
    (c.jurisdictions === undefined || c.jurisdictions.includes(node.jurisdiction ?? 'none')) &&
    (node.spotRisk ?? 0) <= (c.spotRiskMax ?? 1)
  );
}

function reachesNetworks({ networks }: PlacementNode, { vm }: PlacementInput): boolean {
  return (vm.networks ?? []).every((each) => networks === undefined || networks.includes(each));
}

function hasRoom(node: PlacementNode, input: PlacementInput): boolean {
  const { vm, licences = [] } = input;
  const pool = (name: PoolName) => node.pools?.[name] ?? { capacity: 0, used: 0 };
  return (
    node.capacity.cpuCores - node.used.cpuCores >= vm.cpuCores &&
    node.capacity.memoryMib - node.used.memoryMib >= vm.memoryMib &&
    node.capacity.diskGb - node.used.diskGb >= vm.diskGb &&
    Object.entries(vm.pools ?? {}).every(
      ([name, asked = 0]) =>
        asked === 0 || pool(name as PoolName).used + asked <= pool(name as PoolName).capacity,
    ) &&
    hasDevices(node, input) &&
    hasCells(node, input) &&
    reachesNetworks(node, input) &&
    (vm.volumes ?? []).every(
      (v) =>
        v.need === 'preferred' ||
        (v.nodes === undefined ? (v.zone ?? node.zone) === node.zone : v.nodes.includes(node.name)),
    ) &&
    licences.every(
      (l) =>
        !vm.licences?.includes(l.name) ||
        (l.per === 'vm'
          ? l.used < l.limit
          : l.nodes.includes(node.name) || l.nodes.length < l.limit),
    )
  );
}

/** One ask, one group: what the tests use. */
function hasDevices(node: PlacementNode, { vm }: PlacementInput): boolean {
  return (vm.devices ?? []).every((request) =>
    (node.devices ?? []).some(
      (group) =>
        group.kind === request.kind &&
        (request.models ?? [group.model]).includes(group.model) &&
        group.freeMilli.filter((free) => free >= request.milli).length >= request.count,
    ),
  );
}

function hasCells(node: PlacementNode, { vm }: PlacementInput): boolean {
  if (node.numaCells === undefined || ((vm.numa ?? 'any') === 'any' && vm.pinning !== 'dedicated'))
    return true;
  const free = node.numaCells.map((cell) => ({
    cores: cell.cpuCores - cell.cpuCoresUsed,
    memory: cell.memoryMib - cell.memoryMibUsed,
  }));
  const sum = (key: 'cores' | 'memory') => free.reduce((total, each) => total + each[key], 0);
  return vm.numa === 'single'
    ? free.some((each) => each.cores >= vm.cpuCores && each.memory >= vm.memoryMib)
    : sum('cores') >= vm.cpuCores && sum('memory') >= vm.memoryMib;
}

function isWelcome(node: PlacementNode, input: PlacementInput): boolean {
  const { vm, constraints, peers } = input;
  return (
    (constraints.affinity ?? []).every(
      (term) => term.need === 'preferred' || holds(term, node, input),
    ) &&
    (constraints.spread ?? []).every(
      (term) => term.need === 'preferred' || isEven(term, node, input),
    ) &&
    peers.every((peer) =>
      (peer.apart ?? []).every(
        (term) => !selects(term.to, vm) || !near(peer, node, { input, level: term.level }),
      ),
    )
  );
}

function holds(term: AffinityTerm, node: PlacementNode, input: PlacementInput): boolean {
  const there = input.peers.filter((peer) => selects(term.to, peer) && homeOf(peer, input));
  const here = there.filter((peer) => near(peer, node, { input, level: term.level }));
  if (term.rule === 'apart') return here.length === 0;
  return here.length > 0 || (there.length === 0 && selects(term.to, input.vm));
}

function isEven(term: SpreadTerm, node: PlacementNode, input: PlacementInput): boolean {
  const count = (where: PlacementNode) => countNear(term.of, where, { input, level: term.level });
  const allowed = input.nodes.filter((each) => isUsed(each, input) && reachesNetworks(each, input));
  const least = allowed.length === 0 ? 0 : Math.min(...allowed.map(count));
  return count(node) + 1 - least <= term.maxSkew;
}

interface Where {
  readonly input: PlacementInput;
  readonly level: TopologyLevel;
}

function countNear(selector: PeerSelector, node: PlacementNode, where: Where): number {
  return where.input.peers.filter((peer) => selects(selector, peer) && near(peer, node, where))
    .length;
}

function selects(selector: PeerSelector, peer: Pick<Peer, 'labels' | 'name' | 'group'>): boolean {
  if (selector.kind === 'vm') return peer.name === selector.name;
  if (selector.kind === 'group') return peer.group === selector.group;
  const wanted = Object.entries(selector.labels);
  return wanted.length > 0 && wanted.every(([key, value]) => peer.labels[key] === value);
}

function homeOf(peer: Peer, input: PlacementInput): PlacementNode | undefined {
  return input.nodes.find((each) => each.id === peer.nodeId);
}

function near(peer: Peer, node: PlacementNode, { input, level }: Where): boolean {
  const home = homeOf(peer, input);
  if (home === undefined) return false;
  if (level === 'node') return home.id === node.id;
  return home.zone === node.zone && (level === 'zone' || home.rack === node.rack);
}

/** The score of a node, 0 to 1, four decimals. */
export function scoreNaively(node: PlacementNode, input: PlacementInput): number {
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  const candidates = input.nodes.filter((each) => fits(each, input));
  const { vm, constraints: c } = input;
  const ratios = [
    (node.used.cpuCores + vm.cpuCores) / node.capacity.cpuCores,
    (node.used.memoryMib + vm.memoryMib) / node.capacity.memoryMib,
    (node.used.diskGb + vm.diskGb) / node.capacity.diskGb,
  ];
  const mean = ((ratios[0] ?? 0) + (ratios[1] ?? 0) + (ratios[2] ?? 0)) / 3;
  const like = (isHere: (where: PlacementNode) => boolean) =>
    input.peers.filter((peer) => {
      const where = homeOf(peer, input);
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
  const costs = candidates.map((each) => each.costPerHour ?? 0);
  const span = Math.max(...costs) - Math.min(...costs);
  const cheap = round(span === 0 ? 1 : 1 - ((node.costPerHour ?? 0) - Math.min(...costs)) / span);
  const safe = round(1 - (node.spotRisk ?? 0));
  const busy = node.load
    ? Math.max(node.load.cpuRatio, node.load.memoryRatio)
    : node.used.cpuCores / node.capacity.cpuCores;
  const idle = round(1 - Math.min(1, busy));
  const oneCell = () => {
    const asked = (vm.numa ?? 'any') !== 'any' || vm.pinning === 'dedicated';
    const fit = asked ? hasCells(node, { ...input, vm: { ...vm, numa: 'single' } }) : true;
    return fit ? 1 : 0.5;
  };
  const balanced = [free * 0.3, even * 0.25, zone * 0.25, rack * 0.1, vms * 0.1];
  const scores: Partial<Record<StrategyName, () => number[]>> = {
    balanced: () => balanced,
    failover: () => balanced,
    pack: () => [full * 0.65, even * 0.25, zone * 0.05, rack * 0.05],
    spread: () => [zone * 0.45, rack * 0.25, vms * 0.15, free * 0.1, even * 0.05],
    cost: () => [cheap * 0.6, safe * 0.2, full * 0.1, even * 0.1],
    performance: () => [idle * 0.4, free * 0.3, even * 0.2, oneCell() * 0.1],
  };
  const wishes: number[] = [];
  if (c.preferNodeLabels) {
    const pairs = Object.entries(c.preferNodeLabels);
    wishes.push(pairs.filter(([key, value]) => node.labels?.[key] === value).length / pairs.length);
  }
  if (c.preferZones) wishes.push(Number(c.preferZones.includes(node.zone)));
  if (c.preferNodes) wishes.push(Number(c.preferNodes.includes(node.name)));
  if (vm.numa === 'prefer-single') wishes.push(oneCell());
  for (const { need, rule, to, level } of c.affinity ?? []) {
    if (need === 'required') continue;
    const count = (each: PlacementNode) => countNear(to, each, { input, level });
    wishes.push(rule === 'together' ? Number(count(node) > 0) : round(fewer(count)));
  }
  for (const { need, of, level } of c.spread ?? []) {
    if (need === 'required') continue;
    wishes.push(round(fewer((each) => countNear(of, each, { input, level }))));
  }
  const { strategy } = input;
  if (typeof strategy !== 'string') return Number.NaN;
  const own = scores[strategy]?.();
  if (own === undefined) return Number.NaN;
  const part = wishes.length === 0 ? 1 : 0.5;
  const mine = own.reduce((sum, each) => sum + each * part, 0);
  return round(wishes.reduce((sum, each) => sum + (each * 0.5) / wishes.length, mine));
}
