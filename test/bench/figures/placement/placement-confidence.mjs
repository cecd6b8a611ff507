/**
 * Confidences of placements beside what became of them: decisions on simulated fleets, and the same
 * requests an hour later. Of the placements with a confidence near 0.7, some 70 in 100 should have
 * stayed on the best node. The figure is the largest error of a bin of confidences.
 */
import { measureMachine } from '@novacron/agent/drivers/simulator/load-model';
import { drawConfidence } from '@novacron/engine/placement/place/confidence/draw-confidence';
import {
  changesOf,
  estimateSpread,
  READING_MS,
  spreadOfChanges,
} from '@novacron/engine/placement/place/confidence/load-history';
import { decidePlacement } from '@novacron/engine/placement/place/decide/decide-placement';
import { surveyCandidates } from '@novacron/engine/placement/place/decide/survey-candidates';
import { makeFleetIndex } from '@novacron/engine/placement/place/index/fleet-index';
import { openOverlay } from '@novacron/engine/placement/place/index/fleet-overlay';
import { makeRng } from '@novacron/engine/rng';
import { round } from '../../statistics.mjs';

const GOAL = 0.1;
const FLEETS = 40;
const DECISIONS_PER_FLEET = 40;
const BINS = 10;
/** The standard error of the share that stayed is at most 0.07 then; smaller bins do not count. */
const BIN_DECISIONS_MIN = 50;

const NODES = 60;
const CAPACITY = { cpuCores: 64, memoryMib: 262_144, diskGb: 4000 };
const MIB_PER_CORE = 1024;
const HOUR_MS = 3_600_000;
const READINGS = 24;
/** The first decision: the loads of the hours before it are known. */
const START_MS = 100 * HOUR_MS;
/** Agents report loads with three decimals. */
const LOAD_DECIMALS = 3;
/** Strategies that read measured loads, by turns. */
const STRATEGIES = [{ mix: { performance: 0.5, pack: 0.5 } }, 'performance'];

export const figure = {
  name: 'placement-confidence-error',
  summary: 'largest error of the confidences of placements, by bins of a tenth',
  measure: async ({ progress }) => {
    const outcomes = [];
    for (let seed = 1; seed <= FLEETS; seed += 1) {
      outcomes.push(...decideOnFleet(seed));
      if (seed % 10 === 0) progress(`${seed}/${FLEETS} fleets, ${outcomes.length} decisions`);
    }
    const table = tabulate(outcomes);
    const counted = table.filter(({ n }) => n >= BIN_DECISIONS_MIN);
    const value = Math.max(...counted.map(({ error }) => Math.abs(error)));
    const about = { value, unit: 'probability', goal: GOAL, better: 'lower', ok: value <= GOAL };
    return { ...about, decisions: outcomes.length, bins: table };
  },
};

/** Reliability table of confidences: those of each bin, and the share whose node stayed first. */
function tabulate(outcomes) {
  const rows = [];
  for (let at = 0; at < BINS; at += 1) {
    const own = outcomes.filter(({ confidence }) => binOf(confidence) === at);
    if (own.length === 0) continue;
    const confidence = own.reduce((sum, each) => sum + each.confidence, 0) / own.length;
    const stayed = own.filter(({ isStillFirst }) => isStillFirst).length / own.length;
    rows.push({
      from: at / BINS,
      n: own.length,
      confidence: round(confidence, 3),
      stayed: round(stayed, 3),
      error: round(confidence - stayed, 3),
    });
  }
  return rows;
}

/** A confidence of 1 is in the last bin. */
function binOf(confidence) {
  return Math.min(BINS - 1, Math.floor(confidence * BINS));
}

/** Decisions at random moments of a day: their confidence, and whether the node is first again. */
function decideOnFleet(seed) {
  const rng = makeRng(`fleet ${seed}`);
  const fleet = makeFleet(seed, rng);
  const outcomes = [];
  for (let at = 0; at < DECISIONS_PER_FLEET; at += 1) {
    const nowMs = START_MS + Math.floor(rng.next() * 24 * HOUR_MS);
    const name = `vm-${seed}-${at}`;
    const request = makeRequest(name, at, rng);
    const confidence = confide(fleet, request, nowMs);
    // The VM is decided again, with other lots: it does not run yet.
    const later = decidePlacement(layOut(fleet, nowMs + HOUR_MS), request, envOf(`later ${name}`));
    const isStillFirst = later.ok && later.value.nodeId === confidence.nodeId;
    outcomes.push({ confidence: confidence.value, isStillFirst });
  }
  return outcomes;
}

/** Decides a request and draws its confidence, as the server does. */
function confide(fleet, request, nowMs) {
  const spreads = spreadsOf(fleet, nowMs);
  const overlay = layOut(fleet, nowMs);
  const decided = decidePlacement(overlay, request, envOf(request.vm.name));
  if (!decided.ok) throw new Error(decided.error.detail);
  const { nodeId, decision } = decided.value;
  const { contest } = surveyCandidates(overlay, request, {
    nodeId,
    score: decision.score,
    spreadOf: ({ name }) => spreads.get(name),
    spreadMax: Math.max(...spreads.values()),
  });
  return { nodeId, value: drawConfidence(contest, makeRng(`confidence of ${request.vm.name}`)) };
}

function envOf(seed) {
  return { nowMs: 0, rng: makeRng(seed) };
}

/** Nodes with VMs for 24 to 48 of their cores and a few more. */
function makeFleet(seed, rng) {
  return Array.from({ length: NODES }, (_, at) => {
    const machines = [];
    let cores = 0;
    while (cores < 24 + rng.next() * 24) {
      const cpu_cores = 2 + Math.floor(rng.next() * 7);
      cores += cpu_cores;
      const spec = { cpu_cores, memory_mib: cpu_cores * MIB_PER_CORE };
      machines.push({ vm_id: `vm-${seed}-${at}-${machines.length}`, status: 'running', spec });
    }
    return { at, name: `n${at}`, machines, cores };
  });
}

function makeRequest(name, at, rng) {
  const cpuCores = 2 + Math.floor(rng.next() * 6);
  const vm = { name, cpuCores, memoryMib: 4096, diskGb: 10, labels: {} };
  return { vm, constraints: {}, strategy: STRATEGIES[at % STRATEGIES.length] };
}

/** The fleet with the loads that its agents measure at a moment. */
function layOut(fleet, nowMs) {
  const nodes = fleet.map(({ at, name, machines, cores }) => ({
    id: `node_${at}`,
    name,
    zone: `z${at % 3}`,
    rack: `r${at % 6}`,
    status: 'ready',
    capacity: CAPACITY,
    used: { cpuCores: cores, memoryMib: cores * MIB_PER_CORE, diskGb: 0 },
    vmCount: machines.length,
    load: { cpuRatio: round(loadOf(machines, nowMs), LOAD_DECIMALS), memoryRatio: 0 },
  }));
  return openOverlay(makeFleetIndex({ nodes, peers: [] }));
}

/** Returns the possible variation of each node's load, from the readings of six hours. */
function spreadsOf(fleet, nowMs) {
  const moments = Array.from({ length: READINGS }, (_, at) => nowMs - at * READING_MS).reverse();
  const changes = fleet.map(({ machines }) =>
    changesOf(moments.map((atMs) => ({ atMs, load: loadOf(machines, atMs) }))),
  );
  const ofFleet = spreadOfChanges(changes.flat());
  return new Map(fleet.map(({ name, at }) => [name, estimateSpread(changes[at], ofFleet)]));
}

function loadOf(machines, nowMs) {
  const cores = machines.reduce((sum, each) => sum + measureMachine(each, nowMs).cpu_cores, 0);
  return cores / CAPACITY.cpuCores;
}
