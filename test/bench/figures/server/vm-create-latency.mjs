/** Latency until a create is acknowledged, at two hundred creates per second. */
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { describeFleet, VM_BODY, waitForCreated } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

const RATE = 200;
const DURATION_MS = 5_000;
const REPETITIONS = 3;
const CPU_SHARE = 0.8;

export const figure = {
  name: 'vm-create-latency',
  summary: `p99 to the acknowledgement of a create at ${RATE} a second`,
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const args = describeFleet(directory);
    const server = await startServer({ dataDir: join(directory, 'data'), env, args });
    const load = await startHost('load-host');
    const { url, apiKey } = server;
    const requests = [{ method: 'POST', path: '/api/v2/vms', body: VM_BODY }];
    const order = { kind: 'open', url, apiKey, rate: RATE, durationMs: DURATION_MS, requests };
    let first = 0;
    const runs = [];
    // The first one warms up.
    for (let repetition = 0; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      runs.push(await load.ask({ ...order, first }));
      first += runs.at(-1).sent;
      await waitForCreated(server, first);
      progress(`${repetition}/${REPETITIONS}: p99 ${round(runs.at(-1).p99, 1)} ms`);
    }
    await load.stop();
    await server.stop();
    const counted = runs.slice(1);
    const value = median(counted.map(({ p99 }) => p99));
    const figures = { value, unit: 'ms', goal: 100, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      p50_ms: round(median(counted.map(({ p50 }) => p50)), 1),
      rate_per_s: RATE,
      statuses: counted[0].statuses,
      repetitions: REPETITIONS,
    };
  },
};
