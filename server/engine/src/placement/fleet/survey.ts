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
import { type FittingRows, makeFittingRows } from './class-table.ts';
import { leastAllowed } from './least-allowed.ts';
import { openCaches } from './open-caches.ts';
import type { FleetOverlay } from './overlay.ts';
import { learn, type RuleCache, remembered } from './rule-cache.ts';
import { findSpecials } from './specials.ts';

/** Those who can hold the VM. */
export interface Fitting {
  /** Only the first `count` rows count. */
  readonly rows: FittingRows;
  readonly count: number;
  /** How many rows are classes. */
  readonly classes: number;
  /** The special nodes, whose rows follow those of the classes. */
  readonly nodes: readonly PlacementNode[];
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
export const NOBODY = { id: '', name: '', zone: '', rack: '' } as unknown as PlacementNode;

/** A filter is a bit of a number. */
const FILTERS_MAX = 31;

type Sieve = Omit<Survey, 'fitting' | 'refusals'>;

/** Surveys the fleet for a question. */
export function surveyFleet(fleet: FleetOverlay, ask: PlacementAsk): Survey {
  const { index } = fleet;
  const counted = countQuestion(fleet, ask);
  const spreadTerms = ask.constraints.spread ?? [];
  const uneven = { ...counted, spreads: countSpreads(fleet, spreadTerms, () => 0) };
  const view = viewQuestion(fleet, uneven);
  const scorers = scorersOf(uneven);
  const caches = openCaches(index, uneven, scorers);
  const known = { question: uneven, filters: filtersOf(uneven), view, scorers, ...caches };
  for (const [place, { sample }] of index.places.items.entries()) {
    if (caches.places.done[place] === 0) {
      learn(caches.places, place, { sample, ask: askerOf(known, 'place') });
    }
  }
  const question =
    spreadTerms.length === 0
      ? uneven
      : {
          ...counted,
          spreads: countSpreads(
            fleet,
            spreadTerms,
            leastAllowed(index, counted, caches.places.masks),
          ),
        };
  const filters = filtersOf(question);
  assert(filters.length <= FILTERS_MAX, 'the filters of a question fit into a number');
  const specials = findSpecials(fleet, question);
  const sieve: Sieve = { question, view, filters, scorers, specials, ...caches };
  return { ...sieve, ...sift(fleet, sieve) };
}

/** Parts those who can hold the VM from those who cannot. */
function sift(fleet: FleetOverlay, sieve: Sieve): Pick<Survey, 'fitting' | 'refusals'> {
  const { index } = fleet;
  const { places, loads, specials } = sieve;
  const needed = index.classes.length + specials.size;
  if (index.scratch.places.length < needed) index.scratch = makeFittingRows(needed);
  const fitting = index.scratch;
  let count = 0;
  const refusals = new Map<number, number>();
  const refuse = (mask: number, nodesRefused: number) =>
    refusals.set(mask, (refusals.get(mask) ?? 0) + nodesRefused);
  const domainMasks = Int32Array.from(index.domains.items, maskerOf(sieve, 'domain'));
  const maskNode = maskerOf(sieve, 'node');
  const ordinary = maskNode(NOBODY);
  const askLoad = askerOf(sieve, 'load');
  const learnLoad = (load: number) =>
    learn(loads, load, { sample: index.loads.items[load] ?? NOBODY, ask: askLoad });
  const { table } = index;
  for (const slot of specials) {
    const row = index.classOf[slot]?.at ?? 0;
    table.held[row] = (table.held[row] ?? 0) + 1;
  }
  const rows = index.classes.length;
  const { done, masks } = loads;
  for (let row = 0; row < rows; row += 1) {
    const place = table.places[row] ?? 0;
    const load = table.loads[row] ?? 0;
    const domain = table.domains[row] ?? 0;
    const members = (table.counts[row] ?? 0) - (table.held[row] ?? 0);
    if (members === 0) continue;
    if (done[load] === 0) learnLoad(load);
    const mask =
      ordinary | (places.masks[place] ?? 0) | (domainMasks[domain] ?? 0) | (masks[load] ?? 0);
    if (mask !== 0) refuse(mask, members);
    else {
      fitting.places[count] = place;
      fitting.loads[count] = load;
      fitting.domains[count] = domain;
      fitting.classes[count] = row;
      count += 1;
    }
  }
  const classes = count;
  const nodes: PlacementNode[] = [];
  const maskLoad = maskerOf(sieve, 'load');
  for (const slot of specials) {
    const own = index.classOf[slot];
    const node = index.nodes[slot];
    if (own === undefined || node === undefined) continue;
    table.held[own.at] = 0;
    const domain = table.domains[own.at] ?? 0;
    const changed = fleet.changed.get(node.id);
    if (changed === undefined && done[own.load] === 0) learnLoad(own.load);
    const loadMask = changed === undefined ? (masks[own.load] ?? 0) : maskLoad(changed);
    const marks = (places.masks[own.place] ?? 0) | (domainMasks[domain] ?? 0);
    const mask = marks | loadMask | maskNode(node);
    if (mask !== 0) {
      refuse(mask, 1);
      continue;
    }
    fitting.places[count] = own.place;
    fitting.loads[count] = changed === undefined ? own.load : -1;
    fitting.domains[count] = domain;
    count += 1;
    nodes.push(changed ?? node);
  }
  return { fitting: { rows: fitting, count, classes, nodes }, refusals };
}

/** The filters of a scope, as a function from a node to the set of those that refuse it. */
function maskerOf(
  { question, filters }: Pick<Sieve, 'question' | 'filters'>,
  scope: RuleScope,
): (node: PlacementNode) => number {
  const mine = filters.flatMap(({ refuse, ...filter }, at) =>
    filter.scope === scope ? [{ refuse, bit: 2 ** at }] : [],
  );
  return (node) => {
    let mask = 0;
    for (const { refuse, bit } of mine) if (refuse(node, question) !== undefined) mask |= bit;
    return mask;
  };
}

function askerOf(
  known: Pick<Sieve, 'question' | 'filters' | 'scorers' | 'view'>,
  scope: RuleScope,
) {
  const measures = known.scorers
    .filter(({ scorer }) => scorer.scope === scope)
    .map(
      ({ scorer }) =>
        (sample: PlacementNode) =>
          remembered(scorer, scorer.measure(sample, known.view)),
    );
  return { maskOf: maskerOf(known, scope), measures };
}
