/**
 * A process that runs workflows on the server's own executor, store, relay and HTTP server, with
 * agents that do nothing at once: what is left is the price of a durable step. Takes orders from
 * its parent; see `ask-host.mjs`.
 */
import { setMaxListeners } from 'node:events';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { commandSubject, completionSubject } from '@novacron/contract/agent/agent-subjects';
import { problem } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import { NO_TRACER } from '@novacron/tracing/tracer';
import { createIds, systemRandom } from '../../../server/dist/adapters/ids/random-ids.js';
import { createFirstKey } from '../../../server/dist/app/access/identity/first-key.js';
import { createApplication } from '../../../server/dist/app/composition/create-application.js';
import { completePorts } from '../../../server/dist/app/composition/deps.js';
import { seedStore } from '../../../server/dist/app/composition/seed-store.js';
import { createDefinitionCache } from '../../../server/dist/app/kernel/definitions/definition-cache.js';
import { createEventFeed } from '../../../server/dist/app/kernel/events/event-feed.js';
import { eventChange } from '../../../server/dist/app/kernel/events/events.js';
import {
  insertOperation,
  planOperation,
} from '../../../server/dist/app/kernel/operations/admit-operation.js';
import { observeStore } from '../../../server/dist/app/platform/telemetry/telemetry-store.js';
import { startHttpServer } from '../../../server/dist/transports/start-http-server.js';
import { systemClock } from '../../../server/runtime/dist/clock.js';
import { backgroundTimers } from '../../../server/runtime/dist/timers.js';
import { serveOrders, settings } from './serve-orders.mjs';

const { createPrometheusTelemetry } = await import(
  '../../../server/dist/adapters/metrics/create-prometheus-telemetry.js'
);

const NODE = 'bench-node';
const WAIT_MS = 600_000;
const TICK_MS = 1;
const MS_PER_S = 1000;
const LOST = problem('internal', { detail: 'The operation is there already.', remedy: 'None.' });
const SILENT = { debug() {}, info() {}, warn: console.error, error: console.error };

const signal = new AbortController().signal;
setMaxListeners(Number.POSITIVE_INFINITY, signal);

const parts = await compose(settings);
serveOrders(parts.hello, {
  run: runWorkflows,
  admit: admitAtOnce,
  emit: emitEvents,
  stop: async () => {
    await parts.stop();
    return {};
  },
});

async function openStore({ store, telemetry }) {
  const options = { ...store, telemetry };
  if (store.url !== undefined) {
    const { openPostgresStore } = await import(
      '../../../server/dist/adapters/store/postgres/open-postgres-store.js'
    );
    return take(await openPostgresStore(options));
  }
  const { openSqliteStore } = await import(
    '../../../server/dist/adapters/store/sqlite/open-sqlite-store.js'
  );
  return take(await openSqliteStore({ ...options, writer: 'thread' }));
}

async function compose({ store: place, hold }) {
  const { telemetry, page: metricsPage } = createPrometheusTelemetry();
  const store = await openStore({ store: place, telemetry });
  const bus = openMemoryBus();
  const agent = startIdleAgent(bus, hold);
  const deps = completePorts({
    store: observeStore(store, { telemetry, tracer: NO_TRACER }),
    clock: systemClock,
    timers: backgroundTimers,
    ids: createIds(systemClock, systemRandom),
    rng: makeRng('bench'),
    secretRandom: systemRandom,
    bus,
    policies: { close: async () => {} },
    logger: SILENT,
    telemetry,
    serverVersion: '0',
  });
  const apiKey = take(
    await createFirstKey(deps, () => ok(undefined), { words: '', discard: () => {} }),
  );
  take(await seedStore(deps, {}));
  const [tenant] = await store.read({ from: 'tenants', limit: 1 });
  const { application, executor, relay, leases, instanceId } = createApplication(deps);
  await leases.start();
  const recovery = settings.resume === 'yes' ? await recover(executor, agent) : {};
  const eventFeed = createEventFeed(deps, { bus: 'reliable' });
  const http = take(
    await startHttpServer({
      application,
      logger: SILENT,
      timers: deps.timers,
      telemetry,
      metricsPage,
      eventFeed,
      openApiDocument: async () => ({}),
      listen: { host: '127.0.0.1', port: 0 },
    }),
  );
  return {
    deps,
    tenantId: tenant.id,
    instanceId,
    definitions: createDefinitionCache(),
    executor,
    relay,
    agent,
    hello: { url: http.url, apiKey, ...recovery },
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
  let atOnceMax = 0;
  bus.respond(commandSubject(NODE), async ({ operation_id, step, vm_id }) => {
    commands += 1;
    const nowMs = performance.now();
    const before = doneAtMs.get(operation_id);
    if (before !== undefined) overheadsMs.push(nowMs - before);
    if (hold === 'yes') return { kind: 'accepted' };
    const outcome = { kind: 'succeeded', machine: null };
    doneAtMs.set(operation_id, nowMs);
    atOnceMax = Math.max(atOnceMax, doneAtMs.size);
    bus.publish(completionSubject(NODE), { node: NODE, operation_id, step, vm_id, outcome });
    return { kind: 'accepted' };
  });
  return {
    forget: (operationId) => doneAtMs.delete(operationId),
    commands: () => commands,
    takeOverheads: () => overheadsMs.splice(0),
    takeAtOnceMax: () => {
      const most = atOnceMax;
      atOnceMax = 0;
      return most;
    },
  };
}

function planWorkflow({ deps, tenantId, instanceId, definitions }, steps) {
  const vmId = deps.ids.next('vm');
  const subject = {
    id: deps.ids.next('op'),
    tenant_id: tenantId,
    kind: 'bench.run',
    target_kind: 'vm',
    target_id: vmId,
    target_name: 'bench',
    created_at_ms: deps.clock.nowMs(),
    created_by: 'bench',
  };
  const action = { kind: 'agent', node: NODE, vmId, generation: 1, action: { kind: 'start' } };
  return planOperation({ instanceId, definitions }, subject, {
    steps: Array.from({ length: steps }, (_, index) => ({
      name: `step-${index}`,
      after: index === 0 ? [] : [`step-${index - 1}`],
      action,
      undo: action,
    })),
    onSuccess: [],
    onFailure: [],
    onStuck: [],
  });
}

async function admit(steps) {
  const operation = planWorkflow(parts, steps);
  take(await parts.deps.store.commit(insertOperation(operation, LOST)));
  return operation.row;
}

/** Keeps a number of workflows going for a time. */
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
  const atOnceMax = parts.agent.takeAtOnceMax();
  const { user, system } = process.cpuUsage(cpuBefore);
  const overheadsMs = parts.agent.takeOverheads();
  const done = parts.agent.commands() - commandsBefore;
  return {
    workflows: begun,
    steps: done,
    ms,
    cpuMs: (user + system) / MS_PER_S,
    overheadsMs,
    atOnceMax,
  };
}

/** Takes over what an earlier process left; it goes on once its commands are at the agent again. */
async function recover(executor, agent) {
  const startedAtMs = performance.now();
  const recovered = await executor.resume();
  while (agent.commands() < recovered) await new Promise((resolve) => setImmediate(resolve));
  return { recovered, recoveryMs: performance.now() - startedAtMs };
}

/** Writes events into the outbox, one commit each, at a given rate. */
async function emitEvents({ rate, durationMs }) {
  const { deps, relay, tenantId } = parts;
  const startedAtMs = Date.now();
  const total = Math.round((rate * durationMs) / MS_PER_S);
  const commits = [];
  for (let sent = 0; sent < total; ) {
    const due = Math.ceil(((Date.now() - startedAtMs) * rate) / MS_PER_S);
    for (; sent < Math.min(due, total); sent += 1) {
      const sent_at_ms = Math.round(startedAtMs + (sent * MS_PER_S) / rate);
      const event = { tenantId, type: 'bench.event', source: 'bench', target: 'bench' };
      const change = eventChange(deps, { ...event, priority: 'normal', data: { sent_at_ms } });
      commits.push(deps.store.commit([change]).then(relay.signal));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(commits);
  return { sent: total, ms: Date.now() - startedAtMs };
}

/** Starts a number of workflows that wait for their first step. */
async function admitAtOnce({ workflows, steps }) {
  const rows = await Promise.all(Array.from({ length: workflows }, () => admit(steps)));
  const before = parts.agent.commands();
  for (const row of rows) parts.executor.start(row);
  while (parts.agent.commands() - before < workflows) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { workflows: rows.length };
}

function take(result) {
  if (!result.ok) throw new Error(`${result.error.detail} ${result.error.remedy}`);
  return result.value;
}
