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
import type { FleetIndex } from './fleet-index.ts';
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
  const askPlace = askerOf(known, 'place');
  for (let place = 0; place < index.places.items.length; place += 1) {
    const sample = index.places.items[place]?.sample;
    if (caches.places.done[place] === 0 && sample !== undefined) {
      learn(caches.places, place, { sample, ask: askPlace });
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
  const { table } = index;
  const needed = index.classes.length + sieve.specials.size;
  if (index.scratch.places.length < needed) index.scratch = makeFittingRows(needed);
  const rows = index.scratch;
  const asking = makeAsking(index, sieve);
  for (const slot of sieve.specials) {
    const row = index.classOf[slot]?.at ?? 0;
    table.held[row] = (table.held[row] ?? 0) + 1;
  }
  const refusals = new Map<number, number>();
  const classes = siftClasses(index, { sieve, asking, refusals });
  let count = classes;
  const nodes: PlacementNode[] = [];
  for (const slot of sieve.specials) {
    const own = index.classOf[slot];
    const known = index.nodes[slot];
    if (own === undefined || known === undefined) continue;
    table.held[own.at] = 0;
    const domain = table.domains[own.at] ?? 0;
    const changed = fleet.changed.get(known.id);
    const marks = asking.maskPlace(own.place, domain) | asking.maskNode(known);
    const mask = marks | (changed ? asking.maskChanged(changed) : asking.maskLoad(own.load));
    if (mask !== 0) refusals.set(mask, (refusals.get(mask) ?? 0) + 1);
    else {
      const load = changed === undefined ? own.load : -1;
      writeRow(rows, { row: count, place: own.place, load, domain });
      nodes.push(changed ?? known);
      count += 1;
    }
  }
  return { fitting: { rows, count, classes, nodes }, refusals };
}

type Asking = ReturnType<typeof makeAsking>;

/**
 * Parts the classes. Of all a decision does this is most: it reads columns, and calls nothing for
 * what is remembered.
 * @returns how many can hold the VM
 */
function siftClasses(
  { scratch: rows, table, classes }: FleetIndex,
  known: {
    readonly sieve: Sieve;
    readonly asking: Asking;
    readonly refusals: Map<number, number>;
  },
): number {
  const { asking, refusals } = known;
  const { domainMasks } = asking;
  const { places, loads } = known.sieve;
  const { refused } = rows;
  refused.fill(0);
  const ordinary = asking.maskNode(NOBODY);
  let count = 0;
  for (let row = 0; row < classes.length; row += 1) {
    const members = (table.counts[row] ?? 0) - (table.held[row] ?? 0);
    if (members === 0) continue;
    const place = table.places[row] ?? 0;
    const load = table.loads[row] ?? 0;
    const domain = table.domains[row] ?? 0;
    const marks = ordinary | (places.masks[place] ?? 0) | (domainMasks[domain] ?? 0);
    const mask =
      marks | (loads.done[load] === 1 ? (loads.masks[load] ?? 0) : asking.maskLoad(load));
    if (mask === 0) {
      rows.places[count] = place;
      rows.loads[count] = load;
      rows.domains[count] = domain;
      rows.classes[count] = row;
      count += 1;
    } else if (mask > 0 && mask < refused.length) refused[mask] = (refused[mask] ?? 0) + members;
    else refusals.set(mask, (refusals.get(mask) ?? 0) + members);
  }
  for (let mask = 1; mask < refused.length; mask += 1) {
    const members = refused[mask] ?? 0;
    if (members > 0) refusals.set(mask, members);
  }
  return count;
}

/** The filters of each scope, for what is remembered and for what is not. */
function makeAsking(index: FleetIndex, sieve: Sieve) {
  const { places, loads } = sieve;
  const domainMasks = maskDomains(index, sieve);
  const askLoad = askerOf(sieve, 'load');
  return {
    domainMasks,
    maskNode: maskerOf(sieve, 'node'),
    maskChanged: askLoad.maskOf,
    maskPlace: (place: number, domain: number) =>
      (places.masks[place] ?? 0) | (domainMasks[domain] ?? 0),
    maskLoad: (load: number) => {
      if (loads.done[load] === 0) {
        learn(loads, load, { sample: index.loads.items[load] ?? NOBODY, ask: askLoad });
      }
      return loads.masks[load] ?? 0;
    },
  };
}

function maskDomains({ domains }: FleetIndex, sieve: Sieve): Int32Array {
  const masks = new Int32Array(domains.items.length);
  // Most questions ask nothing of a domain, and a large fleet has a thousand.
  if (!sieve.filters.some(({ scope }) => scope === 'domain')) return masks;
  const maskOf = maskerOf(sieve, 'domain');
  for (let domain = 0; domain < masks.length; domain += 1) {
    masks[domain] = maskOf(domains.items[domain] ?? NOBODY);
  }
  return masks;
}

function writeRow(
  rows: FittingRows,
  { row, place, load, domain }: Readonly<Record<'row' | 'place' | 'load' | 'domain', number>>,
): void {
  rows.places[row] = place;
  rows.loads[row] = load;
  rows.domains[row] = domain;
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
