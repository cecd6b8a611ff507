/** Scaling in the closed loop, on traces kept back, beside Kubernetes' rule with the same hours. */
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { readM4 } from '../../read-m4.mjs';
import { findNab, readNab } from '../../read-nab.mjs';
import { round } from '../../statistics.mjs';

const VIOLATIONS_GOAL = 0.5;
const CHANGES_GOAL = 0.5;
const HOURS_RATIO_MAX = 1.02;

/** Settings were chosen on traces with even places and other seeds; these have odd ones. */
const SYNTHETIC = { seed: 'held-out', count: 24, days: 28 };
const M4 = { count: 24, days: 14, step: 8 };
const NAB = { days: 7, knownDays: 7 };

/** Between two values of the recordings. */
const STEP_MINUTES = { m4: 60, nab: 5 };

function readHeldOut(dataDir = '') {
  const m4 = join(dataDir, 'm4-hourly', 'train.csv');
  const nab = findNab(dataDir);
  if (!existsSync(m4) || nab === undefined) return undefined;
  const all = readM4(m4);
  const hourly = Array.from({ length: M4.count }, (_, at) => 1 + 2 * M4.step * at).map((at) => ({
    name: `m4-${at + 1}`,
    values: all[at],
    stepMinutes: STEP_MINUTES.m4,
    knownDays: 14,
  }));
  const measured = readNab(nab)
    .filter(({ name }) => /^realAWSCloudwatch\/.*cpu/.test(name))
    .filter((_, at) => at % 2 === 1)
    .map(({ name, rows }) => ({
      name,
      values: rows.map(({ value }) => value),
      stepMinutes: STEP_MINUTES.nab,
      knownDays: NAB.knownDays,
    }));
  return { hourly, measured };
}

export const closedLoopFigure = {
  name: 'scaling-closed-loop',
  summary: "minutes of violations, over those of HPA's rule with the same hours, 1,000 days",
  measure: async ({ dataDir, progress }) => {
    const recordings = readHeldOut(dataDir);
    if (recordings === undefined) {
      return { skipped: 'give the folder of the public data: DATA=dir' };
    }
    register('../../../simulation/load-typescript.mjs', import.meta.url);
    const loop = await import('../../../simulation/scaling/compare-scaling.ts');
    const { makeTraces, replayTraces } = await import('../../../simulation/scaling/traces.ts');
    const traces = [
      ...makeTraces(SYNTHETIC.seed, SYNTHETIC.count, SYNTHETIC.days),
      ...replayTraces(recordings.hourly, M4.days),
      ...replayTraces(recordings.measured, NAB.days),
    ];
    const before = process.cpuUsage();
    const compared = traces.flatMap((each) => {
      const [one] = loop.compareScaling([each]);
      progress(`${one.ours.trace}: ${loop.describeTotals(one.ours)}`);
      progress(`  HPA: ${loop.describeTotals(one.hpa)}`);
      return [one];
    });
    const { user, system } = process.cpuUsage(before);
    const ours = loop.addUp(compared.map((each) => each.ours));
    const hpa = loop.addUp(compared.map((each) => each.hpa));
    const { findLeastChanges } = await import('../../../simulation/scaling/least-changes.ts');
    const { UTILIZATION_MAX } = await import('../../../simulation/scaling/simulate-scaling.ts');
    const findLeast = (headroom) =>
      findLeastChanges(
        traces.map(({ trace, first }) => ({
          trace: { ...trace, demand: trace.demand.map((each) => each * headroom) },
          first,
        })),
        hpa.memberMinutes * HOURS_RATIO_MAX,
      ).startsAndStops;
    const [{ value: target }] = loop.PLAN_SETTINGS.rules;
    const least = { bare: findLeast(1), withHeadroom: findLeast(UTILIZATION_MAX / target) };
    return describe({ ours, hpa, least, compared, cpuS: (user + system) / 1e6 });
  },
};

function describe({ ours, hpa, least, compared, cpuS }) {
  const value = round(ours.violationMinutes / hpa.violationMinutes, 3);
  const changes = round(ours.startsAndStops / hpa.startsAndStops, 3);
  const hours = round(ours.memberMinutes / hpa.memberMinutes, 3);
  const worst = compared.toSorted((one, other) => excessOf(other) - excessOf(one))[0];
  const isEqual = 2 - HOURS_RATIO_MAX <= hours && hours <= HOURS_RATIO_MAX;
  return {
    value,
    unit: 'ratio',
    peer: 'HPA',
    goal: VIOLATIONS_GOAL,
    better: 'lower',
    ok: value <= VIOLATIONS_GOAL && changes <= CHANGES_GOAL && isEqual && ours.regretted === 0,
    starts_and_stops_ratio: changes,
    // Of one that knows the whole demand beforehand.
    least_starts_and_stops_ratio: round(least.bare / hpa.startsAndStops, 3),
    // The same with the room between the target and a violation, which noise needs.
    least_with_headroom_ratio: round(least.withHeadroom / hpa.startsAndStops, 3),
    instance_hours_ratio: hours,
    regretted: ours.regretted,
    regretted_by_peer: hpa.regretted,
    days: Math.round(ours.minutes / 1440),
    violation_minutes: ours.violationMinutes,
    violation_minutes_by_peer: hpa.violationMinutes,
    worst_trace: worst.ours.trace,
    worst_trace_minutes: [worst.ours.violationMinutes, worst.hpa.violationMinutes],
    cpu_s: round(cpuS, 1),
  };
}

/** Returns the number of violation minutes of the trace in excess of HPA's. */
function excessOf({ ours, hpa }) {
  return ours.violationMinutes - hpa.violationMinutes;
}
