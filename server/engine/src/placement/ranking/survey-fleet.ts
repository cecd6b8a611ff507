/** Asks the filters about a whole fleet, block by block, and keeps who is left. */
import { assert } from '@novacron/contract/result';
import { filtersOf } from '../filters/select-filters.ts';
import type { Board } from '../index/block-scores.ts';
import { BLOCK_ROWS } from '../index/class-table.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import { type Ask, learn, maskRemembered, remembered } from '../index/rule-cache.ts';
import type { PlacementAsk, PlacementNode } from '../model/placement.ts';
import type {
  PlacementQuestion,
  RuleScope,
  ScopedFilter,
  ScoreView,
  WeightedScorer,
} from '../model/rule.ts';
import { countQuestion, countSpreads, viewQuestion } from '../request/count-request-peers.ts';
import { scorersOf } from '../scorers/strategies.ts';
import { type BoardAsks, openBoard, refreshBoard } from './block-score-index.ts';
import { leastAllowed } from './emptiest-domain.ts';
import { findSpecials } from './find-ungrouped-nodes.ts';
import { openCaches } from './open-rule-caches.ts';

/** A question with everything counted, and how its rules are asked. */
export interface PreparedQuestion {
  readonly question: PlacementQuestion;
  readonly view: ScoreView;
  readonly filters: readonly ScopedFilter[];
  readonly scorers: readonly WeightedScorer[];
  readonly caches: ReturnType<typeof openCaches>;
  readonly asks: BoardAsks;
}

/** Who can hold the VM, and why the others cannot. */
export interface Survey extends PreparedQuestion {
  readonly board: Board;
  /** Blocks in which a node can hold it; the first `count` of the index's `scratch.blocks`. */
  readonly count: number;
  /** Those who can hold it of the nodes that are asked one by one. */
  readonly nodes: readonly PlacementNode[];
  /** Slots of all the nodes that are asked one by one. */
  readonly specials: ReadonlySet<number>;
  /** Nodes refused by the set of filters that refuse them, a bit each. */
  readonly refusals: ReadonlyMap<number, number>;
}

/** Nobody's node: what it is told is what every node is told that nothing names. */
export const NOBODY = { id: '', name: '', zone: '', rack: '' } as unknown as PlacementNode;

/** A filter is a bit of a number. */
const FILTERS_MAX = 31;

/** Counts what a question's rules have to know. */
export function prepareQuestion(fleet: FleetOverlay, ask: PlacementAsk): PreparedQuestion {
  const { index } = fleet;
  const counted = countQuestion(fleet, ask);
  const spreadTerms = ask.constraints.spread ?? [];
  const uneven = { ...counted, spreads: countSpreads(fleet, spreadTerms, () => 0) };
  const view = viewQuestion(fleet, uneven);
  const scorers = scorersOf(uneven);
  const caches = openCaches(index, uneven, scorers);
  const known = { view, scorers, question: uneven, filters: filtersOf(uneven) };
  const asks = { place: askerOf(known, 'place'), load: askerOf(known, 'load') };
  if (spreadTerms.length === 0) return { ...known, caches, asks };
  learnPlaces(index, caches, asks.place);
  const leastAt = leastAllowed(index, counted, caches.places.masks);
  const question = { ...counted, spreads: countSpreads(fleet, spreadTerms, leastAt) };
  return { view, scorers, question, filters: filtersOf(question), caches, asks };
}

/** Surveys the fleet for a question. */
export function surveyFleet(fleet: FleetOverlay, ask: PlacementAsk): Survey {
  const { index } = fleet;
  const prepared = prepareQuestion(fleet, ask);
  const { question, filters, scorers, caches, asks } = prepared;
  assert(filters.length <= FILTERS_MAX, 'the filters of a question fit into a number');
  const specials = findSpecials(fleet, question);
  const board = openBoard(index, caches, scorers);
  holdSpecials(index, board, specials);
  refreshBoard(index, board, asks);
  releaseSpecials(index, board, specials);
  const domainMasks = maskDomains(index, prepared);
  const ordinary = maskerOf(prepared, 'node')(NOBODY);
  const refusals = countRefusals(index, board, { domainMasks, ordinary });
  const nodes = siftSpecials(fleet, { prepared, specials, domainMasks, refusals });
  const count = ordinary === 0 ? listBlocks(index, board, domainMasks) : 0;
  return { ...prepared, board, count, nodes, specials, refusals };
}

function learnPlaces({ places }: FleetIndex, caches: PreparedQuestion['caches'], ask: Ask): void {
  for (let place = 0; place < places.items.length; place += 1) {
    const sample = places.items[place]?.sample;
    if (caches.places.done[place] === 0 && sample !== undefined) {
      learn(caches.places, place, { sample, ask });
    }
  }
}

/** Takes nodes out of their classes for a while; their blocks have to be read without them. */
function holdSpecials(
  { table, classOf }: FleetIndex,
  board: Board,
  specials: ReadonlySet<number>,
): void {
  for (const slot of specials) {
    const row = classOf[slot]?.at ?? 0;
    table.held[row] = (table.held[row] ?? 0) + 1;
    board.versions[Math.floor(row / BLOCK_ROWS)] = -1;
  }
}

function releaseSpecials(
  { table, classOf }: FleetIndex,
  board: Board,
  specials: ReadonlySet<number>,
): void {
  for (const slot of specials) {
    const row = classOf[slot]?.at ?? 0;
    table.held[row] = 0;
    board.versions[Math.floor(row / BLOCK_ROWS)] = -1;
  }
}

/** The blocks in which a node can hold the VM, into the index's scratch. @returns how many */
function listBlocks(
  { table, scratch }: FleetIndex,
  { fitting }: Board,
  domainMasks: Int32Array | undefined,
): number {
  if (scratch.blocks.length < table.blocks) {
    scratch.blocks = new Int32Array(table.domains.length);
    scratch.bounds = new Float64Array(table.domains.length);
  }
  const { blocks } = scratch;
  let count = 0;
  for (let block = 0; block < table.blocks; block += 1) {
    if (fitting[block] === 0) continue;
    if (domainMasks !== undefined && domainMasks[table.domains[block] ?? 0] !== 0) continue;
    blocks[count] = block;
    count += 1;
  }
  return count;
}

/** Counts who is refused; what holds for a whole domain, or for all, is added to each mask. */
function countRefusals(
  { table }: FleetIndex,
  board: Board,
  masks: { readonly domainMasks: Int32Array | undefined; readonly ordinary: number },
): Map<number, number> {
  const { domainMasks, ordinary } = masks;
  if (domainMasks === undefined && ordinary === 0) return new Map(board.refusals);
  const refusals = new Map<number, number>();
  const add = (mask: number, members: number) => {
    if (mask !== 0 && members > 0) refusals.set(mask, (refusals.get(mask) ?? 0) + members);
  };
  for (let block = 0; block < table.blocks; block += 1) {
    const mask = ordinary | (domainMasks?.[table.domains[block] ?? 0] ?? 0);
    add(mask, board.fitting[block] ?? 0);
    for (const [own, members] of board.refused[block] ?? []) add(own | mask, members);
  }
  return refusals;
}

/** Asks about the special nodes one by one. */
function siftSpecials(
  fleet: FleetOverlay,
  known: {
    readonly prepared: PreparedQuestion;
    readonly specials: ReadonlySet<number>;
    readonly domainMasks: Int32Array | undefined;
    readonly refusals: Map<number, number>;
  },
): readonly PlacementNode[] {
  const { index, changed } = fleet;
  const { prepared, specials, domainMasks, refusals } = known;
  if (specials.size === 0) return [];
  const { caches, asks } = prepared;
  const maskNode = maskerOf(prepared, 'node');
  const nodes: PlacementNode[] = [];
  for (const slot of specials) {
    const own = index.classOf[slot];
    const unchanged = index.nodes[slot];
    if (own === undefined || unchanged === undefined) continue;
    const now = changed.get(unchanged.id);
    const { domain = 0 } = index.places.items[own.place] ?? {};
    // An overlay changes what a node has left, and whether it is in service.
    const isMarkedAnew = now !== undefined && now.status !== unchanged.status;
    const marks = isMarkedAnew
      ? asks.place.maskOf(now)
      : maskRemembered(caches.places, own.place, { ask: asks.place, of: unchanged });
    const load =
      now === undefined
        ? maskRemembered(caches.loads, own.load, { ask: asks.load, of: unchanged })
        : asks.load.maskOf(now);
    const mask = marks | (domainMasks?.[domain] ?? 0) | maskNode(unchanged) | load;
    if (mask === 0) nodes.push(now ?? unchanged);
    else refusals.set(mask, (refusals.get(mask) ?? 0) + 1);
  }
  return nodes;
}

/** What is said of each domain; undefined where the question has no rule about domains. */
function maskDomains(
  { domains }: FleetIndex,
  { question, filters, ...prepared }: PreparedQuestion,
): Int32Array | undefined {
  const asked = filters.map((each) =>
    each.scope === 'domain' && each.concerns?.(question) === false
      ? { ...each, scope: 'place' as const }
      : each,
  );
  if (!asked.some(({ scope }) => scope === 'domain')) return undefined;
  const masks = new Int32Array(domains.items.length);
  const maskOf = maskerOf({ ...prepared, question, filters: asked }, 'domain');
  for (let domain = 0; domain < masks.length; domain += 1) {
    masks[domain] = maskOf(domains.items[domain] ?? NOBODY);
  }
  return masks;
}

/** The filters of a scope, as a function from a node to the set of those that refuse it. */
function maskerOf(
  { question, filters }: Pick<PreparedQuestion, 'question' | 'filters'>,
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
  known: Pick<PreparedQuestion, 'question' | 'filters' | 'scorers' | 'view'>,
  scope: RuleScope,
): Ask {
  const measures = known.scorers
    .filter(({ scorer }) => scorer.scope === scope)
    .map(
      ({ scorer }) =>
        (sample: PlacementNode) =>
          remembered(scorer, scorer.measure(sample, known.view)),
    );
  return { maskOf: maskerOf(known, scope), measures };
}
