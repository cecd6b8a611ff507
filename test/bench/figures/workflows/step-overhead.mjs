/** From the end of a step at its agent to the command for the next one, in a hundred workflows. */

import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { openPlaces, runSteps } from '../../measure-steps.mjs';
import { round } from '../../statistics.mjs';

const WORKFLOWS = 100;
const DURATION_MS = 3_000;
const WARM_UP_MS = 2_000;
const REPETITIONS = 5;
const CPU_SHARE = 0.7;

export const figure = {
  name: 'step-overhead',
  summary: `p99 between two steps of a workflow, with ${WORKFLOWS} of them as fast as they go`,
  measure: async ({ directory, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const places = await openPlaces({ kind: 'sqlite', directory });
    const runs = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const limits = { workflows: WORKFLOWS, durationMs: DURATION_MS, warmUpMs: WARM_UP_MS };
      runs.push((await runSteps({ store: await places.next(), ...limits })).overheadMs);
      progress(`${repetition}/${REPETITIONS}: p99 ${round(runs.at(-1).p99, 1)} ms`);
    }
    const value = median(runs.map(({ p99 }) => p99));
    const figures = { value, unit: 'ms', goal: 10, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      p50_ms: round(median(runs.map(({ p50 }) => p50)), 1),
      repetitions: REPETITIONS,
    };
  },
};
