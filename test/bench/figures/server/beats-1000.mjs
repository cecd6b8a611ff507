/**
 * Server cost of heartbeats of many agents: CPU above that of the same server while the agents are
 * idle.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { startNatsServer } from '../../nats-server.mjs';
import { readCpuMs } from '../../read-cpu-ms.mjs';
import { round } from '../../statistics.mjs';

const AGENTS = 1_000;
const PERIOD_MS = 1_000;
const REPETITIONS = 3;
const MEASURE_MS = 12_000;
/** Without heartbeats nodes are lost after 21 s: it ends before. */
const REST_MS = 10_000;
/** Time for in-flight work to finish when heartbeats begin or stop. Unit: ms. */
const SETTLE_MS = 3_000;
const READY_MS_MAX = 60_000;
const PERCENT = 100;
const PERCENT_GOAL = 20;

export const figure = {
  name: 'beats-1000',
  summary: `CPU of a server for the heartbeats of ${AGENTS} agents, one a second each`,
  needs: ['nats-server'],
  measure: async ({ directory, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: 1, clock: 'cpu' });
    const nats = await startNatsServer();
    const args = ['--bus', nats.url];
    const server = await startServer({ dataDir: `${directory}/data`, env, args });
    const hello = { busUrl: nats.url, agents: AGENTS, periodMs: PERIOD_MS };
    const host = await startHost('beat-host', hello);
    try {
      await host.ask({ kind: 'start' });
      await awaitLeases(host);
      const runs = [];
      for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
        calibration.sample();
        runs.push(await measureOnce(server, host));
        const { busy, idle, rate } = runs.at(-1);
        const shares = `${round(busy, 1)} % of a core with them, ${round(idle, 1)} % without`;
        progress(`${repetition}/${REPETITIONS}: ${round(rate, 0)} a second, ${shares}`);
      }
      return toLine(runs, calibration.result());
    } finally {
      await host.stop();
      await server.stop();
      await nats.remove();
    }
  },
};

/** Every node has announced itself, and was acknowledged. */
async function awaitLeases(host) {
  const endMs = performance.now() + READY_MS_MAX;
  for (;;) {
    const { held } = await host.ask({ kind: 'count' });
    if (held === AGENTS) return;
    if (performance.now() > endMs) throw new Error(`only ${held} of ${AGENTS} leases hold`);
    await wait(PERIOD_MS);
  }
}

/** With heartbeats, then without: the server is the same, and has the same nodes. */
async function measureOnce(server, host) {
  await host.ask({ kind: 'beat' });
  await wait(SETTLE_MS);
  await host.ask({ kind: 'count' });
  const busy = await shareOfCore(server.pid, MEASURE_MS);
  const { sent, held } = await host.ask({ kind: 'count' });
  if (held !== AGENTS) throw new Error(`only ${held} of ${AGENTS} leases held`);
  await host.ask({ kind: 'rest' });
  await wait(SETTLE_MS);
  const idle = await shareOfCore(server.pid, REST_MS);
  return { busy, idle, rate: sent / (MEASURE_MS / 1000) };
}

/** CPU time over time, in percent. */
async function shareOfCore(pid, durationMs) {
  const [startMs, startCpuMs] = [performance.now(), readCpuMs(pid)];
  await wait(durationMs);
  return (PERCENT * (readCpuMs(pid) - startCpuMs)) / (performance.now() - startMs);
}

function toLine(runs, calibration) {
  const value = median(runs.map(({ busy, idle }) => busy - idle));
  const figures = { value, unit: '% of a core', goal: PERCENT_GOAL, better: 'lower' };
  return {
    ...calibratedLine(figures, calibration),
    with_beats: round(median(runs.map(({ busy }) => busy)), 1),
    without_beats: round(median(runs.map(({ idle }) => idle)), 1),
    beats_per_s: round(median(runs.map(({ rate }) => rate)), 0),
    agents: AGENTS,
    repetitions: REPETITIONS,
  };
}
