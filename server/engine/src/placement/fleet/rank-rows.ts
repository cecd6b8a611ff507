/** Measures, normalises and weighs the rows of a survey, a column at a time. */
import { roundTo } from '../../round.ts';
import type { Scorer, WeightedScorer } from '../rules/model.ts';
import type { FleetIndex } from './fleet-index.ts';
import { NOBODY, type Survey } from './survey.ts';

/** Enough to tell nodes apart, few enough to print; fixed so that JSON is stable. */
const SCORE_DECIMALS = 4;
const SCORE_STEPS = 10 ** SCORE_DECIMALS;

/** The scores of all rows. */
export interface Ranking {
  /** Weighted sums, 0 to 1, four decimals. */
  readonly totals: Float64Array;
  /** What each scorer says of one row, 0 to 1, four decimals. */
  readonly scoresAt: (row: number) => Readonly<Record<string, number>>;
}

/** What was measured in the rows, and how it becomes a share. */
interface Column {
  readonly name: string;
  readonly kind: Scorer['kind'];
  readonly values: Float64Array;
  readonly least: number;
  readonly span: number;
}

/**
 * Scores the rows of a survey.
 * @remarks The total is made from the rounded scores: what is printed can be added up by hand.
 */
export function rankRows(index: FleetIndex, survey: Survey): Ranking {
  const totals = new Float64Array(survey.fitting.places.length);
  const columns: Column[] = [];
  for (const weighted of survey.scorers) {
    const values = measure(index, survey, weighted);
    const column = toColumn(weighted.scorer, values);
    addTo(totals, column, weighted.weight);
    columns.push(column);
  }
  for (let row = 0; row < totals.length; row += 1) {
    totals[row] = Math.round((totals[row] ?? 0) * SCORE_STEPS) / SCORE_STEPS;
  }
  const scoresAt = (row: number) =>
    Object.fromEntries(columns.map((column) => [column.name, shareAt(column, row)]));
  return { totals, scoresAt };
}

/** What the scorer measures in each row: remembered, by domain, or asked. */
function measure(index: FleetIndex, survey: Survey, weighted: WeightedScorer): Float64Array {
  const { fitting, view, scorers } = survey;
  const { scorer } = weighted;
  const { scope } = scorer;
  const values = new Float64Array(fitting.places.length);
  const classes = fitting.classes.length;
  if (scope === 'node') {
    values.fill(scorer.measure(NOBODY, view));
    for (const [at, node] of fitting.nodes.entries()) {
      values[classes + at] = scorer.measure(node, view);
    }
    return values;
  }
  if (scope === 'domain') {
    const byDomain = Float64Array.from(index.domains.items, (each) => scorer.measure(each, view));
    readInto(values, byDomain, fitting.domains);
    return values;
  }
  const at = scorers.filter((each) => each.scorer.scope === scope).indexOf(weighted);
  const remembered = (scope === 'place' ? survey.places : survey.loads).columns[at];
  const ids = scope === 'place' ? fitting.places : fitting.loads;
  if (remembered !== undefined) readInto(values, remembered, ids);
  for (const [special, node] of fitting.nodes.entries()) {
    if ((ids[classes + special] ?? -1) === -1) {
      values[classes + special] = scorer.measure(node, view);
    }
  }
  return values;
}

function readInto(values: Float64Array, from: Float64Array, ids: readonly number[]): void {
  for (let row = 0; row < values.length; row += 1) values[row] = from[ids[row] ?? 0] ?? 0;
}

function toColumn({ name, kind }: Scorer, values: Float64Array): Column {
  if (kind === 'share') return { name, kind, values, least: 0, span: 1 };
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // A difference weighs less among large counts (source: Kubernetes, PodTopologySpread).
  return { name, kind, values, least, span: kind === 'count' ? most : most - least };
}

function addTo(totals: Float64Array, column: Column, weight: number): void {
  const { kind, values, least, span } = column;
  if (kind === 'share') {
    for (let row = 0; row < totals.length; row += 1) {
      const share = Math.round((values[row] ?? 0) * SCORE_STEPS) / SCORE_STEPS;
      totals[row] = (totals[row] ?? 0) + share * weight;
    }
    return;
  }
  for (let row = 0; row < totals.length; row += 1) {
    const share = span <= 0 ? 1 : 1 - ((values[row] ?? 0) - least) / span;
    const rounded = Math.round(share * SCORE_STEPS) / SCORE_STEPS;
    totals[row] = (totals[row] ?? 0) + rounded * weight;
  }
}

function shareAt({ kind, values, least, span }: Column, row: number): number {
  const value = values[row] ?? 0;
  if (kind === 'share') return roundTo(value, SCORE_DECIMALS);
  return span <= 0 ? 1 : roundTo(1 - (value - least) / span, SCORE_DECIMALS);
}
