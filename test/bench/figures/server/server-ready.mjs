/** From the start of the server's process to the line that says it is ready. */
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';

const REPETITIONS = 7;

/** CPU share of a start; the rest makes the first pages of the stores durable. */
const CPU_SHARE = 0.95;

const MS_PER_S = 1000;

export const figure = {
  name: 'server-ready',
  summary: 'server start to ready: the slower of a first and a second start',
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const times = { first: [], second: [] };
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const dataDir = join(directory, `data-${repetition}`);
      times.first.push(await timeToReady(dataDir, env));
      times.second.push(await timeToReady(dataDir, env));
      const [first, second] = [times.first.at(-1), times.second.at(-1)].map(Math.round);
      progress(`${repetition}/${REPETITIONS}: first ${first} ms, second ${second} ms`);
    }
    const first = median(times.first) / MS_PER_S;
    const second = median(times.second) / MS_PER_S;
    const figures = { value: Math.max(first, second), unit: 's', goal: 1.5, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      first_s: round(first, 3),
      second_s: round(second, 3),
      repetitions: REPETITIONS,
    };
  },
};

async function timeToReady(dataDir, env) {
  const server = await startServer({ dataDir, env });
  const { status } = await fetch(`${server.url}/readyz`);
  await server.stop();
  if (status !== 200) throw new Error(`/readyz answers ${status} after the line said ready`);
  return server.readyMs;
}
