/** From the moment at which an event is due to its arrival at each of many WebSocket clients. */

import { median } from 'simple-statistics';
import { startHost } from '../../ask-host.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { openPlaces } from '../../measure-steps.mjs';
import { round } from '../../statistics.mjs';

const CLIENTS = 200;
const RATE = 500;
const DURATION_MS = 5_000;
const WARM_UP_MS = 2_000;
const REPETITIONS = 5;
const CPU_SHARE = 1;

export const figure = {
  name: 'events-delivered',
  summary: `p99 of the delivery of ${RATE} events a second to ${CLIENTS} WebSocket clients`,
  measure: async ({ directory, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const places = await openPlaces({ kind: 'sqlite', directory });
    const server = await startHost('step-host', { store: await places.next() });
    const listeners = await startHost('listen-host');
    await listeners.ask({ kind: 'connect', ...server.hello, clients: CLIENTS });
    const runs = [];
    // The first one warms up.
    for (let repetition = 0; repetition <= REPETITIONS; repetition += 1) {
      calibration.sample();
      const durationMs = repetition === 0 ? WARM_UP_MS : DURATION_MS;
      const { sent } = await server.ask({ kind: 'emit', rate: RATE, durationMs });
      const expected = sent * CLIENTS;
      runs.push({ expected, ...(await listeners.ask({ kind: 'take', expected })) });
      progress(`${repetition}/${REPETITIONS}: p99 ${runs.at(-1).p99} ms`);
    }
    await listeners.stop();
    await server.stop();
    const counted = runs.slice(1);
    const lost = counted.reduce((sum, run) => sum + run.expected - run.heard, 0);
    const figures = {
      value: median(counted.map(({ p99 }) => p99)),
      unit: 'ms',
      goal: 100,
      better: 'lower',
    };
    const line = calibratedLine(figures, calibration.result());
    return {
      ...line,
      ok: line.ok && lost === 0,
      lost,
      p50_ms: round(median(counted.map(({ p50 }) => p50)), 1),
      clients: CLIENTS,
      events_per_s: RATE,
      repetitions: REPETITIONS,
    };
  },
};
