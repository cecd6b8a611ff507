/**
 * The placement pipeline beside its predecessor: every intent of `place` decides the same requests
 * on the same fleets as the code before it did, whose nodes had no measured load. Without
 * measurements no plan may change its node; with them the figure says how many do, and what a
 * measured fleet costs a preview.
 */

import { makeId } from '@novacron/contract/ids';
import { draftBatch } from '@novacron/engine/placement/batch/draft-batch';
import { planBatch } from '@novacron/engine/placement/batch/plan-batch';
import { decidePlacement } from '@novacron/engine/placement/place/decide/decide-placement';
import { makeFleetIndex } from '@novacron/engine/placement/place/index/fleet-index';
import { openOverlay } from '@novacron/engine/placement/place/index/fleet-overlay';
import { makeRng } from '@novacron/engine/rng';
import { place } from '@novacron/server/app/placement/decide/place';
import { toFleetFacts } from '@novacron/server/app/placement/facts/fleet-facts';
import { toPlacementNode } from '@novacron/server/app/placement/facts/placement-node';
import { createPlacementMemory } from '@novacron/server/app/placement/placement-memory';
import { NO_TRACER } from '@novacron/tracing/tracer';
import { median } from 'simple-statistics';
import { makeAsk, makeFleet, RULES } from '../../place-many.mjs';
import { round } from '../../statistics.mjs';

const SEED = 'placement-shadow';
/** The fleets of `batch-100x20`, of the packing figures and of `placement-rate-1000`. */
const FLEETS = [20, 200, 1000];
const STRATEGIES = ['balanced', 'pack', 'spread', 'cost', 'performance'];
const REQUESTS_PER_STRATEGY = 40;
/** A few: a batch of one asks the heuristics, which look at every node. */
const BATCHES_PER_STRATEGY = 4;
const LAYOUTS = 9;
/** Changed plans that are shown; the others are counted. */
const SHOWN_MAX = 5;

export const figure = {
  name: 'placement-shadow',
  summary: 'plans that change their node against the loader without measured load, none measured',
  measure: async ({ progress }) => {
    const plain = [];
    const measured = [];
    for (const nodes of FLEETS) {
      const rows = makeRows(nodes);
      plain.push(...(await compare(rows, undefined)));
      measured.push(...(await compare(rows, makeUsage(rows))));
      progress(`${nodes} nodes: ${plain.length} changed, ${measured.length} with measured load`);
    }
    for (const each of plain.slice(0, SHOWN_MAX)) progress(JSON.stringify(each));
    const byStrategy = Object.fromEntries(
      STRATEGIES.map((name) => [name, measured.filter(({ strategy }) => strategy === name).length]),
    );
    const layout = priceOfLoad(makeRows(FLEETS.at(-1)));
    return {
      value: plain.length,
      unit: 'plans',
      goal: 0,
      better: 'lower',
      ok: plain.length === 0,
      changed: plain.slice(0, SHOWN_MAX),
      compared:
        FLEETS.length * STRATEGIES.length * (4 * REQUESTS_PER_STRATEGY + BATCHES_PER_STRATEGY),
      changed_with_load: byStrategy,
      ...layout,
    };
  },
};

/** Every plan that changes its node: which one, for what, and both nodes. */
async function compare(rows, usage) {
  const rng = makeRng(SEED);
  const env = { nowMs: 0, rng };
  const before = rows.map(toPlacementNode);
  const fleet = toFleetFacts(rows, { usage });
  const rules = { peers: [], view: 'shadow' };
  const index = makeFleetIndex({ nodes: before, peers: [] });
  const scope = {
    deps: { rng, tracer: NO_TRACER, placementMemory: createPlacementMemory(), store: EMPTY_STORE },
    context: { principal: { tenantId: 'shadow' } },
    nowMs: 0,
  };
  const changed = [];
  for (const strategy of STRATEGIES) {
    for (let at = 0; at < REQUESTS_PER_STRATEGY; at += 1) {
      const ask = { ...makeAsk(at, RULES.none(at)), strategy };
      const was = nodeOf(decidePlacement(openOverlay(index), ask, env));
      const question = { ask, fleet, rules };
      const overlay = openOverlay(makeFleetIndexOnce(fleet));
      const answers = {
        preview: await place('preview', { ask, overlay, kept: undefined, wakeable: [] }, scope),
        create: await place('create', { ...question, kept: undefined }, scope),
        migrate: await place('migrate', question, scope),
        reserve: await place('reserve', question, scope),
      };
      for (const [intent, answer] of Object.entries(answers)) {
        note(changed, { intent, strategy, vm: ask.vm.name, was, is: nodeOf(answer) });
      }
      if (at >= BATCHES_PER_STRATEGY) continue;
      const batch = { asks: [ask], fleet, peers: [], objective: undefined };
      const is = await place('batch', batch, scope);
      const then = placeBatchBefore(before, ask, env);
      note(changed, { intent: 'batch', strategy, vm: ask.vm.name, was: then, is: batchNodeOf(is) });
    }
  }
  return changed;
}

function note(changed, each) {
  if (each.was !== each.is) changed.push(each);
}

const INDEXES = new WeakMap();

/** A preview run indexes its fleet once for many requests. */
function makeFleetIndexOnce(fleet) {
  const index = INDEXES.get(fleet) ?? makeFleetIndex({ nodes: fleet.nodes, peers: [] });
  INDEXES.set(fleet, index);
  return index;
}

function placeBatchBefore(nodes, ask, env) {
  const objective = ask.strategy === 'pack' ? 'nodes' : 'peak';
  const draft = draftBatch({ nodes, peers: [], requests: [ask], objective }, env);
  if (!draft.ok) return draft.error.code;
  const answer = draft.value.asked && { kind: 'failed', why: 'this server has none' };
  return batchNodeOf(planBatch(draft.value, answer, env));
}

function nodeOf(answer) {
  if (!answer.ok) return answer.error.code;
  return (answer.value.plan ?? answer.value).decision.target_node;
}

function batchNodeOf(answer) {
  return answer.ok ? answer.value.plans[0].decision.target_node : answer.error.code;
}

/** No spot VMs: there is nothing to preempt. */
const EMPTY_STORE = { read: async () => [] };

/** The columns that placement reads. */
function makeRows(count) {
  const rng = makeRng(`${SEED} ${count}`);
  return makeFleet(count, rng.fork('fleet')).map((node, at) => ({
    id: makeId('node', at, new Uint8Array(10)),
    name: node.name,
    zone: node.zone,
    rack: node.rack,
    status: 'ready',
    cpu_cores: node.capacity.cpuCores,
    memory_mib: node.capacity.memoryMib,
    disk_gb: node.capacity.diskGb,
    cpu_cores_used: node.used.cpuCores,
    memory_mib_used: node.used.memoryMib,
    disk_gb_used: node.used.diskGb,
    vm_count: node.vmCount,
    prices_json: null,
    capabilities_json: '{}',
  }));
}

/** Every node uses some of what it has promised; one in ten was not measured lately. */
function makeUsage(rows) {
  const rng = makeRng(`${SEED} usage`);
  const used = new Map();
  for (const [at, row] of rows.entries()) {
    const part = rng.next();
    if (at % 10 === 9) continue;
    const cpuCores = row.cpu_cores_used * part;
    used.set(row.name, { cpuCores, memoryMib: row.memory_mib_used * 0.9, measuredAtMs: 0 });
  }
  return { ofNode: (name) => used.get(name), ofVm: () => undefined };
}

/** Returns the cost of indexing a fleet for a preview, without and with measured load. */
function priceOfLoad(rows) {
  const usage = makeUsage(rows);
  const layOut = (from) => {
    const startedAtMs = performance.now();
    makeFleetIndex({ nodes: toFleetFacts(rows, { usage: from }).nodes, peers: [] });
    return performance.now() - startedAtMs;
  };
  const times = Array.from({ length: LAYOUTS }, () => [layOut(undefined), layOut(usage)]);
  return {
    layout_ms: round(median(times.map(([plain]) => plain)), 2),
    layout_measured_ms: round(median(times.map(([, measured]) => measured)), 2),
    layout_nodes: rows.length,
  };
}
