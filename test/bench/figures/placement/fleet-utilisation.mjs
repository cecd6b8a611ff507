/**
 * Utilisation of the nodes that must be powered on: a closed simulation from one seed. VMs come and
 * go over the day and use less than they were promised; CPU is overcommitted by node class, as far
 * as the first day's measurements allow; every hour the optimizer empties nodes, which are then
 * powered off.
 */
import { defaultFleet } from '@novacron/agent/fleet/fleet';
import { makeId } from '@novacron/contract/ids';
import { planImprovement } from '@novacron/engine/placement/optimizer/plan-improvement';
import { tryPlacement } from '@novacron/engine/placement/place/decide/decide-placement';
import { findNode, makeFleetIndex } from '@novacron/engine/placement/place/index/fleet-index';
import {
  openOverlay,
  placeOnIndex,
  removeFromIndex,
} from '@novacron/engine/placement/place/index/fleet-overlay';
import { makeRng } from '@novacron/engine/rng';
import { round } from '../../statistics.mjs';

const SEED = 'fleet-utilisation';
/** The number of default fleets side by side. */
const SCALE = 5;
const MIB_PER_GB = 1024;
const TICKS_PER_HOUR = 4;
const HOURS_PER_DAY = 24;
/** One to measure on without overcommit, one to fill up by what was measured, two that count. */
const DAYS = 4;
const DAYS_NOT_COUNTED = 2;

/**
 * Maximum utilisation of the fleet; a class overcommits as far as its busiest hour stays below it.
 */
const PEAK_MAX = 0.85;
/** The first hours have too few VMs to say anything. */
const HOURS_NOT_MEASURED = 6;
const AVERAGE_GOAL = 0.7;
const SUCCESS_GOAL = 0.95;
/** Factor by which the average must exceed that of `spread`. */
const LEAD_RATIO = 1.3;

/** Nodes that are off can be switched on for arrivals: consolidation need not leave room. */
const HEADROOM_RATIO = 0;
const MOVES_MAX = 200;

/**
 * Kinds of VMs, each on nodes of its class: what part of its cores a VM does work on, by the hour
 * (mean and how far the day swings it), when the day is at its height, and how long it stays.
 */
const KINDS = [
  { name: 'web', share: 0.45, swing: 0.06, peakHour: 14, hours: 30, perHour: 9 },
  { name: 'batch', share: 0.62, swing: 0.08, peakHour: 2, hours: 8, perHour: 16 },
];

/** Cores and GB of memory. */
const SHAPES = [
  [1, 2],
  [2, 4],
  [4, 8],
  [8, 16],
];

export const figure = {
  name: 'fleet-utilisation',
  summary: 'mean CPU use of the nodes that are on, VMs coming and going, by pack and consolidation',
  measure: async ({ progress }) => {
    const demand = sampleTrace(makeRng(SEED));
    const [ours, spread, firstFit] = [
      { strategy: 'pack', consolidate: 'hourly' },
      { strategy: 'spread', consolidate: 'never' },
      { strategy: 'first-fit', consolidate: 'never' },
    ].map((policy) => {
      const outcome = simulate(demand, policy);
      progress(`${policy.strategy}: ${JSON.stringify(outcome)}`);
      return outcome;
    });
    const { average: value, peak, success } = ours;
    const isGood = value > AVERAGE_GOAL && peak < PEAK_MAX && success >= SUCCESS_GOAL;
    return {
      value,
      unit: 'ratio',
      peer: 'spread',
      peer_value: spread.average,
      goal: AVERAGE_GOAL,
      better: 'higher',
      ok: isGood && value >= spread.average * LEAD_RATIO,
      peak,
      success,
      promised: ours.promised,
      moves: ours.moves,
      overcommit: ours.overcommit,
      first_fit: firstFit.average,
      spread_peak: spread.peak,
      first_fit_peak: firstFit.peak,
    };
  },
};

/** All VMs in the order of their arrival; the same for every policy. */
function sampleTrace(rng) {
  const vms = [];
  for (let tick = 0; tick < DAYS * HOURS_PER_DAY * TICKS_PER_HOUR; tick += 1) {
    for (const kind of KINDS) {
      // More arrive by day than by night, whatever they do.
      const rate = (kind.perHour / TICKS_PER_HOUR) * (1 + 0.4 * dayCurve(tick, 14));
      for (let left = drawPoisson(rng, rate); left > 0; left -= 1) {
        const [cpuCores, memoryGb] = SHAPES[Math.floor(rng.next() * SHAPES.length)];
        const stays = -Math.log(1 - rng.next()) * kind.hours * TICKS_PER_HOUR;
        const size = { cpuCores, memoryMib: memoryGb * MIB_PER_GB, diskGb: 20 };
        const vm = { name: `vm-${vms.length}`, labels: { kind: kind.name }, ...size };
        const off = (rng.next() - 0.5) * 0.2;
        vms.push({ vm, kind, off, arrives: tick, leaves: tick + Math.ceil(stays) });
      }
    }
  }
  return vms;
}

/** Source: Knuth, "Seminumerical Algorithms", 3.4.1. */
function drawPoisson(rng, mean) {
  let count = 0;
  for (let left = Math.exp(-mean), product = rng.next(); product > left; product *= rng.next()) {
    count += 1;
  }
  return count;
}

/** 1 at the peak hour, -1 twelve hours later. */
function dayCurve(tick, peakHour) {
  const hour = tick / TICKS_PER_HOUR - peakHour;
  return Math.cos((hour / HOURS_PER_DAY) * 2 * Math.PI);
}

/** Cores that a VM is busy with. */
function busyCores({ vm, kind, off }, tick) {
  const share = kind.share + kind.swing * dayCurve(tick, kind.peakHour) + off;
  return vm.cpuCores * Math.min(1, Math.max(0, share));
}

function simulate(demand, { strategy, consolidate }) {
  const rng = makeRng(SEED).fork('policy');
  const nodes = makeNodes();
  const world = {
    index: makeFleetIndex({ nodes, peers: [] }),
    homes: new Map(),
    moves: 0,
    placed: 0,
  };
  const busiest = new Map();
  const seen = [];
  let next = 0;
  let overcommit = {};
  for (let tick = 0; tick < DAYS * HOURS_PER_DAY * TICKS_PER_HOUR; tick += 1) {
    if (tick === HOURS_PER_DAY * TICKS_PER_HOUR) {
      overcommit = learnOvercommit(busiest);
      allowOvercommit(world, { nodes, overcommit });
    }
    for (const each of [...world.homes.keys()]) if (each.leaves <= tick) leave(world, each);
    for (; demand[next]?.arrives === tick; next += 1)
      arrive(world, demand[next], { strategy, rng });
    if (consolidate === 'hourly' && tick % TICKS_PER_HOUR === 0) emptyNodes(world);
    const now = measureFleet(world, nodes, tick);
    if (tick >= HOURS_NOT_MEASURED * TICKS_PER_HOUR) noteBusiest(busiest, now.byKind);
    if (tick >= DAYS_NOT_COUNTED * HOURS_PER_DAY * TICKS_PER_HOUR) seen.push(now);
  }
  const mean = (read) => round(seen.reduce((sum, each) => sum + read(each), 0) / seen.length, 3);
  return {
    average: mean(({ busy }) => busy),
    peak: round(Math.max(...seen.map(({ busy }) => busy)), 3),
    promised: mean(({ promised }) => promised),
    nodes_on: mean(({ on }) => on),
    success: round(world.placed / next, 4),
    moves: world.moves,
    overcommit,
  };
}

/** The default fleet, several times; every other node is of the other class. */
function makeNodes() {
  const { nodes } = defaultFleet();
  return Array.from({ length: SCALE }, (_, copy) =>
    nodes.map((node, at) => ({
      id: makeId('node', copy * nodes.length + at, new Uint8Array(10)),
      name: `${node.name}-${copy}`,
      zone: node.zone,
      rack: `${node.rack}-${copy}`,
      status: 'ready',
      vmCount: 0,
      used: { cpuCores: 0, memoryMib: 0, diskGb: 0 },
      labels: { 'node-class': KINDS[at % KINDS.length].name },
      capacity: {
        cpuCores: node.cpu_cores,
        diskGb: node.disk_gb,
        memoryMib: node.memory_gb * MIB_PER_GB,
      },
    })),
  ).flat();
}

function askOf({ vm, kind }, strategy) {
  return { vm, constraints: { nodeLabels: { 'node-class': kind.name } }, strategy };
}

function arrive(world, each, { strategy, rng }) {
  const ask = askOf(each, strategy);
  const tried = tryPlacement(openOverlay(world.index), ask, { nowMs: 0, rng });
  if (!tried.ok) return;
  world.placed += 1;
  settle(world, each, { ask, plan: tried.value });
}

function settle({ index, homes }, each, home) {
  placeOnIndex(index, home.ask, home.plan);
  homes.set(each, home);
}

function leave({ index, homes }, each) {
  const { ask, plan } = homes.get(each);
  removeFromIndex(index, ask, plan);
  homes.delete(each);
}

function noteBusiest(busiest, byKind) {
  for (const [kind, share] of byKind) busiest.set(kind, Math.max(share, busiest.get(kind) ?? 0));
}

/**
 * Returns the overcommit ratio of each class that brings its busiest hour to the maximum
 * utilisation.
 */
function learnOvercommit(busiest) {
  return Object.fromEntries(
    [...busiest].map(([kind, share]) => {
      return [kind, { cpuCores: round(Math.max(1, PEAK_MAX / share), 2) }];
    }),
  );
}

function allowOvercommit(world, { nodes, overcommit }) {
  world.index = makeFleetIndex({ nodes, peers: [], overcommit });
  for (const { ask, plan } of world.homes.values()) placeOnIndex(world.index, ask, plan);
}

/** The plan of an hour, carried out at once. */
function emptyNodes(world) {
  const nodes = world.index.nodes.filter(({ vmCount }) => vmCount > 0);
  if (nodes.length === 0) return;
  const byName = new Map(nodes.map((node) => [node.name, node.id]));
  const of = new Map([...world.homes.keys()].map((each) => [each.vm.name, each]));
  const vms = [...world.homes].map(([{ vm }, { ask, plan }]) => {
    return {
      id: vm.name,
      tenantId: 't',
      node: findNode(world.index, plan.nodeId).name,
      request: ask,
    };
  });
  const goal = { kind: 'consolidate', headroomRatio: HEADROOM_RATIO };
  const planned = planImprovement({ goal, nodes, vms, movesMax: MOVES_MAX, failover: 'ignore' });
  if (!planned.ok) throw new Error(planned.error.detail);
  for (const { vm, to } of planned.value.moves) {
    const each = of.get(vm);
    const { ask, plan } = world.homes.get(each);
    leave(world, each);
    settle(world, each, { ask, plan: { ...plan, nodeId: byName.get(to) } });
    world.moves += 1;
  }
}

/** Returns the ratios of busy and promised cores to physical cores on the nodes that host a VM. */
function measureFleet({ index, homes }, nodes, tick) {
  const sums = { busy: 0, promised: 0, cores: 0 };
  const kinds = new Map(KINDS.map(({ name }) => [name, { busy: 0, promised: 0 }]));
  let on = 0;
  for (const { id, capacity } of nodes) {
    if (findNode(index, id).vmCount === 0) continue;
    on += 1;
    sums.cores += capacity.cpuCores;
  }
  for (const each of homes.keys()) {
    const busy = busyCores(each, tick);
    for (const sum of [sums, kinds.get(each.kind.name)]) {
      sum.busy += busy;
      sum.promised += each.vm.cpuCores;
    }
  }
  const byKind = [...kinds].map(([name, sum]) => [name, sum.promised && sum.busy / sum.promised]);
  return { on, busy: sums.busy / sums.cores, promised: sums.promised / sums.cores, byKind };
}
