/** Explains the order of strategies in lines for people. */
import type { StrategyFigures, StrategyPlan } from './model/learning.ts';
import { OUTCOMES_MIN } from './plan-strategies.ts';

const MS_PER_SECOND = 1_000;
const PERCENT = 100;

/** Explains the order of one level, with the figures that it follows from. */
export function explainStrategies({ level, order, basis, figures }: StrategyPlan): string[] {
  const { cause, strategies } = level;
  const total = figures.reduce((sum, { outcomes }) => sum + outcomes, 0);
  if (strategies.length < 2) return [`${cause}: ${listOf(order)}. ${describe(figures)}`];
  if (basis === 'default') {
    const known =
      level.counted === 'each'
        ? `each needs ${OUTCOMES_MIN} outcomes of its own before they decide the order`
        : `${total} of the ${OUTCOMES_MIN} outcomes that decide the order are there`;
    return [`${cause}: ${listOf(order)}, which is the default: ${known}. ${describe(figures)}`];
  }
  const isDefault = order.every((strategy, at) => strategies[at] === strategy);
  const why = isDefault
    ? 'which is the default, and what outcomes say'
    : `instead of ${listOf(strategies)}, because of ${total} outcomes`;
  return [`${cause}: ${listOf(order)}, ${why}. ${describe(figures)}`];
}

function listOf(strategies: readonly string[]): string {
  return strategies.join(' before ');
}

function describe(figures: readonly StrategyFigures[]): string {
  return figures
    .map(({ strategy, outcomes, succeeded, rateLow, meanMs }) => {
      if (outcomes === 0) return `${strategy} has no outcome.`;
      const rate = `at least ${Math.round(rateLow * PERCENT)} % with a confidence of 95 %`;
      const seconds = Math.round((meanMs ?? 0) / MS_PER_SECOND);
      const time = meanMs === null ? '' : `, after ${seconds < 1 ? '< 1' : seconds} s on average`;
      return `${strategy} has helped ${succeeded} of ${outcomes} times (${rate})${time}.`;
    })
    .join(' ');
}
