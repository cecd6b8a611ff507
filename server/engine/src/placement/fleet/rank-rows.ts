/** Measures, normalises and weighs the rows of a survey, a column at a time. */
import { roundTo } from '../../round.ts';
import type { PlacementNode } from '../model.ts';
import type { Scorer, ScoreView, WeightedScorer } from '../rules/model.ts';
import type { FleetIndex } from './fleet-index.ts';
import { type RuleCache, remembered, SCORE_DECIMALS, SCORE_STEPS } from './rule-cache.ts';
import type { Fitting } from './survey.ts';

/** What is scored. */
interface Rows {
  readonly fitting: Fitting;
  readonly view: ScoreView;
  readonly scorers: readonly WeightedScorer[];
  readonly places: RuleCache;
  readonly loads: RuleCache;
  /** What is measured of it holds for every node that nothing names. */
  readonly nobody: PlacementNode;
}

/** The scores of all rows. */
export interface Ranking {
  /** Weighted sums by row, 0 to 1, four decimals; only the first `count` rows count. */
  readonly totals: Float64Array;
  readonly count: number;
  /** What each scorer says of one row, 0 to 1, four decimals. */
  readonly scoresAt: (row: number) => Readonly<Record<string, number>>;
}

/** What a scorer measures in the rows that are classes, and in those that are nodes. */
interface Column {
  readonly scorer: Scorer;
  /** By the number in `ids`. */
  readonly table: Float64Array;
  readonly ids: Int32Array;
  readonly nodes: Float64Array;
  readonly least: number;
  readonly span: number;
}

/**
 * Scores the rows of a survey.
 * @remarks The total is made from the rounded scores: what is printed can be added up by hand.
 */
export function rankRows(index: FleetIndex, rows: Rows): Ranking {
  const { fitting, scorers } = rows;
  const { totals } = fitting.rows;
  const { count, classes } = fitting;
  totals.fill(0, 0, count);
  const columns: Column[] = [];
  for (const weighted of scorers) {
    const column = spanOf(measure(index, rows, weighted), classes);
    addClasses(totals, column, { classes, weight: weighted.weight });
    for (let at = 0; at < column.nodes.length; at += 1) {
      const share = toShare(column, column.nodes[at] ?? 0);
      totals[classes + at] = (totals[classes + at] ?? 0) + share * weighted.weight;
    }
    columns.push(column);
  }
  for (let row = 0; row < count; row += 1) {
    totals[row] = Math.round((totals[row] ?? 0) * SCORE_STEPS) / SCORE_STEPS;
  }
  const valueAt = ({ table, ids, nodes }: Column, row: number) =>
    (row < classes ? table[ids[row] ?? 0] : nodes[row - classes]) ?? 0;
  const scoresAt = (row: number) =>
    Object.fromEntries(
      columns.map((column) => [
        column.scorer.name,
        roundTo(toShare(column, valueAt(column, row)), SCORE_DECIMALS),
      ]),
    );
  return { totals, count, scoresAt };
}

type Measured = Omit<Column, 'least' | 'span'>;

function measure(index: FleetIndex, rows: Rows, { scorer }: WeightedScorer): Measured {
  const { fitting, view, scorers } = rows;
  const ask = (node: PlacementNode) => remembered(scorer, scorer.measure(node, view));
  const nodes = Float64Array.from(fitting.nodes, ask);
  switch (scorer.scope) {
    case 'node': {
      const table = new Float64Array(index.domains.items.length).fill(ask(rows.nobody));
      return { scorer, table, ids: fitting.rows.domains, nodes };
    }
    case 'domain': {
      const table = new Float64Array(index.domains.items.length);
      for (let domain = 0; domain < table.length; domain += 1) {
        table[domain] = ask(index.domains.items[domain] ?? rows.nobody);
      }
      return { scorer, table, ids: fitting.rows.domains, nodes };
    }
    default: {
      const mine = scorers.filter((each) => each.scorer.scope === scorer.scope);
      const at = mine.findIndex((each) => each.scorer === scorer);
      const { columns } = scorer.scope === 'place' ? rows.places : rows.loads;
      const ids = scorer.scope === 'place' ? fitting.rows.places : fitting.rows.loads;
      return { scorer, table: columns[at] ?? new Float64Array(0), ids, nodes };
    }
  }
}

function spanOf(measured: Measured, classes: number): Column {
  const { scorer, table, ids, nodes } = measured;
  if (scorer.kind === 'share') return { ...measured, least: 0, span: 1 };
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < classes; row += 1) {
    const value = table[ids[row] ?? 0] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  for (const value of nodes) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // A difference weighs less among large counts (source: Kubernetes, PodTopologySpread).
  return { ...measured, least, span: scorer.kind === 'count' ? most : most - least };
}

function addClasses(
  totals: Float64Array,
  { scorer, table, ids, least, span }: Column,
  { classes, weight }: { readonly classes: number; readonly weight: number },
): void {
  if (scorer.kind === 'share') {
    for (let row = 0; row < classes; row += 1) {
      totals[row] = (totals[row] ?? 0) + (table[ids[row] ?? 0] ?? 0) * weight;
    }
    return;
  }
  if (span <= 0) {
    for (let row = 0; row < classes; row += 1) totals[row] = (totals[row] ?? 0) + weight;
    return;
  }
  if (table.length < classes) {
    // Fewer values than rows: each is turned into its part of the sum once.
    const parts = table.map((value) => shareOf(value, least, span) * weight);
    for (let row = 0; row < classes; row += 1) {
      totals[row] = (totals[row] ?? 0) + (parts[ids[row] ?? 0] ?? 0);
    }
    return;
  }
  for (let row = 0; row < classes; row += 1) {
    totals[row] = (totals[row] ?? 0) + shareOf(table[ids[row] ?? 0] ?? 0, least, span) * weight;
  }
}

function shareOf(value: number, least: number, span: number): number {
  return Math.round((1 - (value - least) / span) * SCORE_STEPS) / SCORE_STEPS;
}

function toShare({ scorer, least, span }: Column, value: number): number {
  if (scorer.kind === 'share') return value;
  return span <= 0 ? 1 : shareOf(value, least, span);
}
