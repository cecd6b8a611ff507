/** Surveys the nodes that could hold a VM, seen from the node that was chosen. */
import type { NodeId } from '@novacron/contract/ids';
import { roundTo } from '../../../round.ts';
import { foldContenders, roundContender } from '../confidence/fold-contenders.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import { SCORE_DECIMALS } from '../index/rule-cache.ts';
import type { CandidateSurvey, Contender } from '../model/contest.ts';
import type { PlacementNode, PlacementRequest } from '../model/placement.ts';
import type { Candidate } from '../model/rule.ts';
import { nodesOf } from '../ranking/best-nodes.ts';
import { type FittingRow, listFittingRows } from '../ranking/list-fitting-rows.ts';
import { type Ranking, rankRows } from '../ranking/rank-rows.ts';
import { type FleetScan, scanFleet } from '../ranking/scan-fleet.ts';
import { scoreIdle } from '../scorers/score-idle.ts';
import { asksForFailover } from '../scorers/strategies.ts';
import { findFailoverGap } from './find-failover-gap.ts';

/** Candidates of a survey; more would be a list of the fleet. */
export const CANDIDATES_MAX = 10;

/** No load is expected to change by more than this many standard deviations. */
const DEVIATIONS_MAX = 4;

/** Rows that contend; those with more before them hardly ever come first. */
const CONTENDERS_MAX = 256;

/** Nodes at or above the chosen one that are looked at one by one for failover. */
const GUARDED_MAX = 64;

/** The chosen node, and what is known of measured loads. */
export interface Choice {
  readonly nodeId: NodeId;
  /** Score at the time of the decision; used if the node is not among the candidates. */
  readonly score: number;
  /** Standard deviation of the load of a node after an hour, as a share. */
  readonly spreadOf: (node: PlacementNode) => number;
  /** No node has a larger one. */
  readonly spreadMax: number;
}

/**
 * Surveys the candidates of a decision on the fleet that it saw.
 * @param request - of the VM itself: a node that a move names is left out of it
 * @remarks A node is a contender if its score could pass that of the chosen one when both loads
 * change by four standard deviations; a strategy that does not read loads leaves the nodes with an
 * equal or higher score.
 */
export function surveyCandidates(
  fleet: FleetOverlay,
  request: PlacementRequest,
  choice: Choice,
): CandidateSurvey {
  const { index } = fleet;
  const scan = scanFleet(fleet, request);
  const ranking = rankRows(index, scan);
  const rows = listFittingRows(index, scan, ranking);
  const loadWeight = scan.scorers.reduce(
    (sum, { scorer, weight }) => (scorer === scoreIdle ? sum + weight : sum),
    0,
  );
  const own = findChosen(fleet, scan, { rows, nodeId: choice.nodeId });
  const isSafe = safetyOf(fleet, request);
  const known = { fleet, scan, ranking, rows, loadWeight, own, choice, isSafe };
  const leader = leaderOf(known);
  const others = asksForFailover(request.strategy)
    ? guardedContenders(known, leader)
    : listContenders(known, leader);
  const candidates = listCandidates(known);
  const best = candidates.find(({ node }) => node.id !== choice.nodeId);
  return {
    fitting: countFitting(index, scan),
    candidates,
    margin:
      best === undefined || own === undefined
        ? undefined
        : roundTo(own.total - best.total, SCORE_DECIMALS),
    contest: {
      loadWeight,
      leader: roundContender(leader),
      others: foldContenders(others, loadWeight),
    },
  };
}

interface Known {
  readonly fleet: FleetOverlay;
  readonly scan: FleetScan;
  readonly ranking: Ranking;
  readonly rows: readonly FittingRow[];
  readonly loadWeight: number;
  /** The chosen node with its row; undefined where it is not among those that fit. */
  readonly own: OwnRow | undefined;
  readonly choice: Choice;
  readonly isSafe: (node: PlacementNode) => boolean;
}

interface OwnRow extends FittingRow {
  readonly node: PlacementNode;
}

function findChosen(
  { index, changed }: FleetOverlay,
  scan: FleetScan,
  { rows, nodeId }: { readonly rows: readonly FittingRow[]; readonly nodeId: NodeId },
): OwnRow | undefined {
  const slot = index.slotOf.get(nodeId) ?? -1;
  const node = changed.get(nodeId) ?? index.nodes[slot];
  const nth = scan.nodes.findIndex(({ id }) => id === nodeId);
  const row = scan.ungrouped.has(slot) ? -1 - nth : index.classOf[slot]?.at;
  const own =
    nth < 0 && scan.ungrouped.has(slot) ? undefined : rows.find((each) => each.row === row);
  return node === undefined || own === undefined ? undefined : { ...own, node };
}

function leaderOf({ own, ranking, loadWeight, choice }: Known): Contender {
  if (own === undefined) return { count: 1, base: choice.score, load: 1, spread: 0 };
  return contenderOf({ ranking, loadWeight, choice }, own, [own.node]);
}

function contenderOf(
  { ranking, loadWeight, choice }: Pick<Known, 'ranking' | 'loadWeight' | 'choice'>,
  { row, total }: FittingRow,
  nodes: readonly PlacementNode[],
): Contender {
  const [first] = nodes;
  const count = nodes.length;
  if (loadWeight === 0 || first === undefined) return { count, base: total, load: 0, spread: 0 };
  const idle = ranking.scoresAt(row)[scoreIdle.name] ?? 0;
  return {
    count,
    base: total - loadWeight * idle,
    load: 1 - idle,
    spread: choice.spreadOf(first),
  };
}

/** The score that a contender has when its load changes by as much as is expected at most. */
function extremeOf(
  { base, load, spread }: Contender,
  loadWeight: number,
  way: 'best' | 'worst',
): number {
  const changed = load + (way === 'best' ? -1 : 1) * DEVIATIONS_MAX * spread;
  return base + loadWeight * (1 - Math.min(1, Math.max(0, changed)));
}

function listContenders(known: Known, leader: Contender): readonly Contender[] {
  const { fleet, scan, rows, loadWeight, choice } = known;
  const least = extremeOf(leader, loadWeight, 'worst') - ROUNDING;
  const reachMax = loadWeight * Math.min(1, DEVIATIONS_MAX * choice.spreadMax);
  const near = highestRows(
    rows.filter(({ total }) => total + reachMax >= least),
    CONTENDERS_MAX,
  );
  return near.flatMap((each) => {
    const nodes = nodesOf(fleet.index, scan, each.row).filter(({ id }) => id !== choice.nodeId);
    const [first] = nodes;
    if (first === undefined) return [];
    const reach = loadWeight === 0 ? 0 : DEVIATIONS_MAX * loadWeight * choice.spreadOf(first);
    return each.total + reach < least ? [] : [contenderOf(known, each, nodes)];
  });
}

/** Half a step of a score. */
const ROUNDING = 0.5 / 10 ** SCORE_DECIMALS;

/** Nodes that would leave some node's VMs without room are no contenders. */
function guardedContenders(known: Known, leader: Contender): readonly Contender[] {
  const { fleet, scan, loadWeight, choice, isSafe } = known;
  const least = extremeOf(leader, loadWeight, 'worst') - ROUNDING;
  const near = known.rows
    .filter(({ total }) => total + loadWeight >= least)
    .sort((one, other) => other.total - one.total)
    .flatMap((each) => nodesOf(fleet.index, scan, each.row).map((node) => ({ ...each, node })))
    .filter(({ node }) => node.id !== choice.nodeId)
    .slice(0, GUARDED_MAX);
  return near.flatMap(({ node, ...each }) => {
    const contender = contenderOf(known, each, [node]);
    const isNear = extremeOf(contender, loadWeight, 'best') >= least;
    return isNear && isSafe(node) ? [contender] : [];
  });
}

/** Without failover, every node that fits is safe. */
function safetyOf(
  { index, changed }: FleetOverlay,
  { vm, strategy }: PlacementRequest,
): (node: PlacementNode) => boolean {
  if (!asksForFailover(strategy)) return () => true;
  const all = index.nodes.flatMap((node) =>
    node === undefined ? [] : [changed.get(node.id) ?? node],
  );
  return (target) => findFailoverGap(all, { target, vm }) === undefined;
}

function countFitting(index: FleetIndex, { blockScores, count, nodes }: FleetScan): number {
  let fitting = nodes.length;
  for (let nth = 0; nth < count; nth += 1) {
    fitting += blockScores.fitting[index.scratch.blocks[nth] ?? 0] ?? 0;
  }
  return fitting;
}

/** The best candidates; the chosen one replaces the last where it is not among them. */
function listCandidates({
  fleet,
  scan,
  rows,
  own,
  ranking,
  choice,
  isSafe,
}: Known): readonly Candidate[] {
  const isChosen = ({ id }: PlacementNode) => id === choice.nodeId;
  const wanted = asksForFailover(scan.countedRequest.strategy) ? GUARDED_MAX : CANDIDATES_MAX;
  const nearest = highestRows(rows, wanted).flatMap(({ row, total }) =>
    nodesOf(fleet.index, scan, row).map((node) => ({ node, row, total })),
  );
  const candidates = nearest
    .sort((one, other) => {
      if (one.total !== other.total) return other.total - one.total;
      if (isChosen(one.node) !== isChosen(other.node)) return isChosen(one.node) ? -1 : 1;
      return one.node.name < other.node.name ? -1 : 1;
    })
    .slice(0, wanted)
    .filter(({ node }) => isChosen(node) || isSafe(node))
    .slice(0, CANDIDATES_MAX);
  const isThere = own === undefined || candidates.some(({ node }) => isChosen(node));
  const shown = isThere ? candidates : [...candidates.slice(0, CANDIDATES_MAX - 1), own];
  return shown.map(({ node, row, total }) => ({ node, scores: ranking.scoresAt(row), total }));
}

/** The rows with the highest scores, in any order: sorting all of them would cost more. */
function highestRows(rows: readonly FittingRow[], count: number): readonly FittingRow[] {
  const totals = Float64Array.from(rows, ({ total }) => total).sort();
  const least = totals[Math.max(0, totals.length - count)] ?? 0;
  const above = rows.filter(({ total }) => total > least);
  const tied = rows.filter(({ total }) => total === least);
  return [...above, ...tied.slice(0, count - above.length)];
}
