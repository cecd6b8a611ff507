/**
 * Finds rules of several VMs that no fleet could satisfy together, by following which VMs must be
 * near which. The rejections of nodes do not show them: each node fails one of the rules only.
 */
import type { AffinityTerm, PlacementRequest, TopologyLevel } from '../model/placement.ts';
import { selectsPeer } from '../peers/count-peers.ts';

/** Another VM with its rules. */
export interface VmWithRules {
  readonly request: PlacementRequest;
  /** Whether it has a place, or is only planned. */
  readonly presence: 'placed' | 'planned';
}

/**
 * Rules that cannot all be satisfied, in words. `clash`: VMs that have to be near each other and
 * apart; `circle`: each has to be near another one, so none can be the first; `missing`: a VM has
 * to be near one that does not exist.
 */
export interface ConflictingRules {
  readonly kind: 'clash' | 'circle' | 'missing';
  readonly rules: readonly string[];
}

/** A VM has to be near another one, by its own rule. */
interface Link {
  readonly from: string;
  readonly to: string;
  readonly level: TopologyLevel;
}

/** From near to far: VMs that share a node share its rack and its zone. */
const LEVELS: readonly TopologyLevel[] = ['node', 'rack', 'zone'];

/** A larger set would not help a reader to act. */
const RULES_MAX = 8;

/**
 * Finds the smallest set of rules that contradict each other, those of the VM among them.
 * @param others - VMs of the tenant with their rules; their names are unique
 * @returns undefined where none is found
 * @remarks Affinity is followed by name only: which VMs a group or a label will select later is
 * unknown. Anti-affinity counts for all VMs known now.
 */
export function findConflictingRules(
  request: PlacementRequest,
  others: readonly VmWithRules[],
): ConflictingRules | undefined {
  const name = request.vm.name;
  const known = new Map(others.map((each) => [each.request.vm.name, each]));
  known.set(name, { request, presence: 'planned' });
  const links = [...known.values()].flatMap((each) => linksOf(each.request));
  const clash = LEVELS.map((level) => findClash(name, known, linksWithin(links, level), level))
    .filter((rules) => rules !== undefined)
    .sort((left, right) => left.length - right.length)[0];
  if (clash !== undefined) return { kind: 'clash', rules: clash };
  return findWaiting(name, known, links);
}

function linksOf({ vm, constraints }: PlacementRequest): readonly Link[] {
  return (constraints.affinity ?? []).flatMap(({ rule, to, level, need }): Link[] =>
    rule === 'together' && need === 'required' && to.kind === 'vm'
      ? [{ from: vm.name, to: to.name, level }]
      : [],
  );
}

/** VMs linked by these share a place of the level. */
function linksWithin(links: readonly Link[], level: TopologyLevel): readonly Link[] {
  return links.filter((link) => LEVELS.indexOf(link.level) <= LEVELS.indexOf(level));
}

/**
 * Finds the shortest way between two VMs that must be apart; it has to lead through the VM itself.
 */
function findClash(
  name: string,
  known: ReadonlyMap<string, VmWithRules>,
  links: readonly Link[],
  level: TopologyLevel,
): readonly string[] | undefined {
  const ways = findWays(name, links);
  const members = [...ways.keys()].flatMap((each) => known.get(each)?.request ?? []);
  let smallest: readonly string[] | undefined;
  for (const [at, left] of members.entries()) {
    for (const right of members.slice(at + 1)) {
      const [there, back] = [ways.get(left.vm.name) ?? [], ways.get(right.vm.name) ?? []];
      // Both ways have the same beginning: these two VMs conflict without this VM.
      if (there[0] !== undefined && there[0] === back[0]) continue;
      const apart = whyApart(left, right, level);
      const rules = [...[...there, ...back].map(describeLink), ...apart];
      const size = smallest?.length ?? RULES_MAX + 1;
      if (apart.length > 0 && rules.length < size) smallest = rules;
    }
  }
  return smallest;
}

/** The links on the shortest way from a VM to each that it has to share a place with. */
function findWays(name: string, links: readonly Link[]): ReadonlyMap<string, readonly Link[]> {
  const ways = new Map<string, readonly Link[]>([[name, []]]);
  for (const [at, way] of ways) {
    for (const link of links) {
      if (link.from !== at && link.to !== at) continue;
      const next = link.from === at ? link.to : link.from;
      if (!ways.has(next)) ways.set(next, [...way, link]);
    }
  }
  return ways;
}

function whyApart(
  left: PlacementRequest,
  right: PlacementRequest,
  level: TopologyLevel,
): readonly string[] {
  const term = apartTerm(left, right, level);
  if (term !== undefined) return [describeApart(left, right, term)];
  const reverse = apartTerm(right, left, level);
  if (reverse !== undefined) return [describeApart(right, left, reverse)];
  for (const place of LEVELS.slice(LEVELS.indexOf(level))) {
    const [one, other] = [placeOf(left, place), placeOf(right, place)];
    if (one === undefined || other === undefined || one === other) continue;
    return [describePlace(left, place, one), describePlace(right, place, other)];
  }
  return [];
}

function apartTerm(
  { constraints }: PlacementRequest,
  { vm }: PlacementRequest,
  level: TopologyLevel,
): AffinityTerm | undefined {
  return constraints.affinity?.find(
    (term) =>
      term.rule === 'apart' &&
      term.need === 'required' &&
      LEVELS.indexOf(term.level) >= LEVELS.indexOf(level) &&
      selectsPeer(term.to, vm),
  );
}

/** The only place of a level that will do for a VM. */
function placeOf({ constraints }: PlacementRequest, level: TopologyLevel): string | undefined {
  const { node, nodeLabels, zone } = constraints;
  return { node, rack: nodeLabels?.rack, zone }[level];
}

/** Follows which VM a VM waits for: in a circle, or to one that does not exist. */
function findWaiting(
  name: string,
  known: ReadonlyMap<string, VmWithRules>,
  links: readonly Link[],
): ConflictingRules | undefined {
  const ways = new Map<string, readonly Link[]>([[name, []]]);
  for (const [at, way] of ways) {
    for (const link of links.filter(({ from }) => from === at)) {
      const rules = [...way, link].map(describeLink);
      if (link.to === name) return { kind: 'circle', rules };
      const next = known.get(link.to);
      if (next === undefined) {
        return { kind: 'missing', rules: [...rules, `there is no VM ${link.to}`] };
      }
      if (next.presence === 'planned' && !ways.has(link.to)) ways.set(link.to, [...way, link]);
    }
  }
  return undefined;
}

function describeLink({ from, to, level }: Link): string {
  return `${from} must share its ${level} with ${to}`;
}

function describeApart(
  { vm }: PlacementRequest,
  other: PlacementRequest,
  { level }: AffinityTerm,
): string {
  return `${vm.name} must not share its ${level} with ${other.vm.name}`;
}

function describePlace({ vm }: PlacementRequest, level: TopologyLevel, place: string): string {
  return `${vm.name} must be in ${level} ${place}`;
}
