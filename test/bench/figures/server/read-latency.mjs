/** Read latency at a given rate while the store contains ten thousand VMs. */

import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { seedVms } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

const VMS = 10_000;
const RATE = 500;
const DURATION_MS = 5_000;
const WARM_UP_MS = 2_000;
const REPETITIONS = 5;
const CPU_SHARE = 1;

export const figure = {
  name: 'read-latency',
  summary: `p99 of ${RATE} reads a second with ${VMS} VMs`,
  measure: async ({ directory, shared, env, progress }) => {
    const { dataDir, args } = await seedVms({ shared, vms: VMS, env, progress });
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const server = await startServer({ dataDir, env, args });
    const load = await startHost('load-host');
    const { url, apiKey } = server;
    const order = { kind: 'open', url, apiKey, rate: RATE, requests: await readsOf(server) };
    const ask = (durationMs) => load.ask({ ...order, durationMs });
    await ask(WARM_UP_MS);
    const runs = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      runs.push(await ask(DURATION_MS));
      progress(`${repetition}/${REPETITIONS}: p99 ${round(runs.at(-1).p99, 1)} ms`);
    }
    await load.stop();
    await server.stop();
    const value = median(runs.map(({ p99 }) => p99));
    const figures = { value, unit: 'ms', goal: 20, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      p50_ms: round(median(runs.map(({ p50 }) => p50)), 1),
      rate_per_s: RATE,
      statuses: runs[0].statuses,
      repetitions: REPETITIONS,
    };
  },
};

/** Mostly single resources, as a refresh reads them, and a page of each list now and then. */
async function readsOf({ url, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${url}/api/v2/vms?limit=100`, { headers });
  const { items } = await answer.json();
  const reads = items.map(({ id }) => ({ method: 'GET', path: `/api/v2/vms/${id}` }));
  const lists = ['vms?limit=20', 'nodes?limit=20', 'operations?limit=20', 'vms?name=vm-77'];
  const pages = lists.map((list) => ({ method: 'GET', path: `/api/v2/${list}` }));
  return [...reads.slice(0, 36), ...pages];
}
