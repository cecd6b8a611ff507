/** Plans in which order the strategies of one level are tried. See README.md. */
import type { LadderLevel, Outcome, StrategyFigures, StrategyPlan } from './model/learning.ts';
import { wilsonBound } from './rules/wilson-bound.ts';

/** Outcomes of a level from which on they decide the order. */
export const OUTCOMES_MIN = 20;

/** Success rates that differ by less count as equal: then the time decides. */
const RATE_STEPS = 100;

/**
 * Plans the order.
 * @param outcomes - those of one tenant, or of the platform, for the cause of the level
 */
export function planStrategies(level: LadderLevel, outcomes: readonly Outcome[]): StrategyPlan {
  const own = outcomes.filter(({ strategy }) => level.strategies.includes(strategy));
  const figures = level.strategies.map((strategy) => measure(strategy, own));
  const isEnough =
    level.counted === 'each'
      ? figures.every(({ outcomes }) => outcomes >= OUTCOMES_MIN)
      : own.length >= OUTCOMES_MIN;
  const ordered = isEnough ? [...figures].sort(compareFigures) : figures;
  return {
    level,
    order: ordered.map(({ strategy }) => strategy),
    basis: isEnough ? 'outcomes' : 'default',
    figures: ordered,
  };
}

function measure(strategy: string, outcomes: readonly Outcome[]): StrategyFigures {
  const own = outcomes.filter((each) => each.strategy === strategy);
  const times = own
    .filter(({ result }) => result === 'succeeded')
    .map(({ durationMs }) => durationMs);
  const sumMs = times.reduce((sum, each) => sum + each, 0);
  return {
    strategy,
    outcomes: own.length,
    succeeded: times.length,
    rateLow: wilsonBound(times.length, own.length),
    meanMs: times.length === 0 ? null : sumMs / times.length,
  };
}

/** The more reliable first, then the faster; else the order stays: sorting is stable. */
function compareFigures(left: StrategyFigures, right: StrategyFigures): number {
  const rates = Math.round(right.rateLow * RATE_STEPS) - Math.round(left.rateLow * RATE_STEPS);
  if (rates !== 0) return rates;
  if (left.meanMs === right.meanMs) return 0;
  return (left.meanMs ?? Number.MAX_VALUE) - (right.meanMs ?? Number.MAX_VALUE);
}
