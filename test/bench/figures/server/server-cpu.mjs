/** CPU time of a server with a thousand VMs that answers fifty requests a second. */

import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { readCpuMs } from '../../read-cpu-ms.mjs';
import { seedVms, VM_BODY } from '../../seed-vms.mjs';
import { round } from '../../statistics.mjs';

const VMS = 1_000;
const RATE = 50;
const DURATION_MS = 10_000;
const REPETITIONS = 3;
const PERCENT = 100;
const CPU_SHARE = 1;

const READS = ['vms?limit=20', 'nodes?limit=20', 'operations?limit=20', 'vms?name=vm-77'];

/** One in ten creates a VM. */
const REQUESTS = Array.from({ length: 10 }, (_, index) =>
  index === 0
    ? { method: 'POST', path: '/api/v2/vms', body: { ...VM_BODY, name: 'busy-{n}' } }
    : { method: 'GET', path: `/api/v2/${READS[index % READS.length]}` },
);

export const figure = {
  name: 'server-cpu',
  summary: `share of a core at ${RATE} requests a second with ${VMS} VMs`,
  measure: async ({ directory, shared, env, progress }) => {
    const { dataDir, args } = await seedVms({ shared, vms: VMS, env, progress });
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const server = await startServer({ dataDir, env, args });
    const load = await startHost('load-host');
    const { url, apiKey } = server;
    const order = { kind: 'open', url, apiKey, rate: RATE, requests: REQUESTS };
    const shares = [];
    const latencies = [];
    let first = 0;
    for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const [startMs, startCpuMs] = [performance.now(), readCpuMs(server.pid)];
      const { sent, p99 } = await load.ask({ ...order, durationMs: DURATION_MS, first });
      const cpuMs = readCpuMs(server.pid) - startCpuMs;
      shares.push((PERCENT * cpuMs) / (performance.now() - startMs));
      latencies.push(p99);
      first += sent;
      progress(`${repetition}/${REPETITIONS}: ${round(shares.at(-1), 1)} %`);
    }
    await load.stop();
    await server.stop();
    const value = median(shares);
    const figures = { value, unit: '% of a core', goal: 70, better: 'lower' };
    return {
      ...calibratedLine(figures, calibration.result()),
      p99_ms: round(median(latencies), 1),
      repetitions: REPETITIONS,
    };
  },
};
