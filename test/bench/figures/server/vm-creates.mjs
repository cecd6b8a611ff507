/** Number of VMs per second that the server creates, from the request to a running machine. */
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { createVms, describeFleet } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

const DURATION_MS = 6_000;
const WARM_UP_VMS = 200;
const REPETITIONS = 3;
const CPU_SHARE = 0.8;
const MS_PER_S = 1000;

export const figure = {
  name: 'vm-creates',
  summary: 'VMs made a second, from request to running, on the simulated fleet',
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const args = describeFleet(directory);
    const server = await startServer({ dataDir: join(directory, 'data'), env, args });
    let first = 0;
    const create = async (limits) => {
      const run = await createVms(server, { ...limits, first });
      first += run.sent + 1;
      return run;
    };
    await create({ total: WARM_UP_VMS });
    const runs = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const run = await create({ durationMs: DURATION_MS });
      runs.push((run.sent * MS_PER_S) / run.allMs);
      progress(`${repetition}/${REPETITIONS}: ${round(runs.at(-1), 0)} a second`);
    }
    await server.stop();
    const figures = { value: median(runs), unit: '1/s', goal: 200, better: 'higher' };
    return { ...calibratedLine(figures, calibration.result()), repetitions: REPETITIONS };
  },
};
