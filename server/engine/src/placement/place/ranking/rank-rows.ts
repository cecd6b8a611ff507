/** Normalises and weighs measurements: exactly for a row, as an upper bound for a block. */
import { roundTo } from '../../../round.ts';
import { BLOCK_ROWS } from '../index/class-table.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import { remembered, SCORE_DECIMALS, SCORE_STEPS, shareInSpan } from '../index/rule-cache.ts';
import type { PlacementNode } from '../model/placement.ts';
import type { Scorer, ScoreView, WeightedScorer } from '../model/rule.ts';
import { adjustBlockScores, listRemembered } from './block-score-index.ts';
import { type FleetScan, UNNAMED_NODE } from './scan-fleet.ts';

/**
 * The scores of a survey. A row is one of the class table, or -1 and down for an ungrouped node.
 */
export interface Ranking {
  /** Weighted sums of a block's rows, 0 to 1, four decimals; by place in the block. */
  readonly readTotals: (block: number) => Float64Array;
  /** The same of the survey's ungrouped nodes. */
  readonly special: Float64Array;
  /** No total of a block's rows is above this one; by block, for those of the survey. */
  readonly bounds: Float64Array;
  /** Returns the value of each scorer for a row, 0 to 1, four decimals. */
  readonly scoresAt: (row: number) => Readonly<Record<string, number>>;
}

/** A scorer, and where its value for a row is stored. */
interface Column {
  readonly scorer: Scorer;
  readonly weight: number;
  /** Index of the extremes in the block score index; -1 if they are not stored there. */
  readonly spanned: number;
  readonly isOfDomains: boolean;
  readonly table: Float64Array;
  /** Indexes into `table`: by row, or by block where it is about domains. */
  readonly ids: Int32Array;
  /** Its values for the ungrouped nodes. */
  readonly nodes: Float64Array;
  readonly least: number;
  readonly most: number;
  readonly span: number;
}

/**
 * Scores the rows of a survey on demand.
 * @remarks The total is made from the rounded scores: what is printed can be added up by hand.
 */
export function rankRows(index: FleetIndex, survey: FleetScan): Ranking {
  const columns = survey.scorers.map((weighted, nth) =>
    spanOf(index, survey, measure(index, survey, { weighted, nth })),
  );
  const totals = new Float64Array(BLOCK_ROWS);
  const readTotals = (block: number) => {
    addUpBlock(totals, columns, { block, filled: index.table.filled[block] ?? 0 });
    return totals;
  };
  const special = new Float64Array(survey.nodes.length);
  for (const column of columns) {
    for (const [at, value] of column.nodes.entries()) {
      special[at] = (special[at] ?? 0) + toShare(column, value) * column.weight;
    }
  }
  roundTotals(special, special.length);
  const scoresAt = (row: number) =>
    Object.fromEntries(
      columns.map((column) => {
        const share = roundTo(toShare(column, valueAt(column, row)), SCORE_DECIMALS);
        return [column.scorer.name, share];
      }),
    );
  return { readTotals, special, scoresAt, bounds: boundBlocks(index, survey, columns) };
}

function valueAt({ isOfDomains, table, ids, nodes }: Column, row: number): number {
  if (row < 0) return nodes[-1 - row] ?? 0;
  return table[ids[isOfDomains ? Math.floor(row / BLOCK_ROWS) : row] ?? 0] ?? 0;
}

type Measured = Omit<Column, 'least' | 'most' | 'span'>;

function measure(
  index: FleetIndex,
  { view, nodes, scorers, blockScores }: FleetScan,
  { weighted, nth }: { readonly weighted: WeightedScorer; readonly nth: number },
): Measured {
  const { scorer } = weighted;
  const scoreOf = (node: PlacementNode) => remembered(scorer, scorer.measure(node, view));
  const own = { ...weighted, nodes: Float64Array.from(nodes, scoreOf) };
  switch (scorer.scope) {
    case 'node':
    case 'domain': {
      const table = columnOf(index, nth);
      if (scorer.scope === 'node') table.fill(scoreOf(UNNAMED_NODE));
      else scoreDomains(index, { scorer, view, table });
      return { ...own, isOfDomains: true, table, ids: index.table.domains, spanned: -1 };
    }
    default: {
      const { scope } = scorer;
      const isIt = (each: WeightedScorer) => each.scorer === scorer;
      const known = listRemembered(scorers, scope).find(isIt);
      const table = blockScores[`${scope}s`].columns[known?.column ?? 0] ?? new Float64Array(0);
      const spanned = blockScores.spanned.findIndex((each) => each.scorer.name === scorer.name);
      return { ...own, isOfDomains: false, table, ids: index.table[`${scope}s`], spanned };
    }
  }
}

/** Returns a column with one number per domain, reused by every decision. */
function columnOf({ scratch, domains }: FleetIndex, nth: number): Float64Array {
  const known = scratch.columns[nth];
  if (known !== undefined && known.length >= domains.items.length) return known;
  const column = new Float64Array(Math.max(16, domains.items.length * 2));
  scratch.columns[nth] = column;
  return column;
}

function spanOf(index: FleetIndex, { blockScores, count }: FleetScan, measured: Measured): Column {
  const { scorer, spanned, table, nodes } = measured;
  if (scorer.kind === 'share') return { ...measured, least: 0, most: 1, span: 1 };
  const leastOf = blockScores.least[spanned] ?? table;
  const mostOf = blockScores.most[spanned] ?? table;
  const { domains } = index.table;
  const { blocks } = index.scratch;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let nth = 0; nth < count; nth += 1) {
    const block = blocks[nth] ?? 0;
    const from = spanned < 0 ? (domains[block] ?? 0) : block;
    // Two variables instead of a pair, which would be garbage for every block.
    const lowest = leastOf[from] ?? 0;
    if (lowest < least) least = lowest;
    const highest = mostOf[from] ?? 0;
    if (highest > most) most = highest;
  }
  for (const value of nodes) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // A difference weighs less among large counts (source: Kubernetes, PodTopologySpread).
  return { ...measured, least, most, span: scorer.kind === 'count' ? most : most - least };
}

/** Computes the bound of each block: the best sum of its rows, plus the scores of its domain. */
function boundBlocks(
  index: FleetIndex,
  { blockScores, count }: FleetScan,
  columns: readonly Column[],
): Float64Array {
  const { bounds, blocks } = index.scratch;
  const spans = blockScores.spanned.map((_, at) => columns.find(({ spanned }) => spanned === at));
  const slack =
    count === 0
      ? 0
      : adjustBlockScores(index, blockScores, {
          spans: spans.map((column) => column ?? { least: 0, span: 0 }),
          most: spans.map((column) => column?.most ?? 0),
        });
  for (let nth = 0; nth < count; nth += 1) {
    const block = blocks[nth] ?? 0;
    bounds[block] = (blockScores.sums[block] ?? 0) + slack;
  }
  for (const column of columns) {
    if (!column.isOfDomains) continue;
    const { table, ids, weight, least, span } = column;
    const isShare = column.scorer.kind === 'share';
    const flat = { least, span };
    for (let nth = 0; nth < count; nth += 1) {
      const block = blocks[nth] ?? 0;
      const value = table[ids[block] ?? 0] ?? 0;
      bounds[block] = (bounds[block] ?? 0) + (isShare ? value : shareInSpan(value, flat)) * weight;
    }
  }
  return bounds;
}

function addUpBlock(
  totals: Float64Array,
  columns: readonly Column[],
  { block, filled }: { readonly block: number; readonly filled: number },
): void {
  totals.fill(0);
  for (const column of columns) {
    const { table, ids, weight, isOfDomains } = column;
    if (isOfDomains) {
      const part = toShare(column, table[ids[block] ?? 0] ?? 0) * weight;
      for (let at = 0; at < filled; at += 1) totals[at] = (totals[at] ?? 0) + part;
      continue;
    }
    const first = block * BLOCK_ROWS;
    for (let at = 0; at < filled; at += 1) {
      const value = table[ids[first + at] ?? 0] ?? 0;
      totals[at] = (totals[at] ?? 0) + toShare(column, value) * weight;
    }
  }
  roundTotals(totals, filled);
}

function roundTotals(totals: Float64Array, count: number): void {
  for (let at = 0; at < count; at += 1) {
    // A row with a figure that is not a number comes last, so that the decision stays
    // deterministic.
    totals[at] = Math.round((totals[at] ?? 0) * SCORE_STEPS) / SCORE_STEPS || 0;
  }
}

function toShare(column: Pick<Column, 'scorer' | 'least' | 'span'>, value: number): number {
  return column.scorer.kind === 'share' ? value : shareInSpan(value, column);
}

/**
 * Writes the scorer's value for each domain into a column. Only domains with VMs are read from the
 * counts: a large fleet has a thousand racks.
 */
function scoreDomains(
  { domains, zones, zoneOf }: FleetIndex,
  {
    scorer,
    view,
    table,
  }: { readonly scorer: Scorer; readonly view: ScoreView; readonly table: Float64Array },
): void {
  const size = domains.items.length;
  if (scorer.counts === undefined) {
    for (let domain = 0; domain < size; domain += 1) {
      const sample = domains.items[domain];
      if (sample !== undefined) table[domain] = remembered(scorer, scorer.measure(sample, view));
    }
    return;
  }
  const { level, read } = scorer.counts;
  const counts = read(view);
  table.fill(0, 0, size);
  if (level === 'rack') {
    for (const [rack, count] of counts) {
      const domain = domains.ids.get(rack);
      if (domain !== undefined) table[domain] = count;
    }
    return;
  }
  if (counts.size === 0) return;
  const byZone = [...zones.keys()].map((zone) => counts.get(zone) ?? 0);
  for (let domain = 0; domain < size; domain += 1) {
    table[domain] = byZone[zoneOf[domain] ?? 0] ?? 0;
  }
}
