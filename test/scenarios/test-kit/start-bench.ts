/** The application on a real store and a simulated fleet, on virtual time and without HTTP. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadHeartbeat } from '@novacron/agent/drivers/watch-heartbeat';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { SignalSource } from '@novacron/agent/signals/signal-source';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import type { ClientName } from '@novacron/contract/access/identity';
import { inspectSubject, nodeOfSubject } from '@novacron/contract/agent/agent-subjects';
import { createClient } from '@novacron/contract/client/client';
import { OPERATION_STATUSES_FINAL, type Operation } from '@novacron/contract/operation/operation';
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, type Result } from '@novacron/contract/result';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import { makeRng } from '@novacron/engine/rng';
import { createBreakers } from '@novacron/server/adapters/breakers/create-breakers';
import { createCertificates } from '@novacron/server/adapters/certificates/create-certificates';
import { createEgress } from '@novacron/server/adapters/egress/create-egress';
import { guardAddresses } from '@novacron/server/adapters/egress/guard-addresses';
import { createForecasts } from '@novacron/server/adapters/forecasting/create-forecasts';
import { createIds, systemRandom } from '@novacron/server/adapters/ids/random-ids';
import { createImageStore } from '@novacron/server/adapters/images/open-image-store';
import { openSnapshotExports } from '@novacron/server/adapters/images/open-snapshot-exports';
import { createTokenCrypto } from '@novacron/server/adapters/jwt/create-token-crypto';
import { openSqliteSeries } from '@novacron/server/adapters/metric-series/sqlite/open-sqlite-series';
import { createModels } from '@novacron/server/adapters/models/create-models';
import { createPolicyRuntime } from '@novacron/server/adapters/policy/create-policy-runtime';
import { createPolicySignatures } from '@novacron/server/adapters/policy/create-policy-signatures';
import { openSealedStore } from '@novacron/server/adapters/sealing/open-sealed-store';
import type { InspectStore } from '@novacron/server/adapters/store/schema/migrate';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { createFirstKey } from '@novacron/server/app/access/identity/first-key';
import type { Application } from '@novacron/server/app/composition/application';
import { createApplication } from '@novacron/server/app/composition/create-application';
import {
  type AppSettings,
  type CompletePorts,
  completePorts,
} from '@novacron/server/app/composition/deps';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import { beginRequest, type Principal } from '@novacron/server/app/kernel/context/call-context';
import { watchUsage } from '@novacron/server/app/placement/measured-usage';
import type { RetentionTimes } from '@novacron/server/app/platform/retention/retention-times';
import { createNodeRegistry } from '@novacron/server/app/resources/node/register-nodes';
import type { DraftModel } from '@novacron/server/ports/draft-model';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import type { MetricSource } from '@novacron/server/ports/metric-source';
import type { Models } from '@novacron/server/ports/models';
import type { PolicyRuntime } from '@novacron/server/ports/policy-runtime';
import type { Store } from '@novacron/server/ports/store';
import type { Telemetry } from '@novacron/server/ports/telemetry';
import type { Vault } from '@novacron/server/ports/vault';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { SERVER_VERSION } from '@novacron/server/version';
import { makeDataDirectory } from '@novacron/testing/memory-disk';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../server/agent/src/test-kit/virtual-time.ts';
import { checkPolicyInput } from './check-policy-input.ts';
import { copyEmptyStore } from './copy-empty-store.ts';

/** Caller and its client. */
export interface CallAs {
  readonly principal?: Principal;
  readonly client?: ClientName;
  readonly clientAddress?: string;
  readonly deployment?: string;
  /** Time for which the response to a write may wait for the operation to end. Unit: ms. */
  readonly waitMs?: number;
}

/** The application under test. */
export interface Bench {
  readonly application: Application;
  readonly admin: Principal;
  readonly store: Store;
  /** The same as it is in its files: sealed. */
  readonly storeOnDisk: Store;
  readonly deps: CompletePorts;
  readonly bus: Bus;
  readonly fleet: EmbeddedFleet;
  /** Number of inspections of each node by servers, by its name. */
  readonly inspections: ReadonlyMap<string, number>;
  readonly call: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    as?: CallAs,
  ) => Promise<Result<OutputOf<Name>, Problem>>;
  readonly expectOk: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    as?: CallAs,
  ) => Promise<OutputOf<Name>>;
  /** The problem of a call that must be refused. */
  readonly expectProblem: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    as?: CallAs,
  ) => Promise<Problem>;
  /** Moves time until an operation has ended. */
  readonly end: (operation: Pick<Operation, 'id'>) => Promise<Operation>;
  /** Moves time until no operation runs. */
  readonly endAll: () => Promise<void>;
  readonly advance: (durationMs: number) => Promise<void>;
  /**
   * Moves time by hours at once: nothing runs meanwhile, as in a machine that was suspended, and
   * everything that was due runs once at the end.
   */
  readonly skip: (durationMs: number) => Promise<void>;
  /** Everything that was logged as an error: a test that expects none looks here. */
  readonly errors: string[];
  /** Sets the time of day of the server alone, or of all nodes. @param byMs - negative: back */
  readonly stepClock: (of: 'server' | 'nodes', byMs: number) => void;
  /**
   * The server dies and starts again on the same data; agents live on.
   * @param whileAway - what happens while it is dead; at once, without it
   */
  readonly restartServer: (whileAway?: () => Promise<void>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Three nodes in three zones: small enough to fill, large enough to move. */
export const SMALL_FLEET: Fleet = {
  nodes: ['a', 'b', 'c'].map((letter) => ({
    name: `node-${letter}`,
    zone: `zone-${letter}`,
    rack: `rack-${letter}`,
    cpu_cores: 8,
    memory_gb: 16,
    disk_gb: 200,
  })),
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};

const BYTES_PER_GB = 1_073_741_824;

const STEP_MS_SHORT = 50;
const STEP_MS_LONG = 1_000;
/** After this number of short steps whatever still runs waits for something. */
const SHORT_STEPS = 40;
/** After this number of steps an attempt at a migration hangs, which its agent gives an hour. */
const LONG_STEPS = 2_000;
const STEP_MS_LONGEST = 10_000;
const STEPS_MAX = 20_000;

function stepMs(steps: number): number {
  if (steps < SHORT_STEPS) return STEP_MS_SHORT;
  return steps < LONG_STEPS ? STEP_MS_LONG : STEP_MS_LONGEST;
}

/** Overrides of the defaults. */
export interface BenchOptions {
  readonly fleet?: Fleet;
  readonly retention?: RetentionTimes;
  readonly healthCheckIntervalMs?: number;
  readonly improvements?: NonNullable<AppSettings['improvements']>;
  readonly requireSignedPolicies?: boolean;
  readonly webhookHosts?: readonly string[];
  readonly egressHosts?: AppSettings['egressHosts'];
  readonly failoverNodes?: number;
  readonly proactiveMoves?: number;
  /** Ratio of allowed decisions that are logged with their input. */
  readonly decisionInputRatio?: number;
  /** Health signals of the nodes' hosts; none by default. */
  readonly signalsOf?: (nodeName: string) => readonly SignalSource[];
  readonly fenceDevices?: FenceDevices;
  /** Another system that is asked for metrics; none by default. */
  readonly metricSource?: MetricSource;
  /** Has values of secrets; none by default. */
  readonly vault?: Vault;
  /** Drafts runbooks; no model is asked by default. */
  readonly draftModel?: DraftModel;
  /** Decides the sizes of VM groups; by default nothing does. */
  readonly decisionModel?: DecisionModel;
  /** Reads the heartbeats in the nodes' shared storage; by default there is no such channel. */
  readonly readHeartbeat?: ReadHeartbeat;
  /** Takes measurements; nothing by default. */
  readonly telemetry?: Telemetry;
  /** Stands between the application and the policy runtime. */
  readonly wrapPolicies?: (policies: PolicyRuntime) => PolicyRuntime;
  /** Opens an empty store; an SQLite file of its own by default. */
  readonly openStore?: (inspect: InspectStore) => Promise<Result<Store, Problem>>;
  /** Stands between the application and the store. */
  readonly wrapStore?: (store: Store) => Store;
}

/** Starts one; the test stops it. */
export async function startBench({
  fleet: asked,
  wrapPolicies = (policies) => policies,
  wrapStore = (store) => store,
  openStore,
  fenceDevices,
  metricSource,
  vault,
  draftModel,
  decisionModel,
  telemetry,
  readHeartbeat,
  signalsOf,
  ...settings
}: BenchOptions = {}): Promise<Bench> {
  const fleetPlan = asked ?? SMALL_FLEET;
  const directory = makeDataDirectory('novacron-');
  const path = join(directory, 'novacron.db');
  const uploads = join(directory, 'images');
  if (openStore === undefined) await copyEmptyStore(path);
  const openRaw = openStore ?? ((inspect: InspectStore) => openSqliteStore({ path, inspect }));
  const time = createVirtualTime();
  const clocks = { server: setClock(time.clock), nodes: setClock(time.clock) };
  const { clock } = clocks.server;
  let storeOnDisk: Store | undefined;
  const opened = await openSealedStore({
    source: { kind: 'file', path: join(directory, 'sealing.key'), origin: 'own' },
    open: async (inspect) => {
      const raw = await openRaw(inspect);
      if (raw.ok) storeOnDisk = raw.value;
      return raw;
    },
    newKey: 'make',
    machine: '',
    clock,
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  assert(storeOnDisk !== undefined, 'the store is open');
  const errors: string[] = [];
  const ignore = (): void => undefined;
  const logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (fields: Readonly<Record<string, unknown>>, message: string) => {
      errors.push(`${message} ${JSON.stringify(fields)} ${String(fields.cause ?? '')}`);
    },
  };
  const inspections = new Map<string, number>();
  const bus = countingInspections(openMemoryBus({ timers: time.timers }), inspections);
  const deps = completePorts({
    usage: watchUsage({ bus, clock }),
    store: wrapStore(opened.value.store),
    sealing: opened.value.sealing,
    clock,
    timers: time.timers,
    ids: createIds(clock, systemRandom),
    rng: makeRng('bench'),
    secretRandom: systemRandom,
    bus,
    policies: wrapPolicies(waitedFor(createPolicyRuntime(logger), time)),
    policySignatures: createPolicySignatures(),
    egress: createEgress({ guard: guardAddresses([]), breakers: createBreakers(), clock }),
    fenceDevices,
    vault,
    draftModel,
    decisionModel,
    metricSource,
    ...(telemetry === undefined ? {} : { telemetry }),
    // What an upload refuses may have been put there by an operator.
    images: createImageStore({ directory: uploads, bytesMax: BYTES_PER_GB, headers: 'trusted' }),
    exports: openSnapshotExports(uploads),
    forecasts: createForecasts(logger),
    models: waitedForModels(createModels(logger), time),
    metricSeries: openSqliteSeries({ path: join(directory, 'metrics.db'), clock, logger }),
    logger,
    serverVersion: SERVER_VERSION,
    tokens: createTokenCrypto(),
    certificates: createCertificates(),
    settings,
  });
  let secret = '';
  await createFirstKey(deps, (made) => {
    secret = made;
    return { ok: true, value: undefined };
  });
  await seedStore(deps, fleetPlan.storage_pools);
  let running = createApplication(deps);
  const listen = () => createNodeRegistry({ ...deps, onEvents: () => running.relay.signal() });
  let registry = listen();
  await running.leases.start();
  const fleet = startEmbeddedFleet({
    fleet: fleetPlan,
    bus,
    dataDir: join(directory, 'agents'),
    clock: clocks.nodes.clock,
    timers: time.timers,
    rng: deps.rng.fork('fleet'),
    rngOf: makeRng,
    uploads,
    readHeartbeat,
    signalsOf,
  });
  await registry.waitForNodes(fleetPlan.nodes.length, { timeoutMs: STEP_MS_LONG });
  const found = await running.application.authenticate(secret);
  if (!found.ok) throw new Error(found.error.detail);
  const admin = found.value;
  const calls = createCalls(() => running.application, { admin, logger });
  return {
    get application() {
      return running.application;
    },
    admin,
    store: deps.store,
    storeOnDisk,
    deps,
    bus,
    fleet,
    inspections,
    errors,
    ...calls,
    ...createWaits(deps, calls, time.advance),
    advance: time.advance,
    skip: async (durationMs) => {
      time.stall(durationMs);
      await time.advance(1_000);
    },
    stepClock: (of, byMs) => clocks[of].step(byMs),
    restartServer: async (whileAway) => {
      running.executor.stop();
      await running.relay.stop();
      await running.leases.stop();
      // What a dying server was writing is written before another one reads: commits keep order.
      await deps.store.commit([]);
      if (whileAway !== undefined) {
        registry.stop();
        await whileAway();
      }
      running = createApplication(deps);
      if (whileAway !== undefined) registry = listen();
      await running.leases.start();
      await running.executor.resume();
    },
    stop: async () => {
      running.executor.stop();
      registry.stop();
      await running.relay.stop();
      await running.leases.stop();
      await fleet.stop();
      await deps.policies.close();
      await bus.close();
      await deps.forecasts?.close();
      await deps.models?.close();
      await deps.metricSeries?.close();
      await deps.store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A clock whose time of day may be set; its durations do not see that. */
function setClock(clock: VirtualTime['clock']) {
  let skewMs = 0;
  return {
    clock: { ...clock, nowMs: () => clock.nowMs() + skewMs },
    step: (byMs: number): void => {
      skewMs += byMs;
    },
  };
}

function countingInspections(bus: Bus, counts: Map<string, number>): Bus {
  return {
    ...bus,
    request: async (subject, message, options) => {
      const answer = await bus.request(subject, message, options);
      const node = nodeOfSubject(subject);
      if (answer.ok && subject === inspectSubject(node)) {
        counts.set(node, (counts.get(node) ?? 0) + 1);
      }
      return answer;
    },
  };
}

/** Policies are evaluated in threads, while virtual time would move on. */
function waitedFor(policies: PolicyRuntime, { during }: VirtualTime): PolicyRuntime {
  return {
    compile: (...given) => during(policies.compile(...given)),
    evaluate: (rule, input, terms) => {
      checkPolicyInput(input);
      return during(policies.evaluate(rule, input, terms));
    },
    judgeRecords: (...given) => during(policies.judgeRecords(...given)),
    close: policies.close,
  };
}

/** Models are trained in threads, too. */
function waitedForModels(models: Models, { during }: VirtualTime): Models {
  return {
    train: (...given) => during(models.train(...given)),
    run: (...given) => during(models.run(...given)),
    close: models.close,
  };
}

function createCalls(
  application: () => Application,
  parts: { readonly admin: Principal; readonly logger: CompletePorts['logger'] },
): Pick<Bench, 'call' | 'expectOk' | 'expectProblem'> {
  const client = createClient<CallAs>((name, rawInput, as = {}) =>
    dispatch(
      { application: application(), logger: parts.logger },
      {
        name,
        rawInput,
        context: {
          principal: as.principal ?? parts.admin,
          requestId: application().nextRequestId(),
          client: as.client ?? 'rest',
          clientAddress: as.clientAddress,
          deployment: as.deployment ?? 'default',
          signal: new AbortController().signal,
          request: beginRequest(),
          ...(as.waitMs === undefined ? {} : { waitMs: as.waitMs }),
        },
      },
    ),
  );
  return {
    call: client.call,
    expectOk: async (name, input, as) => {
      const answer = await client.call(name, input, as);
      if (answer.ok) return answer.value;
      const { code, detail, remedy } = answer.error;
      throw new Error(`${name} was refused: ${code}: ${detail} ${remedy}`);
    },
    expectProblem: async (name, input, as) => {
      const answer = await client.call(name, input, as);
      if (!answer.ok) return answer.error;
      throw new Error(`${name} was not refused: ${JSON.stringify(answer.value)}`);
    },
  };
}

function createWaits(
  deps: CompletePorts,
  { expectOk }: Pick<Bench, 'expectOk'>,
  advance: Bench['advance'],
): Pick<Bench, 'end' | 'endAll'> {
  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      if (await holds()) return;
      await advance(stepMs(steps));
    }
    throw new Error(`${what} does not come`);
  }
  return {
    end: async ({ id }) => {
      await until(`the end of ${id}`, async () => {
        // The answer would read the whole log each time.
        const [row] = await deps.store.read({ from: 'operations', where: { id }, limit: 1 });
        return OPERATION_STATUSES_FINAL.some((status) => status === row?.status);
      });
      return expectOk('operation.get', { id });
    },
    endAll: () =>
      until('the end of every operation', async () => {
        const left = await deps.store.read({
          from: 'operations',
          // No server runs what waits for a person, so none waits for its end.
          where: { status: { in: ['running', 'undoing'] }, owner: { not: 'waiting' } },
          limit: 1,
        });
        return left.length === 0;
      }),
  };
}
