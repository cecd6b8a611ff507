/** What each strategy looks at, and how much it cares. */
import type { PlacementStrategy, WeightedScorer } from './model.ts';
import { scoreBalance } from './rules/score-balance.ts';
import { scoreFewestVms } from './rules/score-fewest-vms.ts';
import { scoreLeastAllocated } from './rules/score-least-allocated.ts';
import { scoreMostAllocated } from './rules/score-most-allocated.ts';
import { scoreRackSpread } from './rules/score-rack-spread.ts';
import { scoreZoneSpread } from './rules/score-zone-spread.ts';

/** Scorers by strategy; the weights of a strategy sum up to 1, so a score is a share too. */
export const STRATEGIES: Readonly<Record<PlacementStrategy, readonly WeightedScorer[]>> = {
  balanced: [
    { scorer: scoreLeastAllocated, weight: 0.3 },
    { scorer: scoreBalance, weight: 0.25 },
    { scorer: scoreZoneSpread, weight: 0.25 },
    { scorer: scoreRackSpread, weight: 0.1 },
    { scorer: scoreFewestVms, weight: 0.1 },
  ],
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
};
