/** The scorers of each strategy and their weights. */
import type { Rng } from '../../../env.ts';
import type { PlacementStrategy, StrategyName } from '../model/placement.ts';
import type { CountedRequest, WeightedScorer } from '../model/rule.ts';
import { listPreferenceScorers } from './preference-scorers.ts';
import {
  scoreBalance,
  scoreFewestVms,
  scoreLeastAllocated,
  scoreMostAllocated,
} from './score-allocation.ts';
import { scoreBestFit } from './score-best-fit.ts';
import { scoreCost } from './score-cost.ts';
import { scoreFgd } from './score-fgd.ts';
import { scoreFragmentation } from './score-fragmentation.ts';
import { scoreIdle } from './score-idle.ts';
import { scoreNumaFit } from './score-numa-fit.ts';
import { scoreReliability } from './score-reliability.ts';
import { scoreRackSpread, scoreZoneSpread } from './score-spread.ts';
import { scoreStranded } from './score-stranded.ts';

const BALANCED: readonly WeightedScorer[] = [
  { scorer: scoreLeastAllocated, weight: 0.3 },
  { scorer: scoreBalance, weight: 0.25 },
  { scorer: scoreZoneSpread, weight: 0.25 },
  { scorer: scoreRackSpread, weight: 0.1 },
  { scorer: scoreFewestVms, weight: 0.1 },
];

/**
 * Scorers by strategy; the weights of a strategy sum up to 1, so a score is a share too. Without
 * scorers all nodes are equal.
 */
export const STRATEGIES: Readonly<Record<StrategyName, readonly WeightedScorer[]>> = {
  balanced: BALANCED,
  pack: [
    { scorer: scoreMostAllocated, weight: 0.65 },
    { scorer: scoreBalance, weight: 0.25 },
    { scorer: scoreZoneSpread, weight: 0.05 },
    { scorer: scoreRackSpread, weight: 0.05 },
  ],
  spread: [
    { scorer: scoreZoneSpread, weight: 0.45 },
    { scorer: scoreRackSpread, weight: 0.25 },
    { scorer: scoreFewestVms, weight: 0.15 },
    { scorer: scoreLeastAllocated, weight: 0.1 },
    { scorer: scoreBalance, weight: 0.05 },
  ],
  cost: [
    { scorer: scoreCost, weight: 0.6 },
    { scorer: scoreReliability, weight: 0.2 },
    { scorer: scoreMostAllocated, weight: 0.1 },
    { scorer: scoreBalance, weight: 0.1 },
  ],
  performance: [
    { scorer: scoreIdle, weight: 0.4 },
    { scorer: scoreLeastAllocated, weight: 0.3 },
    { scorer: scoreBalance, weight: 0.2 },
    { scorer: scoreNumaFit, weight: 0.1 },
  ],
  fragmentation: [
    { scorer: scoreFragmentation, weight: 0.33 },
    { scorer: scoreStranded, weight: 0.66 },
    // Decides among nodes that a VM leaves alike; more of it packs the traces worse.
    { scorer: scoreBestFit, weight: 0.01 },
  ],
  'best-fit': [{ scorer: scoreBestFit, weight: 1 }],
  failover: BALANCED,
  fgd: [{ scorer: scoreFgd, weight: 1 }],
  'first-fit': [],
  random: [],
};

/** Returns the same number for every node, so that ties are broken by name. */
const NO_LOTS: Rng = { next: () => 0, fork: () => NO_LOTS };

/**
 * Returns the generator that breaks ties: random numbers, but for baselines that take the first by
 * name.
 */
export function tieBreakersOf(strategy: PlacementStrategy, rng: Rng): Rng {
  return strategy === 'first-fit' || strategy === 'fgd' ? NO_LOTS : rng;
}

/** The share of the total that the request's preferences have, if there are any. */
const PREFERENCES_SHARE = 0.5;

/** Returns the names and weights of a strategy: one, or those of a mix with a weight above 0. */
export function weightsOfStrategy(
  strategy: PlacementStrategy,
): readonly { readonly name: StrategyName; readonly weight: number }[] {
  if (typeof strategy === 'string') return [{ name: strategy, weight: 1 }];
  const parts = Object.entries(strategy.mix).filter(([, weight]) => weight > 0);
  const sum = parts.reduce((total, [, weight]) => total + weight, 0);
  // The keys of a mix are names of strategies.
  return parts.map(([name, weight]) => ({ name: name as StrategyName, weight: weight / sum }));
}

/** Whether a strategy keeps the room free that VMs of a failed node need. */
export function asksForFailover(strategy: PlacementStrategy): boolean {
  return weightsOfStrategy(strategy).some(({ name }) => name === 'failover');
}

/** Whether a strategy scores nodes by their measured load. */
export function readsMeasuredLoad(strategy: PlacementStrategy): boolean {
  return weightsOfStrategy(strategy).some(({ name }) =>
    STRATEGIES[name].some(({ scorer }) => scorer === scoreIdle),
  );
}

/** Whether a strategy keeps similar VMs of a tenant apart, and so counts where they are. */
export function countsSimilarVms(strategy: PlacementStrategy): boolean {
  return weightsOfStrategy(strategy).some(({ name }) =>
    STRATEGIES[name].some(({ scorer }) => scorer.counts !== undefined),
  );
}

/** Selects the scorers of a request, each once; their weights sum up to 1. */
export function selectScorers(request: CountedRequest): readonly WeightedScorer[] {
  const parts = weightsOfStrategy(request.strategy);
  const only = parts.length === 1 ? parts[0] : undefined;
  const own = only === undefined ? mixScorers(parts) : STRATEGIES[only.name];
  const preferences = listPreferenceScorers(request);
  if (preferences.length === 0) return own;
  const weight = PREFERENCES_SHARE / preferences.length;
  return [
    ...own.map((each) => ({ ...each, weight: each.weight * (1 - PREFERENCES_SHARE) })),
    ...preferences.map((scorer) => ({ scorer, weight })),
  ];
}

function mixScorers(parts: ReturnType<typeof weightsOfStrategy>): readonly WeightedScorer[] {
  const mixed = new Map<string, WeightedScorer>();
  for (const part of parts) {
    for (const { scorer, weight } of STRATEGIES[part.name]) {
      const sum = (mixed.get(scorer.name)?.weight ?? 0) + weight * part.weight;
      mixed.set(scorer.name, { scorer, weight: sum });
    }
  }
  return [...mixed.values()];
}
