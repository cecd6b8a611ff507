/** Time until a server with ten thousand VMs is ready, and its memory use afterwards. */

import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { readResidentMb } from '../../read-resident-mb.mjs';
import { seedVms } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

const VMS = 10_000;
const REPETITIONS = 5;
const CPU_SHARE = 0.95;
const MS_PER_S = 1000;
const MEMORY_MB_GOAL = 400;

/** The reconcilers' first look at everything is part of what a start costs. */
const SETTLE_MS = 3_000;

export const serverStart10k = {
  name: 'server-start-10k',
  summary: `server start to ready with ${VMS} VMs in the store`,
  measure: async ({ directory, shared, env, progress }) => {
    const { dataDir, args } = await seedVms({ shared, vms: VMS, env, progress });
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const times = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const server = await startServer({ dataDir, env, args });
      times.push(server.readyMs / MS_PER_S);
      await server.stop();
      progress(`${repetition}/${REPETITIONS}: ${round(times.at(-1), 2)} s`);
    }
    const figures = { value: median(times), unit: 's', goal: 3, better: 'lower' };
    return { ...calibratedLine(figures, calibration.result()), repetitions: REPETITIONS };
  },
};

export const serverMemory10k = {
  name: 'server-memory-10k',
  summary: `memory of the server with ${VMS} VMs in the store, every list read once`,
  measure: async ({ shared, env, progress }) => {
    const { dataDir, args } = await seedVms({ shared, vms: VMS, env, progress });
    const sizes = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      const server = await startServer({ dataDir, env, args });
      await readAllVms(server);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      sizes.push(readResidentMb(server.pid));
      await server.stop();
      progress(`${repetition}/${REPETITIONS}: ${round(sizes.at(-1), 0)} MB`);
    }
    const value = round(median(sizes), 0);
    const goal = { goal: MEMORY_MB_GOAL, better: 'lower', ok: value <= MEMORY_MB_GOAL };
    return { value, unit: 'MB', ...goal, repetitions: REPETITIONS };
  },
};

async function readAllVms({ url, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  for (let cursor = ''; cursor !== null; ) {
    const where = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await fetch(`${url}/api/v2/vms?limit=100${where}`, { headers });
    cursor = (await answer.json()).next_cursor;
  }
}
