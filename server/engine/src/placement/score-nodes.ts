/** The second half of the pipeline: measures, normalises and weighs the nodes that fit. */
import { roundTo } from '../round.ts';
import type { Candidate, PlacementNode, PlacementStrategy, ScoreView } from './model.ts';
import { STRATEGIES } from './strategies.ts';

/** Enough to tell nodes apart, few enough to print; fixed so that JSON is stable. */
const SCORE_DECIMALS = 4;

/**
 * Scores nodes by a strategy.
 * @param request - `fitting`: nodes that can hold the VM; the scores depend on no other node
 * @returns a candidate per node, in the same order
 * @remarks The total is made from the rounded scores: what is printed can be added up by hand.
 */
export function scoreNodes(request: {
  readonly fitting: readonly PlacementNode[];
  readonly view: ScoreView;
  readonly strategy: PlacementStrategy;
}): readonly Candidate[] {
  const { fitting, view, strategy } = request;
  const columns = STRATEGIES[strategy].map(({ scorer, weight }) => {
    const measured = fitting.map((node) => scorer.measure(node, view));
    const shares = scorer.kind === 'share' ? measured : fewerIsBetter(measured);
    return { name: scorer.name, weight, shares };
  });
  return fitting.map((node, row) => {
    const scores: Record<string, number> = {};
    let total = 0;
    for (const { name, weight, shares } of columns) {
      const score = roundTo(shares[row] ?? 0, SCORE_DECIMALS);
      scores[name] = score;
      total += score * weight;
    }
    return { node, scores, total: roundTo(total, SCORE_DECIMALS) };
  });
}

/**
 * Turns counts into shares: the smallest becomes 1, a difference weighs less among large counts.
 * Source: Kubernetes, PodTopologySpread.
 */
function fewerIsBetter(counts: readonly number[]): readonly number[] {
  const largest = counts.reduce((max, count) => Math.max(max, count), 0);
  const smallest = counts.reduce((min, count) => Math.min(min, count), largest);
  return counts.map((count) => (largest === 0 ? 1 : 1 - (count - smallest) / largest));
}
