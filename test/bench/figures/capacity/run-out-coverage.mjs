/** How often the 80 % interval of a run-out date contains the day on which a limit is reached. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findRunOutDays } from '@novacron/engine/capacity/rules/find-run-out-days';
import { simulateUse } from '@novacron/engine/capacity/rules/simulate-use';
import { takeDailyPeaks } from '@novacron/engine/capacity/rules/take-daily-peaks';
import { makeRng } from '@novacron/engine/rng';
import { mean } from 'simple-statistics';
import { readM4 } from '../../read-m4.mjs';
import { readOpenbAsks } from '../../read-openb.mjs';
import { round } from '../../statistics.mjs';

const COVERAGE_RANGE = [75, 85];

/** A run-out date needs two weeks. Unit: days. */
const FIRST_ORIGIN = 14;
const ORIGIN_STEP = 3;
const DAYS_LEFT_MIN = 5;

/** Limits above the peak of the last week. Unit: mean changes from day to day. */
const M4_DISTANCES = [0.5, 1, 2, 4, 8];
const OPENB_DISTANCES = [6, 9, 12, 15];

const TRACES = ['default', 'cpu050', 'gpushare40'];
/** The load of the traces begins then. Unit: days. */
const OPENB_BEGIN = 115;
const OPENB_END = 149;
/** Fleets that a trace is split into, so that there is more than one. */
const PARTS = 10;
const DAY_S = 86_400;

export const figure = {
  name: 'run-out-coverage',
  summary: 'Run-out days of M4 (every second series) in their 80 % interval; the same of openb',
  measure: async ({ dataDir, progress }) => {
    const m4 = join(dataDir ?? '', 'm4-hourly', 'train.csv');
    const openb = join(dataDir ?? '', 'openb');
    if (!existsSync(m4) || !existsSync(openb)) {
      return { skipped: 'give the folder of the public data: DATA=dir' };
    }
    // The constants were chosen on the others.
    const kept = readM4(m4).filter((_values, at) => at % 2 === 1);
    const series = kept.map((values) => takeDailyPeaks({ values }));
    const ofM4 = coverageOf(series, M4_DISTANCES);
    progress(`M4: ${JSON.stringify(ofM4)}`);
    const ofOpenb = coverageOf(readDemand(openb), OPENB_DISTANCES);
    progress(`openb: ${JSON.stringify(ofOpenb)}`);
    const [goal, most] = COVERAGE_RANGE;
    const ok = [ofM4, ofOpenb].every(({ percent }) => percent >= goal && percent <= most);
    const line = { value: ofM4.percent, unit: 'percent', goal, goal_most: most, better: 'higher' };
    return { ...line, ok, m4: ofM4, openb: ofOpenb };
  },
};

/**
 * Counts the intervals that end within the series: of the others it is not known whether they
 * contain the day. Days are whole, and both ends count.
 */
function coverageOf(series, distances) {
  const rng = makeRng('run-out-coverage');
  const found = { n: 0, inside: 0, early: 0, open: 0 };
  const widths = [];
  for (const [at, peaks] of series.entries()) {
    for (let day = FIRST_ORIGIN; day <= peaks.length - DAYS_LEFT_MIN; day += ORIGIN_STEP) {
      const [known, ahead] = [peaks.slice(0, day), peaks.slice(day)];
      const change = mean(known.slice(1).map((peak, before) => Math.abs(peak - known[before])));
      if (change === 0) continue;
      const paths = simulateUse(known, ahead.length, rng.fork(`${at}/${day}`));
      for (const distance of distances) {
        const limit = Math.max(...known.slice(-7)) + distance * change;
        const { earliest, latest } = findRunOutDays(paths, limit);
        if (latest > ahead.length) {
          found.open += 1;
          continue;
        }
        const reached = ahead.findIndex((peak) => peak >= limit);
        const actual = reached < 0 ? Number.POSITIVE_INFINITY : reached + 1;
        found.n += 1;
        found.inside += Number(actual >= earliest && actual <= latest);
        found.early += Number(actual < earliest);
        widths.push(latest - earliest);
      }
    }
  }
  const percentOf = (count) => round((100 * count) / found.n, 1);
  return {
    percent: percentOf(found.inside),
    earlier_percent: percentOf(found.early),
    n: found.n,
    open: found.open,
    series: series.length,
    width_days: round(mean(widths), 1),
  };
}

/** Demand that only grows: what arrives at each part of each trace, added up. */
function readDemand(directory) {
  const amounts = [
    ({ cpuCores }) => cpuCores,
    ({ memoryMib }) => memoryMib,
    ({ devices = [] }) => devices.reduce((sum, { count }) => sum + count, 0),
  ];
  return TRACES.flatMap((trace) => {
    const asks = readOpenbAsks(directory, trace);
    return amounts.flatMap((amountOf) =>
      Array.from({ length: PARTS }, (_, part) => {
        const days = new Array(OPENB_END).fill(0);
        for (const ask of asks.filter((_ask, at) => at % PARTS === part)) {
          days[Math.floor((ask.arrivesAt ?? 0) / DAY_S)] += amountOf(ask);
        }
        let sum = 0;
        return days.map((amount) => (sum += amount)).slice(OPENB_BEGIN);
      }),
    );
  });
}
