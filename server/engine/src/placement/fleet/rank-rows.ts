/** Measures, normalises and weighs the rows of a survey, a column at a time. */
import { roundTo } from '../../round.ts';
import type { PlacementNode } from '../model.ts';
import type { WeightedScorer } from '../rules/model.ts';
import type { FleetIndex } from './fleet-index.ts';
import type { Survey } from './survey.ts';

/** Enough to tell nodes apart, few enough to print; fixed so that JSON is stable. */
const SCORE_DECIMALS = 4;

/** What one scorer says of every row. */
export interface Column {
  readonly name: string;
  readonly shares: Float64Array;
}

/** The scores of all rows. */
export interface Ranking {
  readonly columns: readonly Column[];
  /** Weighted sums, 0 to 1, four decimals. */
  readonly totals: Float64Array;
}

/**
 * Scores the rows of a survey.
 * @remarks The total is made from the rounded scores: what is printed can be added up by hand.
 */
export function rankRows(index: FleetIndex, survey: Survey): Ranking {
  const { scorers, fitting } = survey;
  const rows = fitting.places.length;
  const sums = new Float64Array(rows);
  const columns: Column[] = [];
  for (const weighted of scorers) {
    const shares = normalise(weighted, measure(index, survey, weighted));
    const { weight } = weighted;
    for (let row = 0; row < rows; row += 1) {
      sums[row] = (sums[row] ?? 0) + (shares[row] ?? 0) * weight;
    }
    columns.push({ name: weighted.scorer.name, shares });
  }
  return { columns, totals: sums.map((sum) => roundTo(sum, SCORE_DECIMALS)) };
}

function measure(index: FleetIndex, survey: Survey, weighted: WeightedScorer): Float64Array {
  const { fitting, view, places, loads, scorers } = survey;
  const { scorer } = weighted;
  const { scope } = scorer;
  const at = scorers.filter((each) => each.scorer.scope === scope).indexOf(weighted);
  const values = new Float64Array(fitting.places.length);
  if (scope === 'place' || scope === 'load') {
    const remembered = (scope === 'place' ? places : loads).columns[at];
    const ids = scope === 'place' ? fitting.places : fitting.loads;
    for (let row = 0; row < values.length; row += 1) {
      const id = ids[row] ?? -1;
      const sample = fitting.samples[row];
      if (id >= 0) values[row] = remembered?.[id] ?? 0;
      else if (sample !== undefined) values[row] = scorer.measure(sample, view);
    }
    return values;
  }
  if (scope === 'domain') {
    const byDomain = index.domains.items.map((sample) => scorer.measure(sample, view));
    for (let row = 0; row < values.length; row += 1) {
      const domain = index.places.items[fitting.places[row] ?? 0]?.domain ?? 0;
      values[row] = byDomain[domain] ?? 0;
    }
    return values;
  }
  const nobody = scorer.measure(NOBODY, view);
  for (let row = 0; row < values.length; row += 1) {
    const sample = fitting.samples[row];
    const isClass = fitting.classes[row] !== undefined || sample === undefined;
    values[row] = isClass ? nobody : scorer.measure(sample, view);
  }
  return values;
}

/** What is measured of a node that nothing names holds for all of them. */
const NOBODY = { id: '', name: '', zone: '', rack: '' } as unknown as PlacementNode;

/** Turns what was measured into shares: 0 to 1, higher is better, four decimals. */
function normalise({ scorer }: WeightedScorer, values: Float64Array): Float64Array {
  if (scorer.kind === 'share') return values.map((value) => roundTo(value, SCORE_DECIMALS));
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // A difference weighs less among large counts (source: Kubernetes, PodTopologySpread).
  const span = scorer.kind === 'count' ? most : most - least;
  return values.map((value) =>
    span <= 0 ? 1 : roundTo(1 - (value - least) / span, SCORE_DECIMALS),
  );
}
