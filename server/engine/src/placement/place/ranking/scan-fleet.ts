/** Evaluates the filters for a whole fleet, block by block, and returns the nodes that remain. */
import { assert } from '@novacron/contract/result';
import { selectFilters } from '../filters/select-filters.ts';
import type { BlockScoreIndex } from '../index/block-scores.ts';
import { BLOCK_ROWS } from '../index/class-table.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import { learn, maskRemembered, type RuleEvaluator, remembered } from '../index/rule-cache.ts';
import type { PlacementNode, PlacementRequest } from '../model/placement.ts';
import type {
  CountedRequest,
  RuleScope,
  ScopedFilter,
  ScoreView,
  WeightedScorer,
} from '../model/rule.ts';
import { countRequestPeers, countSpreads, toScoreView } from '../request/count-request-peers.ts';
import { selectScorers } from '../scorers/strategies.ts';
import { openBlockScores, type RuleEvaluators, refreshBlockScores } from './block-score-index.ts';
import { countEmptiestDomain } from './emptiest-domain.ts';
import { findUngroupedNodes } from './find-ungrouped-nodes.ts';
import { openRuleCaches } from './open-rule-caches.ts';

/** A request with its counts, its rules and their evaluators. */
export interface PreparedRequest {
  readonly countedRequest: CountedRequest;
  readonly view: ScoreView;
  readonly filters: readonly ScopedFilter[];
  readonly scorers: readonly WeightedScorer[];
  readonly caches: ReturnType<typeof openRuleCaches>;
  readonly evaluators: RuleEvaluators;
}

/** The nodes that can hold the VM, and why the others cannot. */
export interface FleetScan extends PreparedRequest {
  readonly blockScores: BlockScoreIndex;
  /** Blocks in which a node can hold it; the first `count` of the index's `scratch.blocks`. */
  readonly count: number;
  /** The ungrouped nodes that can hold it. */
  readonly nodes: readonly PlacementNode[];
  /** Slots of all ungrouped nodes: those that are evaluated one by one. */
  readonly ungrouped: ReadonlySet<number>;
  /** Counts of rejected nodes by the set of filters that reject them, a bit each. */
  readonly refusals: ReadonlyMap<number, number>;
}

/** A node that no rule names: what rules say of it is true of every node that nothing names. */
// Rules by name read only these fields.
export const UNNAMED_NODE = { id: '', name: '', zone: '', rack: '' } as unknown as PlacementNode;

/** A filter is a bit of a number. */
const FILTERS_MAX = 31;

/** Counts what the rules of a request need, and opens its caches. */
export function prepareRequest(fleet: FleetOverlay, request: PlacementRequest): PreparedRequest {
  const { index } = fleet;
  const withoutSpreads = countRequestPeers(fleet, request);
  const spreadTerms = request.constraints.spread ?? [];
  const uneven = { ...withoutSpreads, spreads: countSpreads(fleet, spreadTerms, () => 0) };
  const view = toScoreView(fleet, uneven);
  const scorers = selectScorers(uneven);
  const caches = openRuleCaches(index, uneven, scorers);
  const known = { view, scorers, countedRequest: uneven, filters: selectFilters(uneven) };
  const evaluators = { place: evaluatorOf(known, 'place'), load: evaluatorOf(known, 'load') };
  if (spreadTerms.length === 0) return { ...known, caches, evaluators };
  learnPlaces(index, caches, evaluators.place);
  const leastAt = countEmptiestDomain(index, withoutSpreads, caches.places.masks);
  const countedRequest = { ...withoutSpreads, spreads: countSpreads(fleet, spreadTerms, leastAt) };
  return {
    view,
    scorers,
    countedRequest,
    filters: selectFilters(countedRequest),
    caches,
    evaluators,
  };
}

/** Surveys the fleet for a request. */
export function scanFleet(fleet: FleetOverlay, request: PlacementRequest): FleetScan {
  const { index } = fleet;
  const prepared = prepareRequest(fleet, request);
  const { countedRequest, filters, scorers, caches, evaluators } = prepared;
  assert(filters.length <= FILTERS_MAX, 'the filters of a question fit into a number');
  const ungrouped = findUngroupedNodes(fleet, countedRequest);
  const blockScores = openBlockScores(index, caches, scorers);
  excludeUngrouped(index, blockScores, ungrouped);
  refreshBlockScores(index, blockScores, evaluators);
  includeUngrouped(index, blockScores, ungrouped);
  const domainMasks = maskDomains(index, prepared);
  const ordinary = maskerOf(prepared, 'node')(UNNAMED_NODE);
  const refusals = countRefusals(index, blockScores, { domainMasks, ordinary });
  const nodes = filterUngrouped(fleet, { prepared, ungrouped, domainMasks, refusals });
  const count = ordinary === 0 ? listBlocks(index, blockScores, domainMasks) : 0;
  return { ...prepared, blockScores, count, nodes, ungrouped, refusals };
}

function learnPlaces(
  { places }: FleetIndex,
  caches: PreparedRequest['caches'],
  evaluator: RuleEvaluator,
): void {
  for (let place = 0; place < places.items.length; place += 1) {
    const sample = places.items[place]?.sample;
    if (caches.places.done[place] === 0 && sample !== undefined) {
      learn(caches.places, place, { sample, evaluator });
    }
  }
}

/**
 * Excludes ungrouped nodes from their classes for this decision; their blocks have to be read
 * without them.
 */
function excludeUngrouped(
  { table, classOf }: FleetIndex,
  blockScores: BlockScoreIndex,
  ungrouped: ReadonlySet<number>,
): void {
  for (const slot of ungrouped) {
    const row = classOf[slot]?.at ?? 0;
    table.held[row] = (table.held[row] ?? 0) + 1;
    blockScores.versions[Math.floor(row / BLOCK_ROWS)] = -1;
  }
}

function includeUngrouped(
  { table, classOf }: FleetIndex,
  blockScores: BlockScoreIndex,
  ungrouped: ReadonlySet<number>,
): void {
  for (const slot of ungrouped) {
    const row = classOf[slot]?.at ?? 0;
    table.held[row] = 0;
    blockScores.versions[Math.floor(row / BLOCK_ROWS)] = -1;
  }
}

/**
 * Lists the blocks in which a node can hold the VM, in the index's scratch memory. @returns how
 * many
 */
function listBlocks(
  { table, scratch }: FleetIndex,
  { fitting }: BlockScoreIndex,
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

/** Counts rejected nodes; what rejects a whole domain, or all nodes, is added to each mask. */
function countRefusals(
  { table }: FleetIndex,
  blockScores: BlockScoreIndex,
  masks: { readonly domainMasks: Int32Array | undefined; readonly ordinary: number },
): Map<number, number> {
  const { domainMasks, ordinary } = masks;
  if (domainMasks === undefined && ordinary === 0) return new Map(blockScores.refusals);
  const refusals = new Map<number, number>();
  const add = (mask: number, members: number) => {
    if (mask !== 0 && members > 0) refusals.set(mask, (refusals.get(mask) ?? 0) + members);
  };
  for (let block = 0; block < table.blocks; block += 1) {
    const mask = ordinary | (domainMasks?.[table.domains[block] ?? 0] ?? 0);
    add(mask, blockScores.fitting[block] ?? 0);
    for (const [own, members] of blockScores.refused[block] ?? []) add(own | mask, members);
  }
  return refusals;
}

/** Evaluates the ungrouped nodes one by one. */
function filterUngrouped(
  fleet: FleetOverlay,
  known: {
    readonly prepared: PreparedRequest;
    readonly ungrouped: ReadonlySet<number>;
    readonly domainMasks: Int32Array | undefined;
    readonly refusals: Map<number, number>;
  },
): readonly PlacementNode[] {
  const { index, changed } = fleet;
  const { prepared, ungrouped, domainMasks, refusals } = known;
  if (ungrouped.size === 0) return [];
  const { caches, evaluators } = prepared;
  const maskNode = maskerOf(prepared, 'node');
  const nodes: PlacementNode[] = [];
  for (const slot of ungrouped) {
    const own = index.classOf[slot];
    const unchanged = index.nodes[slot];
    if (own === undefined || unchanged === undefined) continue;
    const now = changed.get(unchanged.id);
    const { domain = 0 } = index.places.items[own.place] ?? {};
    // An overlay changes what a node has left, and whether it is in service.
    const isStatusChanged = now !== undefined && now.status !== unchanged.status;
    const marks = isStatusChanged
      ? evaluators.place.maskOf(now)
      : maskRemembered(caches.places, own.place, { evaluator: evaluators.place, of: unchanged });
    const load =
      now === undefined
        ? maskRemembered(caches.loads, own.load, { evaluator: evaluators.load, of: unchanged })
        : evaluators.load.maskOf(now);
    const mask = marks | (domainMasks?.[domain] ?? 0) | maskNode(unchanged) | load;
    if (mask === 0) nodes.push(now ?? unchanged);
    else refusals.set(mask, (refusals.get(mask) ?? 0) + 1);
  }
  return nodes;
}

/**
 * Returns the filters that reject each domain; undefined where the request has no rule about
 * domains.
 */
function maskDomains(
  { domains }: FleetIndex,
  { countedRequest, filters, ...prepared }: PreparedRequest,
): Int32Array | undefined {
  const asked = filters.map((each) =>
    each.scope === 'domain' && each.concerns?.(countedRequest) === false
      ? { ...each, scope: 'place' as const }
      : each,
  );
  if (!asked.some(({ scope }) => scope === 'domain')) return undefined;
  const masks = new Int32Array(domains.items.length);
  const maskOf = maskerOf({ ...prepared, countedRequest, filters: asked }, 'domain');
  for (let domain = 0; domain < masks.length; domain += 1) {
    masks[domain] = maskOf(domains.items[domain] ?? UNNAMED_NODE);
  }
  return masks;
}

/** Returns the filters of a scope as a function from a node to the set of those that reject it. */
function maskerOf(
  { countedRequest, filters }: Pick<PreparedRequest, 'countedRequest' | 'filters'>,
  scope: RuleScope,
): (node: PlacementNode) => number {
  const mine = filters.flatMap(({ reject, ...filter }, at) =>
    filter.scope === scope ? [{ reject, bit: 2 ** at }] : [],
  );
  return (node) => {
    let mask = 0;
    for (const { reject, bit } of mine) if (reject(node, countedRequest) !== undefined) mask |= bit;
    return mask;
  };
}

function evaluatorOf(
  known: Pick<PreparedRequest, 'countedRequest' | 'filters' | 'scorers' | 'view'>,
  scope: RuleScope,
): RuleEvaluator {
  const measures = known.scorers
    .filter(({ scorer }) => scorer.scope === scope)
    .map(
      ({ scorer }) =>
        (sample: PlacementNode) =>
          remembered(scorer, scorer.measure(sample, known.view)),
    );
  return { maskOf: maskerOf(known, scope), measures };
}
