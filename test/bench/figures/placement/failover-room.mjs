/**
 * Cost of checking at admission of a write that capacity remains for the loss of any one node, at
 * 1,000 nodes with 10,000 VMs: compared with planning the loss of one node, which indexes the same
 * fleet.
 */
import { checkFailover } from '@novacron/engine/healing/failover/check-failover';
import { planLoss } from '@novacron/engine/healing/failover/plan-loss';
import { makeRng } from '@novacron/engine/rng';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const NODES = 1000;
const VMS_ON_NODE = 10;
const REPETITIONS = 7;
const WARM_UP = 2;
const MIB_PER_GB = 1024;
const CAPACITY = { cpuCores: 64, memoryMib: 256 * MIB_PER_GB, diskGb: 4096 };
/** Capacity of the few large nodes. */
const LARGE_CAPACITY = { cpuCores: 128, memoryMib: 512 * MIB_PER_GB, diskGb: 4096 };
/** Cores, and GB of memory. */
const SHAPES = [
  [1, 4],
  [2, 8],
  [4, 16],
  [8, 32],
];

/** One VM that is much larger than the others: room is counted in its size. */
const LARGE = [32, 128];
/** In `tight` fleets only these nodes have room for it, so counting does not decide. */
const ROOMY_NODES = 3;
const FILLED_TIGHT = 0.35;

function makeFleet(room, rng) {
  const names = Array.from({ length: NODES }, (_, at) => `node-${String(at).padStart(4, '0')}`);
  const reach = new Set(names);
  const vms = names.flatMap((node, at) =>
    Array.from({ length: VMS_ON_NODE }, (_, of) => {
      const isLarge = room === 'tight' && at === 0 && of === 0;
      const [cpuCores, memoryGb] = isLarge ? LARGE : SHAPES[Math.floor(rng.next() * SHAPES.length)];
      const name = `vm-${at}-${of}`;
      const vm = { name, labels: {}, cpuCores, memoryMib: memoryGb * MIB_PER_GB, diskGb: 20 };
      const request = { vm, constraints: {}, strategy: 'balanced' };
      return {
        id: name,
        tenantId: 'tenant',
        node,
        priority: Math.floor(rng.next() * 100),
        request,
        restart: { reach },
      };
    }),
  );
  const nodes = names.map((name, at) => {
    const here = vms.slice(at * VMS_ON_NODE, (at + 1) * VMS_ON_NODE).map((each) => each.request.vm);
    const filled = room === 'tight' && at >= ROOMY_NODES ? FILLED_TIGHT : 0;
    const capacity = at < ROOMY_NODES ? LARGE_CAPACITY : CAPACITY;
    const sum = (key) => here.reduce((total, vm) => total + vm[key], CAPACITY[key] * filled);
    const used = {
      cpuCores: Math.min(capacity.cpuCores, Math.floor(sum('cpuCores'))),
      memoryMib: Math.min(capacity.memoryMib, Math.floor(sum('memoryMib'))),
      diskGb: Math.floor(sum('diskGb')),
    };
    return {
      id: name,
      name,
      zone: `zone-${at % 5}`,
      rack: `rack-${Math.floor(at / 40)}`,
      status: 'ready',
      capacity,
      used,
      vmCount: here.length,
    };
  });
  return { nodes, vms };
}

function timeOf(call) {
  const startedAtMs = performance.now();
  const result = call();
  return { result, durationMs: performance.now() - startedAtMs };
}

/** Pairs of both, one after the other: what else the machine does slows both of them down. */
function measure(room, progress) {
  const ratios = [];
  for (let repetition = 1 - WARM_UP; repetition <= REPETITIONS; repetition += 1) {
    const fleet = makeFleet(room, makeRng(`seed-${repetition}`));
    const base = timeOf(() => planLoss(fleet, [fleet.nodes[0].name]));
    const check = timeOf(() => checkFailover(fleet, { nodesMax: 1 }));
    const { kind, slack } = check.result;
    const isPacked = slack === 0;
    if (kind !== 'safe' || isPacked !== (room === 'tight')) {
      throw new Error(`a ${room} fleet is ${kind}, with a slack of ${slack}`);
    }
    if (repetition < 1) continue;
    ratios.push(check.durationMs / base.durationMs);
    progress(`${repetition}/${REPETITIONS}: ${round(ratios.at(-1), 2)} times`);
  }
  return round(median(ratios), 2);
}

function figureOf({ name, summary, room, goal }) {
  return {
    name,
    summary,
    measure: async ({ progress }) => {
      const value = measure(room, progress);
      const figure = { value, unit: 'ratio', peer: 'the plan of the loss of one node', goal };
      return { ...figure, better: 'lower', ok: value <= goal, repetitions: REPETITIONS };
    },
  };
}

export const failoverFigures = [
  figureOf({
    name: 'failover-room-1000',
    summary:
      'check that the VMs of any one of 1,000 nodes have room elsewhere, decided by counting',
    room: 'roomy',
    goal: 2,
  }),
  figureOf({
    name: 'failover-packed-1000',
    summary: 'the same near the limit, where the VMs of each node are packed',
    room: 'tight',
    goal: 4,
  }),
];
