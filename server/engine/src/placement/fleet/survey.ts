/** Asks the filters about a whole fleet, class by class, and keeps who is left. */
import { assert } from '@novacron/contract/result';
import { countQuestion, countSpreads, viewQuestion } from '../count-question.ts';
import type { PlacementAsk, PlacementNode } from '../model.ts';
import { filtersOf } from '../rules/filters-of.ts';
import type {
  PlacementQuestion,
  RuleScope,
  ScopedFilter,
  ScoreView,
  WeightedScorer,
} from '../rules/model.ts';
import { scorersOf } from '../strategies.ts';
import type { NodeClass } from './fleet-index.ts';
import { leastAllowed } from './least-allowed.ts';
import type { FleetOverlay } from './overlay.ts';
import { learn, openCache, type RuleCache } from './rule-cache.ts';
import { findSpecials } from './specials.ts';

/** Those who can hold the VM, a row each; a row is a special node or a class without them. */
export interface Fitting {
  readonly places: number[];
  /** -1 where the overlay has changed the node. */
  readonly loads: number[];
  /** The class; undefined where the row is a node. */
  readonly classes: (NodeClass | undefined)[];
  /** The node; of a class any one. */
  readonly samples: PlacementNode[];
}

/** Who can hold the VM, and why the others cannot. */
export interface Survey {
  readonly question: PlacementQuestion;
  readonly view: ScoreView;
  readonly filters: readonly ScopedFilter[];
  readonly scorers: readonly WeightedScorer[];
  readonly fitting: Fitting;
  /** Nodes refused by the set of filters that refuse them, a bit each. */
  readonly refusals: ReadonlyMap<number, number>;
  /** Slots of the nodes that are asked one by one. */
  readonly specials: ReadonlySet<number>;
  readonly places: RuleCache;
  readonly loads: RuleCache;
}

/** Nobody's node: what it is told is what every node is told that nothing names. */
const NOBODY = { id: '', name: '', zone: '', rack: '' } as unknown as PlacementNode;

/** A filter is a bit of a number. */
const FILTERS_MAX = 31;

/** Surveys the fleet for a question. */
export function surveyFleet(fleet: FleetOverlay, ask: PlacementAsk): Survey {
  const counted = countQuestion(fleet, ask);
  const spreadTerms = ask.constraints.spread ?? [];
  const spreads =
    spreadTerms.length === 0
      ? undefined
      : countSpreads(fleet, spreadTerms, leastAllowed(fleet, counted));
  const question: PlacementQuestion = { ...counted, spreads };
  const filters = filtersOf(question);
  assert(filters.length <= FILTERS_MAX, 'the filters of a question fit into a number');
  const view = viewQuestion(fleet, question);
  const scorers = scorersOf(question);
  const specials = findSpecials(fleet, question);
  const caches = openCaches(fleet, question, scorers);
  const found = sift({ fleet, question, filters, view, scorers, specials, ...caches });
  return { question, view, filters, scorers, specials, ...caches, ...found };
}

function openCaches(
  { index }: FleetOverlay,
  { vm, constraints, workload }: PlacementQuestion,
  scorers: readonly WeightedScorer[],
) {
  const { zone, zones, preferZones, nodeLabels, tolerations } = constraints;
  const names = scorers.map(({ scorer }) => scorer.name).join();
  const placeKey = JSON.stringify([
    ...[zone, zones, preferZones, nodeLabels, tolerations],
    ...[constraints.jurisdictions, constraints.spotRiskMax, vm.networks, names],
  ]);
  const { cpuCores, memoryMib, diskGb, pools, devices, numa, pinning } = vm;
  const isPlain =
    pools === undefined && devices === undefined && numa === undefined && pinning === undefined;
  const further = isPlain ? '' : JSON.stringify([pools, devices, numa, pinning]);
  const mix = names.includes('fragmentation') ? numberOf(index.workloads, workload ?? []) : '';
  const loadKey = `${cpuCores},${memoryMib},${diskGb},${names},${mix}${further}`;
  const columns = (scope: RuleScope) =>
    scorers.filter(({ scorer }) => scorer.scope === scope).length;
  return {
    places: openCache(index.placeCaches, placeKey, {
      size: index.places.items.length,
      columns: columns('place'),
    }),
    loads: openCache(index.loadCaches, loadKey, {
      size: index.loads.items.length,
      columns: columns('load'),
    }),
  };
}

function numberOf<T>(known: T[], wanted: T): number {
  const at = known.indexOf(wanted);
  return at === -1 ? known.push(wanted) - 1 : at;
}

interface Sieve extends Pick<Survey, 'question' | 'filters' | 'view' | 'scorers' | 'specials'> {
  readonly fleet: FleetOverlay;
  readonly places: RuleCache;
  readonly loads: RuleCache;
}

function sift(sieve: Sieve): Pick<Survey, 'fitting' | 'refusals'> {
  const { fleet, places, loads, specials } = sieve;
  const { index } = fleet;
  const fitting: Fitting = { places: [], loads: [], classes: [], samples: [] };
  const refusals = new Map<number, number>();
  const refuse = (mask: number, count: number) =>
    refusals.set(mask, (refusals.get(mask) ?? 0) + count);
  const maskIn = maskers(sieve);
  const domainMasks = index.domains.items.map(maskIn.domain);
  const askPlace = askerOf(sieve, 'place', maskIn.place);
  const askLoad = askerOf(sieve, 'load', maskIn.load);
  const ordinary = maskIn.node(NOBODY);

  const specialsIn = new Map<NodeClass, number>();
  for (const slot of specials) {
    const own = index.classOf[slot];
    if (own !== undefined) specialsIn.set(own, (specialsIn.get(own) ?? 0) + 1);
  }
  const maskOf = (place: number, load: number): number => {
    const { sample, domain } = index.places.items[place] ?? { sample: NOBODY, domain: 0 };
    if (places.done[place] === 0) learn(places, place, { sample, ask: askPlace });
    if (loads.done[load] === 0) {
      learn(loads, load, { sample: index.loads.items[load] ?? NOBODY, ask: askLoad });
    }
    const loadMask = load === -1 ? 0 : (loads.masks[load] ?? 0);
    return (places.masks[place] ?? 0) | (domainMasks[domain] ?? 0) | loadMask;
  };
  for (const each of index.classes) {
    const count = each.slots.length - (specials.size === 0 ? 0 : (specialsIn.get(each) ?? 0));
    if (count === 0) continue;
    const { place, load } = each;
    const mask = maskOf(place, load) | ordinary;
    if (mask !== 0) refuse(mask, count);
    else addRow(fitting, { place, load, sample: index.loads.items[load] ?? NOBODY, of: each });
  }
  for (const slot of specials) {
    const own = index.classOf[slot];
    const known = index.nodes[slot];
    if (own === undefined || known === undefined) continue;
    const changed = fleet.changed.get(known.id);
    const sample = changed ?? known;
    const load = changed === undefined ? own.load : -1;
    const changedMask = changed === undefined ? 0 : maskIn.load(changed);
    const mask = maskOf(own.place, load) | changedMask | maskIn.node(sample);
    if (mask !== 0) refuse(mask, 1);
    else addRow(fitting, { place: own.place, load, sample, of: undefined });
  }
  return { fitting, refusals };
}

function addRow(
  fitting: Fitting,
  row: {
    readonly place: number;
    readonly load: number;
    readonly sample: PlacementNode;
    readonly of: NodeClass | undefined;
  },
): void {
  fitting.places.push(row.place);
  fitting.loads.push(row.load);
  fitting.samples.push(row.sample);
  fitting.classes.push(row.of);
}

/** The filters of each scope, as functions from a node to the set of those that refuse it. */
function maskers({ question, filters }: Sieve) {
  const of = (scope: RuleScope) => {
    const mine = filters.flatMap((filter, at) =>
      filter.scope === scope ? [{ refuse: filter.refuse, bit: 2 ** at }] : [],
    );
    return (node: PlacementNode): number => {
      let mask = 0;
      for (const { refuse, bit } of mine) if (refuse(node, question) !== undefined) mask |= bit;
      return mask;
    };
  };
  return { place: of('place'), domain: of('domain'), load: of('load'), node: of('node') };
}

function askerOf(
  { scorers, view }: Sieve,
  scope: RuleScope,
  maskOf: (sample: PlacementNode) => number,
) {
  const measures = scorers
    .filter(({ scorer }) => scorer.scope === scope)
    .map(
      ({ scorer }) =>
        (sample: PlacementNode) =>
          scorer.measure(sample, view),
    );
  return { maskOf, measures };
}
