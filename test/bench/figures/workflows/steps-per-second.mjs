/** Number of durable steps per second with a hundred workflows, on either store. */

import { median } from 'simple-statistics';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { openPlaces, runSteps, STEPS } from '../../measure-steps.mjs';
import { round } from '../../statistics.mjs';

const WORKFLOWS = 100;
const DURATION_MS = 4_000;
const WARM_UP_MS = 2_000;
const REPETITIONS = 5;
const CPU_SHARE = 0.8;

/** Reads beside the steps. */
const READS_PER_S = 50;
const READ_P99_MS_MAX = 20;

/** Makes the figure of one store. */
function createFigure(kind) {
  return {
    name: `steps-${kind}`,
    summary: `durable steps a second of ${WORKFLOWS} concurrent workflows on ${kind}`,
    needs: kind === 'postgres' ? ['postgres', 'initdb'] : [],
    measure: async ({ directory, progress }) => {
      const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
      const places = await openPlaces({ kind, directory });
      const load = await startHost('load-host');
      const runs = [];
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        const meanwhile = ({ url, apiKey }) =>
          load.ask({
            kind: 'open',
            url,
            apiKey,
            rate: READS_PER_S,
            durationMs: DURATION_MS,
            requests: [{ method: 'GET', path: '/api/v2/templates?limit=10' }],
          });
        const limits = { workflows: WORKFLOWS, durationMs: DURATION_MS, warmUpMs: WARM_UP_MS };
        runs.push(await runSteps({ store: await places.next(), ...limits, meanwhile }));
        progress(`${repetition}/${REPETITIONS}: ${round(runs.at(-1).rate, 0)} a second`);
      }
      await load.stop();
      await places.remove();
      return lineOf(runs, calibration.result());
    },
  };
}

function lineOf(runs, calibration) {
  const value = median(runs.map(({ rate }) => rate));
  const reads = median(runs.map(({ beside }) => beside.p99));
  const line = calibratedLine({ value, unit: '1/s', goal: 15_000, better: 'higher' }, calibration);
  const readGoal = READ_P99_MS_MAX * calibration.factor;
  return {
    ...line,
    ok: line.ok && reads <= readGoal,
    reads_p99_ms: round(reads, 1),
    reads_p99_ms_goal: round(readGoal, 1),
    cpu_us_per_step: round(median(runs.map(({ cpuMsPerStep }) => cpuMsPerStep)) * 1000, 0),
    steps_per_workflow: STEPS,
    repetitions: REPETITIONS,
  };
}

export const stepsSqlite = createFigure('sqlite');
export const stepsPostgres = createFigure('postgres');
