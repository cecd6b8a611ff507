/**
 * Whether engine/healing/detect would have a node powered off that is alive, and how soon it finds
 * those that are not. Rates and durations of faults are assumptions; the line has them.
 */
import { register } from 'node:module';
import { percentile, round } from '../../statistics.mjs';

const NODE_HOURS = 3_000_000;
const NODES_PER_RACK = 10;
const NODES = 100;
const DEATHS = 500;
const SECOND_MS = 1_000;

/** Mean hours between faults of a unit, nodes of a unit, and the shortest and longest fault. */
const CLASSES = [
  { kind: 'pause', mtbfHours: 300, nodes: 1, seconds: [1, 25] },
  { kind: 'network', mtbfHours: 2_000, nodes: NODES_PER_RACK, seconds: [20, 600] },
  { kind: 'control-plane', mtbfHours: 700, nodes: NODES, seconds: [5, 1_200] },
  { kind: 'clock', mtbfHours: 5_000, nodes: 1, seconds: [0, 120] },
];

async function loadSimulation() {
  register('../../../simulation/load-typescript.mjs', import.meta.url);
  const { simulateStretch } = await import('../../../simulation/detection/simulate-detection.ts');
  const { makeRng } = await import('@novacron/engine/rng');
  return { simulateStretch, rng: makeRng('detection bench') };
}

const falseEvictions = {
  name: 'detection-false-evictions',
  summary: `nodes that are alive and would be powered off, in ${NODE_HOURS} node-hours of faults`,
  measure: async ({ progress }) => {
    const { simulateStretch, rng } = await loadSimulation();
    const classes = CLASSES.map(({ kind, mtbfHours, nodes, seconds: [least, most] }) => {
      const chance = rng.fork(kind);
      const stretches = [];
      for (let at = 0; at < NODE_HOURS / nodes / mtbfHours; at += 1) {
        const durationMs = (least + chance.next() * (most - least)) * SECOND_MS;
        stretches.push(simulateStretch({ kind, durationMs }, chance.fork(`${at}`)));
      }
      const sum = (count) => stretches.reduce((total, each) => total + count(each), 0);
      const counted = {
        n: stretches.length,
        mtbf_hours: mtbfHours,
        seconds: [least, most],
        evicted: sum(({ falseEvictions: count }) => count),
        lost: sum(({ falselyLost }) => falselyLost),
        suspected: sum(({ falselySuspected }) => falselySuspected),
      };
      progress(`${kind}: ${JSON.stringify(counted)}`);
      return [kind, counted];
    });
    const value = classes.reduce((total, [, { evicted }]) => total + evicted, 0);
    return {
      value,
      unit: 'nodes',
      goal: 0,
      better: 'lower',
      ok: value === 0,
      node_hours: NODE_HOURS,
      classes: Object.fromEntries(classes),
    };
  },
};

const LATENCY_GOAL_S = 22;

const latency = {
  name: 'detection-latency',
  summary: `p99 from the death of a node to its loss, of ${DEATHS} deaths`,
  measure: async () => {
    const { simulateStretch, rng } = await loadSimulation();
    const deaths = Array.from({ length: DEATHS }, (_, at) =>
      simulateStretch({ kind: 'death', durationMs: 0 }, rng.fork(`death ${at}`)),
    );
    const lost = deaths.map(({ lostAfterMs }) => lostAfterMs ?? Number.POSITIVE_INFINITY);
    const suspected = deaths.map((each) => each.suspectedAfterMs ?? Number.POSITIVE_INFINITY);
    const seconds = (values, q) => round(percentile(values, q) / SECOND_MS, 2);
    const value = seconds(lost, 0.99);
    return {
      value,
      unit: 's',
      goal: LATENCY_GOAL_S,
      better: 'lower',
      ok: value <= LATENCY_GOAL_S,
      lost_p50_s: seconds(lost, 0.5),
      suspected_p50_s: seconds(suspected, 0.5),
      suspected_p99_s: seconds(suspected, 0.99),
      would_be_powered_off: deaths.filter(({ isDeadEvicted }) => isDeadEvicted).length,
      deaths: DEATHS,
    };
  },
};

export const detectionFigures = [falseEvictions, latency];
