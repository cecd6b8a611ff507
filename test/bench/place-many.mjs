/** Places many VMs one after another on a generated fleet and times each decision of the engine. */

import { decidePlacement } from '@novacron/engine/placement/place/decide/decide-placement';
import { makeFleetIndex } from '@novacron/engine/placement/place/index/fleet-index';
import { openOverlay, placeOnIndex } from '@novacron/engine/placement/place/index/fleet-overlay';
import { makeRng } from '@novacron/engine/rng';

const MIB_PER_GB = 1024;
const ZONES = 5;
const NODES_PER_RACK = 40;
const CORES = [32, 64, 128];
const MEMORY_GB_PER_CORE = 4;
const DISK_GB_PER_CORE = 64;
/** A fleet in use: no two nodes are alike, which is the worst case for classes of nodes. */
const FILL_MAX = 0.8;
const GROUPS = 50;
/** Decisions not timed, in which the compiler warms up and every shape is met. */
const WARM_UP = 300;

/** Cores, GB of memory, GB of disk: a catalogue of sizes. */
const SHAPES = [
  [1, 2, 20],
  [2, 4, 50],
  [2, 8, 50],
  [4, 8, 100],
  [4, 16, 100],
  [8, 16, 200],
  [8, 32, 200],
  [16, 64, 400],
];

const groupOf = (at) => ({ kind: 'group', group: `group-${at % GROUPS}` });

const apart = (at) => ({ rule: 'apart', to: groupOf(at), level: 'node', need: 'required' });

/** Rules that a VM can come with. */
export const RULES = {
  none: () => ({ vm: {}, constraints: {} }),
  antiAffinity: (at) => ({
    vm: { group: groupOf(at).group },
    constraints: { affinity: [apart(at)] },
  }),
  all: (at) => ({
    vm: { group: groupOf(at).group, numa: 'single' },
    constraints: {
      affinity: [apart(at)],
      spread: [{ of: groupOf(at), level: 'zone', maxSkew: 1, need: 'required' }],
    },
  }),
};

/**
 * Places VMs and answers the times of the decisions in ms, in order.
 * @param {{ nodes: number, decisions: number, rules: (at: number) => object, seed: string }} load
 */
export function placeMany({ nodes, decisions, rules, seed }) {
  const rng = makeRng(seed);
  const index = makeFleetIndex({ nodes: makeFleet(nodes, rng.fork('fleet')), peers: [] });
  const env = { nowMs: 0, rng };
  const times = [];
  for (let at = 0; at < decisions + WARM_UP; at += 1) {
    const ask = makeAsk(at, rules(at));
    const startedAtMs = performance.now();
    const planned = decidePlacement(openOverlay(index), ask, env);
    const durationMs = performance.now() - startedAtMs;
    if (!planned.ok) throw new Error(planned.error.detail);
    placeOnIndex(index, ask, planned.value);
    if (at >= WARM_UP) times.push(durationMs);
  }
  return times;
}

/** A request. @param {number} at - its number; @param {object} rules - of {@link RULES} */
export function makeAsk(at, { vm, constraints }) {
  const [cpuCores, memoryGb, diskGb] = SHAPES[(at * 7) % SHAPES.length];
  const amounts = { cpuCores, memoryMib: memoryGb * MIB_PER_GB, diskGb };
  const labels = { app: `app-${at % 20}` };
  return { vm: { name: `vm-${at}`, labels, ...amounts, ...vm }, constraints, strategy: 'balanced' };
}

/** A fleet in use. */
export function makeFleet(count, rng) {
  return Array.from({ length: count }, (_, at) => {
    const cores = CORES[at % CORES.length];
    const capacity = amountsOf(cores, [1, 1, 1]);
    const used = amountsOf(
      cores,
      [rng.next(), rng.next(), rng.next()].map((r) => r * FILL_MAX),
    );
    const cell = {
      cpuCores: cores / 2,
      cpuCoresUsed: Math.floor(used.cpuCores / 2),
      memoryMib: capacity.memoryMib / 2,
      memoryMibUsed: Math.floor(used.memoryMib / 2),
    };
    return {
      id: `node-${at}`,
      name: `node-${String(at).padStart(5, '0')}`,
      zone: `zone-${at % ZONES}`,
      rack: `rack-${Math.floor(at / NODES_PER_RACK)}`,
      status: 'ready',
      capacity,
      used,
      vmCount: Math.floor(used.cpuCores / 4),
      numaCells: [cell, cell],
    };
  });
}

function amountsOf(cores, [cpu, memory, disk]) {
  return {
    cpuCores: Math.floor(cores * cpu),
    memoryMib: Math.floor(cores * MEMORY_GB_PER_CORE * memory) * MIB_PER_GB,
    diskGb: Math.floor(cores * DISK_GB_PER_CORE * disk),
  };
}
