/**
 * A process that runs workflows on the server's own executor, store, relay and HTTP server, with
 * agents that do nothing at once: what is left is the price of a durable step. Takes orders from
 * its parent, one JSON object a message; see `start-step-host.mjs`.
 */
import { setMaxListeners } from 'node:events';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { COMPLETION_SUBJECT, commandSubject } from '@novacron/contract/agent';
import { problem } from '@novacron/contract/problem';
import { ok } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import { systemClock, systemTimers } from '../../../server/dist/adapters/clock/system-clock.js';
import { createIds, systemRandom } from '../../../server/dist/adapters/ids/random-ids.js';
import { createPrometheusTelemetry } from '../../../server/dist/adapters/metrics/create-prometheus-telemetry.js';
import { createApplication } from '../../../server/dist/app/create-application.js';
import { createEventFeed } from '../../../server/dist/app/event-feed.js';
import { createFirstKey } from '../../../server/dist/app/identity.js';
import { seedStore } from '../../../server/dist/app/seed-store.js';
import { observeStore } from '../../../server/dist/app/telemetry-store.js';
import { startHttpServer } from '../../../server/dist/transports/http-server.js';

const NODE = 'bench-node';
const WAIT_MS = 600_000;
const LOST = problem('internal', { detail: 'The operation is there already.', remedy: 'None.' });
const SILENT = { debug() {}, info() {}, warn: console.error, error: console.error };

const signal = new AbortController().signal;
setMaxListeners(Number.POSITIVE_INFINITY, signal);

const settings = JSON.parse(process.argv[2]);
const parts = await compose(settings);
process.on('message', (order) => void answer(order));
process.on('disconnect', () => process.exit());
process.send({ url: parts.url, apiKey: parts.apiKey });

async function answer(order) {
  const result = await ORDERS[order.kind](order);
  process.send(result);
}

const ORDERS = {
  run: runWorkflows,
  admit: admitAtOnce,
  stop: async () => {
    await parts.stop();
    process.disconnect();
    return {};
  },
};

async function openStore({ store, measuring, telemetry }) {
  const options = { ...store, telemetry, ...(measuring === undefined ? {} : { measuring }) };
  if (store.url !== undefined) {
    const { openPostgresStore } = await import(
      '../../../server/dist/adapters/store/postgres/open-postgres-store.js'
    );
    return take(await openPostgresStore(options));
  }
  const { openSqliteStore } = await import(
    '../../../server/dist/adapters/store/sqlite/open-sqlite-store.js'
  );
  return take(await openSqliteStore(options));
}

async function compose({ store: place, measuring, hold }) {
  const { telemetry, page: metricsPage } = createPrometheusTelemetry();
  const store = await openStore({ store: place, measuring, telemetry });
  const bus = openMemoryBus();
  const agent = startIdleAgent(bus, hold);
  const deps = {
    store: observeStore(store, telemetry),
    clock: systemClock,
    timers: systemTimers,
    ids: createIds(systemClock, systemRandom),
    rng: makeRng('bench'),
    secretRandom: systemRandom,
    bus,
    policies: { close: async () => {} },
    logger: SILENT,
    telemetry,
    serverVersion: '0',
  };
  const apiKey = take(
    await createFirstKey(deps, () => ok(undefined), { words: '', discard: () => {} }),
  );
  take(await seedStore(deps, {}));
  const [tenant] = await store.read({ from: 'tenants', limit: 1 });
  const { application, executor, relay, leases } = createApplication(deps);
  await leases.start();
  const startedAtMs = performance.now();
  const resumed = settings.resume === 'yes' ? await executor.resume() : 0;
  const resumeMs = performance.now() - startedAtMs;
  const eventFeed = createEventFeed(deps, { bus: 'reliable' });
  const http = take(
    await startHttpServer({
      ...{ application, logger: SILENT, timers: deps.timers, telemetry, metricsPage, eventFeed },
      ...{ openApiDocument: async () => ({}), listen: { host: '127.0.0.1', port: 0 } },
    }),
  );
  return {
    ...{ deps, tenantId: tenant.id, executor, agent, url: http.url, apiKey, resumed, resumeMs },
    stop: async () => {
      executor.stop();
      await http.stop(0);
      await relay.stop();
      await leases.stop();
      await bus.close();
      await store.close();
    },
  };
}

/** Accepts everything, has done it at once, and notes how long the server took in between. */
function startIdleAgent(bus, hold) {
  const doneAtMs = new Map();
  const overheadsMs = [];
  let commands = 0;
  bus.respond(commandSubject(NODE), async ({ operation_id, step, vm_id }) => {
    commands += 1;
    const nowMs = performance.now();
    const before = doneAtMs.get(operation_id);
    if (before !== undefined) overheadsMs.push(nowMs - before);
    if (hold === 'yes') return { kind: 'accepted' };
    const outcome = { kind: 'succeeded', machine: null };
    doneAtMs.set(operation_id, nowMs);
    bus.publish(COMPLETION_SUBJECT, { node: NODE, operation_id, step, vm_id, outcome });
    return { kind: 'accepted' };
  });
  return {
    forget: (operationId) => doneAtMs.delete(operationId),
    commands: () => commands,
    takeOverheads: () => overheadsMs.splice(0),
  };
}

function operationRow({ deps, tenantId }, steps) {
  const id = deps.ids.next('op');
  const vmId = deps.ids.next('vm');
  const action = { kind: 'agent', node: NODE, vmId, generation: 1, action: { kind: 'start' } };
  const definition = {
    steps: Array.from({ length: steps }, (_, index) => ({
      name: `step-${index}`,
      after: index === 0 ? [] : [`step-${index - 1}`],
      action,
      undo: action,
    })),
    ...{ onSuccess: [], onFailure: [], onStuck: [] },
  };
  return {
    ...{ id, tenant_id: tenantId, kind: 'bench.run', target_kind: 'vm', target_id: vmId },
    ...{ target_name: 'bench', status: 'running', definition_json: JSON.stringify(definition) },
    ...{ problem_json: null, created_at_ms: Date.now(), created_by: 'bench' },
    ...{ finished_at_ms: null, owner: null, fence: 1 },
  };
}

async function admit(steps) {
  const row = operationRow(parts, steps);
  const { store } = parts.deps;
  take(await store.commit([{ kind: 'insert', into: 'operations', row, otherwise: LOST }]));
  return row;
}

/** Keeps so many workflows going for so long. */
async function runWorkflows({ workflows, steps, durationMs, total = Infinity }) {
  parts.agent.takeOverheads();
  const commandsBefore = parts.agent.commands();
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  let begun = 0;
  const lane = async () => {
    while (begun < total && performance.now() - startedAtMs < durationMs) {
      begun += 1;
      const row = await admit(steps);
      parts.executor.start(row);
      await parts.executor.waitForEnd(row.id, { timeoutMs: WAIT_MS, signal });
      parts.agent.forget(row.id);
    }
  };
  await Promise.all(Array.from({ length: workflows }, lane));
  const ms = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  const overheadsMs = parts.agent.takeOverheads();
  const done = parts.agent.commands() - commandsBefore;
  return { workflows: begun, steps: done, ms, cpuMs: (user + system) / 1000, overheadsMs };
}

/** Lets so many workflows wait for their first step. */
async function admitAtOnce({ workflows, steps }) {
  const rows = await Promise.all(Array.from({ length: workflows }, () => admit(steps)));
  for (const row of rows) parts.executor.start(row);
  return { workflows: rows.length };
}

function take(result) {
  if (!result.ok) throw new Error(`${result.error.detail} ${result.error.remedy}`);
  return result.value;
}
