/** Compares a model with doing nothing, with our rules, and with an oracle. See README.md. */
import { compareCosts, type Improvement } from '../training/rules/compare-errors.ts';
import { followForecast } from './baselines/follow-forecast.ts';
import { followOracle, lookAhead, priceOfAction } from './baselines/look-ahead.ts';
import { scaleByPlan } from './baselines/scale-by-plan.ts';
import { decideInWorld } from './decide-in-world.ts';
import type { Agreement, Comparison, ControllerTotals } from './model/comparison.ts';
import type { DecisionModel } from './model/decision-model.ts';
import { TOLERANCE } from './plan-calibration.ts';
import { openModel } from './plan-decision.ts';
import { changeBy, observe } from './simulate/group-world.ts';
import type { ForecastScenario } from './simulate/make-scenario.ts';
import { type Controller, type DayTotals, doNothing, runDay } from './simulate/run-day.ts';

/** Decisions below this are not carried out. */
const CONFIDENCE_MIN = 0.75;

/**
 * Settings of the rules: of those that were tried, the lowest total on days that are not compared.
 * Others were a target of 0.7, horizons of half an hour and seven hours, and the default weight.
 */
const RULE_SETTINGS = {
  rules: [{ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.785 }],
  prediction: { horizon: '1h', weight: 1, min_accuracy: 0.5 },
  cooldown: '5m',
  shrink_window: '5m',
};

/** Steps between two decisions that the oracle judges. */
const JUDGE_EVERY = 3;

/** A decision that the oracle has judged. */
interface Judged {
  readonly isImportant: boolean;
  readonly isActive: boolean;
  /** As good as the oracle's. */
  readonly isConfirmed: boolean;
  /** No worse than waiting. */
  readonly isHarmless: boolean;
  readonly confidence: number;
}

/** Compares. @param scenarios - days that neither training nor calibration has seen */
export function planComparison(
  model: DecisionModel,
  scenarios: readonly ForecastScenario[],
): Comparison {
  const judged: Judged[] = [];
  const nothing = scenarios.map((each) => runDay(each, doNothing));
  const rules = scenarios.map((each) => runDay(each, scaleByPlan(each, RULE_SETTINGS)));
  const simple = scenarios.map((each) => runDay(each, followForecast));
  const ours = scenarios.map((each) => runDay(each, followModel(model, judged)));
  const oracle = scenarios.map((each) => runDay(each, followOracle));
  const [rule, own] = [addUp('scaling-and-optimizer', rules), addUp('model', ours)];
  const overNothing = ours.map((day, at) => day.total / (nothing[at]?.total ?? 1) - 1);
  const improvement = compareWithBest(ours, [rules, simple]);
  return {
    days: scenarios.length,
    controllers: [
      addUp('nothing', nothing),
      rule,
      addUp('simple-rule', simple),
      own,
      addUp('oracle', oracle),
    ],
    saving: 1 - own.cost / rule.cost,
    isSloKept: own.misses <= rule.misses,
    worstDay: overNothing.reduce((worst, each) => Math.max(worst, each), Number.NEGATIVE_INFINITY),
    agreement: describeAgreement(judged),
    improvement,
    isBetter: improvement.lower > 0,
  };
}

function followModel(model: DecisionModel, judged: Judged[]): Controller {
  const opened = openModel(model);
  return (world) => {
    const decision = decideInWorld(opened, world, CONFIDENCE_MIN);
    if (world.step % JUDGE_EVERY === 0) {
      const view = lookAhead(world);
      const [least, wait] = [priceOfAction(view, view.best), priceOfAction(view, 'wait')];
      const price = priceOfAction(view, decision.action);
      judged.push({
        isImportant: wait > least * (1 + TOLERANCE),
        isActive: decision.action !== 'wait',
        isConfirmed: price <= least * (1 + TOLERANCE),
        isHarmless: price <= wait + least * TOLERANCE,
        confidence: decision.confidence,
      });
    }
    return changeBy(world, decision.action, observe(world));
  };
}

function describeAgreement(judged: readonly Judged[]): Agreement {
  const important = judged.filter(({ isImportant }) => isImportant);
  const active = judged.filter(({ isActive }) => isActive);
  const sure = judged.filter(({ confidence }) => confidence >= CONFIDENCE_MIN);
  const steps = [...new Set(sure.map(({ confidence }) => confidence))];
  const errors = steps.map((step) => {
    const part = sure.filter(({ confidence }) => confidence === step);
    return Math.abs(step - shareOf(part, ({ isConfirmed }) => isConfirmed)) * part.length;
  });
  return {
    important: important.length,
    agreed: shareOf(important, ({ isConfirmed }) => isConfirmed),
    active: active.length,
    successful: shareOf(active, ({ isHarmless }) => isHarmless),
    calibrationError: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, sure.length),
  };
}

function addUp(name: ControllerTotals['name'], days: readonly DayTotals[]): ControllerTotals {
  const sumOf = (read: (day: DayTotals) => number) => days.reduce((sum, day) => sum + read(day), 0);
  return {
    name,
    cost: sumOf(({ cost }) => cost),
    misses: sumOf(({ misses }) => misses),
    total: sumOf(({ total }) => total),
  };
}

/** Compares totals with those of the rule that is hardest to beat. */
function compareWithBest(
  ours: readonly DayTotals[],
  rules: readonly (readonly DayTotals[])[],
): Improvement {
  const totalsOf = (days: readonly DayTotals[]) => Float64Array.from(days, ({ total }) => total);
  const own = totalsOf(ours);
  return rules
    .map((days) => compareCosts(own, totalsOf(days)))
    .reduce((least, each) => (each.lower < least.lower ? each : least));
}

function shareOf<T>(all: readonly T[], test: (each: T) => boolean): number {
  return all.length === 0 ? 1 : all.filter(test).length / all.length;
}
