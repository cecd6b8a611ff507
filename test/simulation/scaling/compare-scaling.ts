/** NovaCron's scaling and the Horizontal Pod Autoscaler on the same traces. */
import { DAY, drawFailures } from '@novacron/agent/drivers/simulator/demand';
import { makeRng } from '@novacron/engine/rng';
import type { GroupDecision } from '@novacron/engine/scaling/decide/model/scaling';
import { type HpaSettings, scaleByHpa } from './scale-by-hpa.ts';
import { scaleByPlan } from './scale-by-plan.ts';
import { type Controller, type LoopFigures, simulateScaling } from './simulate-scaling.ts';
import type { LoopTrace } from './traces.ts';

/** Members of a group that fail: expected a day. */
export const FAILURES_PER_DAY = 0.3;

const METRIC = 'cpu_utilization_ratio';

/**
 * The settings with which NovaCron is compared. They and {@link HPA_SETTINGS} were chosen on the
 * training traces: fewest violations with instance-hours near those of the defaults of HPA.
 */
export const PLAN_SETTINGS = {
  rules: [{ kind: 'target', metric: METRIC, value: 0.785 }],
  prediction: { horizon: '7h', weight: 1, min_accuracy: 0.5 },
  cooldown: '5m',
  shrink_window: '5m',
};

const HPA_SETTINGS: HpaSettings = { target: 0.7, windowMinutes: 10 };

/** Figures of one side over all traces. */
export type LoopTotals = Omit<LoopFigures, 'trace'>;

/** Both sides on one trace. */
export interface TraceComparison {
  readonly ours: LoopFigures;
  readonly hpa: LoopFigures;
}

/** Runs both on each trace. @param onDecision - hears what NovaCron decides */
export function compareScaling(
  traces: readonly LoopTrace[],
  onDecision: (decision: GroupDecision) => void = () => undefined,
): readonly TraceComparison[] {
  return traces.map((each) => ({
    ours: runTrace(each, ({ trace, first }) =>
      scaleByPlan({ settings: PLAN_SETTINGS, history: trace.demand.slice(0, first), onDecision }),
    ),
    hpa: runTrace(each, () => scaleByHpa(HPA_SETTINGS)),
  }));
}

/** Runs one controller on a trace, with the same failures for each. */
function runTrace(each: LoopTrace, makeController: (each: LoopTrace) => Controller): LoopFigures {
  const { trace, first } = each;
  const failures = drawFailures(makeRng(trace.name), trace.demand.length, FAILURES_PER_DAY);
  return simulateScaling(trace, { first, failures }, makeController(each));
}

/** Adds up. */
export function addUp(figures: readonly LoopFigures[]): LoopTotals {
  const sumOf = (read: (each: LoopFigures) => number) =>
    figures.reduce((sum, each) => sum + read(each), 0);
  return {
    minutes: sumOf(({ minutes }) => minutes),
    violationMinutes: sumOf(({ violationMinutes }) => violationMinutes),
    unservedMinutes: sumOf(({ unservedMinutes }) => unservedMinutes),
    memberMinutes: sumOf(({ memberMinutes }) => memberMinutes),
    startsAndStops: sumOf(({ startsAndStops }) => startsAndStops),
    shrinks: sumOf(({ shrinks }) => shrinks),
    regretted: sumOf(({ regretted }) => regretted),
  };
}

/** A line about one side. */
export function describeTotals(totals: LoopTotals): string {
  const { minutes, violationMinutes, memberMinutes, startsAndStops, shrinks, regretted } = totals;
  return (
    `${Math.round(minutes / DAY)} days, ${violationMinutes} minutes of violations, ` +
    `${Math.round(memberMinutes / 60)} instance-hours, ${startsAndStops} starts and stops, ` +
    `${shrinks} times smaller, ${regretted} of them regretted`
  );
}
