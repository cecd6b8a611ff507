/** Speed of placement decisions; each decision is carried out before the next. */

import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { placeMany, RULES } from '../../place-many.mjs';
import { percentile, round } from '../../statistics.mjs';

const REPETITIONS = 5;
const MS_PER_S = 1000;
/** Enough for a p99 that is not one unlucky decision, few enough for a bench that ends. */
const DECISIONS = 1000;

/** All of it is computing. */
const CPU_SHARE = 1;

const p99 = (times) => percentile(times, 0.99);
const rate = (times) => (times.length * MS_PER_S) / times.reduce((sum, each) => sum + each, 0);

/** Absolute figures: name, load, and what is read from the times. */
const ABSOLUTE = [
  {
    name: 'placement-p99-10000',
    summary: 'slowest in a hundred decisions at 10,000 nodes, no two of them alike',
    load: { nodes: 10_000, rules: RULES.none },
    read: p99,
    unit: 'ms',
    goal: 1,
    better: 'lower',
  },
  {
    name: 'placement-rules-p99-10000',
    summary: 'the same with hard anti-affinity, NUMA and spread',
    load: { nodes: 10_000, rules: RULES.all },
    read: p99,
    unit: 'ms',
    goal: 5,
    better: 'lower',
  },
  {
    name: 'placement-rate-1000',
    summary: 'decisions a second at 1,000 nodes',
    load: { nodes: 1000, rules: RULES.none },
    read: rate,
    unit: '1/s',
    goal: 5000,
    better: 'higher',
  },
  {
    name: 'placement-anti-affinity-rate-5000',
    summary: 'decisions a second at 5,000 nodes with hard anti-affinity',
    load: { nodes: 5000, rules: RULES.antiAffinity },
    read: rate,
    unit: '1/s',
    goal: 1000,
    better: 'higher',
  },
];

const growth = {
  name: 'placement-growth',
  summary: 'a decision at 10,000 nodes against one at 1,000: less than ten times as dear',
  measure: async ({ progress }) => {
    const ratios = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      const load = { decisions: DECISIONS, rules: RULES.none, seed: `seed-${repetition}` };
      const many = median(placeMany({ ...load, nodes: 10_000 }));
      ratios.push(many / median(placeMany({ ...load, nodes: 1000 })));
      progress(`${repetition}/${REPETITIONS}: ${round(ratios.at(-1), 2)} times`);
    }
    const value = round(median(ratios), 2);
    const figure = { value, unit: 'ratio', peer: 'ourselves at 1,000 nodes', goal: 10 };
    return { ...figure, better: 'lower', ok: value < 10, repetitions: REPETITIONS };
  },
};

export const placementFigures = [...ABSOLUTE.map(toFigure), growth];

function toFigure({ name, summary, load, read, unit, goal, better }) {
  return {
    name,
    summary,
    measure: async ({ directory, progress }) => {
      const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
      const values = [];
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        const times = placeMany({ ...load, decisions: DECISIONS, seed: `seed-${repetition}` });
        values.push(read(times));
        progress(`${repetition}/${REPETITIONS}: ${round(values.at(-1), 3)} ${unit}`);
      }
      const value = round(median(values), unit === 'ms' ? 3 : 0);
      const result = calibration.result();
      const isLower = better === 'lower';
      const eased = round(isLower ? goal * result.factor : goal / result.factor, 2);
      const ok = isLower ? value <= eased : value >= eased;
      const goals = { goal: eased, goal_unscaled: goal, better, ok };
      return { value, unit, ...goals, calibration: result, repetitions: REPETITIONS };
    },
  };
}
