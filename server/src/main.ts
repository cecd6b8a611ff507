/** The composition root: the only file that knows every adapter. */

import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { lockDataDir } from '@novacron/agent/process/lock-data-dir';
import { tightenFiles } from '@novacron/agent/secrets/private-files';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import { startHostNode } from '@novacron/agent/start-host-node';
import type { RunningNodes } from '@novacron/agent/start-nodes';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { AGENT_ANSWERS } from '@novacron/contract/agent/agent-subjects';
import { RUNNER_ANSWERS } from '@novacron/contract/automation/runner-subjects';
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import { systemClock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import { backgroundTimers } from '@novacron/runtime/timers';
import type { Tracer } from '@novacron/tracing/tracer';
import { createBreakers } from './adapters/breakers/create-breakers.ts';
import { issueBusCertificate } from './adapters/certificates/issue-bus-certificate.ts';
import {
  adminKeyFileIn,
  agentsDirIn,
  makeDataDir,
  qemuDirIn,
  removeSecret,
  writeSecret,
} from './adapters/data-dir/data-dir-files.ts';
import { refuseOtherHypervisor } from './adapters/data-dir/refuse-other-hypervisor.ts';
import { warnOfReadableSecrets } from './adapters/data-dir/warn-of-readable-secrets.ts';
import { createDraftModel } from './adapters/draft-model/create-draft-model.ts';
import { createEgress } from './adapters/egress/create-egress.ts';
import { guardAddresses } from './adapters/egress/guard-addresses.ts';
import { openFenceDevices } from './adapters/fencing/open-fence-devices.ts';
import { createForecasts } from './adapters/forecasting/create-forecasts.ts';
import {
  type HealthListener,
  startHealthListener,
} from './adapters/health/start-health-listener.ts';
import { createIds, systemRandom } from './adapters/ids/random-ids.ts';
import { openImageStore } from './adapters/images/open-image-store.ts';
import { openSnapshotExports } from './adapters/images/open-snapshot-exports.ts';
import { logCrashes } from './adapters/logger/log-crashes.ts';
import { createPinoLogger } from './adapters/logger/pino-logger.ts';
import { createPrometheusTelemetry } from './adapters/metrics/create-prometheus-telemetry.ts';
import { openBackups } from './adapters/open-backups.ts';
import { openMetricSeries } from './adapters/open-metric-series.ts';
import { openStore } from './adapters/open-store.ts';
import { openTokenPorts } from './adapters/open-token-ports.ts';
import { createPolicyRuntime } from './adapters/policy/create-policy-runtime.ts';
import { createPolicySignatures } from './adapters/policy/create-policy-signatures.ts';
import { connectionsWithin, readOpenFilesMax } from './adapters/process/open-files.ts';
import { stopSignal } from './adapters/process/stop-signal.ts';
import { createPrometheusSource } from './adapters/prometheus/create-prometheus-source.ts';
import { createSolver } from './adapters/solver/create-solver.ts';
import { askOwnVault } from './adapters/vault/ask-own-vault.ts';
import { createVault } from './adapters/vault/create-vault.ts';
import { createFirstKey, findFirstKeyPlace } from './app/access/identity/first-key.ts';
import { allowanceOf } from './app/access/limits/rate-limiter.ts';
import { findPlatformTenant } from './app/access/tenants/tenant-access.ts';
import { createApplication } from './app/composition/create-application.ts';
import { type CompletePorts, closePorts, completePorts } from './app/composition/deps.ts';
import { hearFleet } from './app/composition/hear-fleet.ts';
import { seedStore } from './app/composition/seed-store.ts';
import { warnOfAbsentNodes } from './app/composition/warn-of-absent-nodes.ts';
import { signForServer } from './app/fleet/enrollment/sign-for-server.ts';
import { guardBus } from './app/kernel/bus/circuit-breaking-bus.ts';
import { type LinkParts, observeBus, watchLink } from './app/kernel/bus/telemetry-bus.ts';
import { createEventFeed } from './app/kernel/events/event-feed.ts';
import { acquireFleetLease } from './app/kernel/leases/acquire-fleet-lease.ts';
import { isAlone, type Surroundings } from './app/kernel/leases/instance.ts';
import { watchUsage } from './app/placement/measured-usage.ts';
import { readinessAnswer } from './app/platform/readiness/readiness.ts';
import { announceRestored } from './app/platform/readiness/restored-store.ts';
import { createStoreHealth, type StoreHealth } from './app/platform/readiness/store-health.ts';
import { startGauges } from './app/platform/telemetry/telemetry-gauges.ts';
import { observePolicies } from './app/platform/telemetry/telemetry-policies.ts';
import { observeStore } from './app/platform/telemetry/telemetry-store.ts';
import { startTracing } from './app/platform/telemetry/telemetry-traces.ts';
import { createExportAccess } from './app/resources/snapshot/snapshot-exports.ts';
import { type AskVault, readWithVault } from './config/read-with-vault.ts';
import { requireVault } from './config/sections/read-vault.ts';
import { commandOf, startMessage } from './config/start-message.ts';
import { pickSettings, readConfig, type ServerConfig, vaultFileOf } from './config.ts';
import { trustProxies } from './transports/http/client-address.ts';
import { type HttpServerOptions, startHttpServer } from './transports/start-http-server.ts';
import { SERVER_VERSION } from './version.ts';

/** Grace period for running requests after a stop request. Unit: ms. */
const STOP_GRACE_MS = 10_000;

/** The built dashboard, which is part of the package. */
const DASHBOARD_FOLDER = fileURLToPath(new URL('../dist/dashboard', import.meta.url));

/**
 * Time limit for the agents of the server's own fleet, which normally start within milliseconds.
 * Unit: ms.
 */
const NODES_MS_MAX = 10_000;

/** A running server. */
export interface RunningServer {
  readonly url: string;
  /** Address that serves only health; undefined if not configured. */
  readonly healthUrl: string | undefined;
  /** The admin key, on the very first start only. */
  readonly firstKey: string | undefined;
  readonly adminKeyFile: string;
  /** From when the data is, if a restore holds healing or automation. */
  readonly restored: string | undefined;
  /** Server that created the admin key, if several share the store. */
  readonly firstKeyPlace: string | undefined;
  /** Fault injection and inspection, for tests and for `novacron fleet fault`. */
  readonly fleet: EmbeddedFleet;
  /** Hypervisor description, for people. */
  readonly hypervisor: string;
  readonly stop: () => Promise<void>;
}

/** Opens the server's store, which is created if necessary and writes in a thread of its own. */
const STORE_OPENER = { clock: systemClock, newKey: 'make', writer: 'thread' } as const;

/** Starts a whole server in this process. */
export async function startServer(
  config: ServerConfig,
  untracedLogger: Logger,
  configuration: CompletePorts['configuration'] = [],
): Promise<Result<RunningServer, Problem>> {
  const made = makeDataDir(config.dataDir);
  if (!made.ok) return made;
  const other = isFleetHere(config)
    ? refuseOtherHypervisor(config.dataDir, config.hypervisor.kind)
    : undefined;
  if (other !== undefined) return err(other);
  const lock = lockDataDir(config.dataDir, 'server');
  if (!lock.ok) return lock;
  const { telemetry, page: metricsPage } = createPrometheusTelemetry(
    config.otlp.endpoint === undefined ? 'none' : 'sampled',
  );
  const opened = await openStore(config, { ...STORE_OPENER, telemetry });
  if (!opened.ok) {
    lock.value.release();
    return opened;
  }
  const { sealing } = opened.value;
  const health = createStoreHealth({ clock: systemClock, telemetry });
  const store = health.watch(opened.value.store);
  const { tracer, logger } = await startTracing(config.otlp, {
    telemetry,
    logger: untracedLogger,
    timers: backgroundTimers,
    version: SERVER_VERSION,
  });
  const breakers = createBreakers(telemetry);
  const guard = guardAddresses(config.egressNetworks);
  const secrets = openTokenPorts(config, { logger, breakers, clock: systemClock, guard });
  const connected = await openBus(config, { logger, telemetry }, () =>
    signForServer({ store, clock: systemClock, certificates: secrets.certificates }),
  );
  if (!connected.ok) {
    await store.close();
    lock.value.release();
    return connected;
  }
  const bus = observeBus(connected.value, telemetry);
  const usage = watchUsage({ bus, clock: systemClock });
  const deps = completePorts({
    store: observeStore(store, { telemetry, tracer }),
    sealing,
    clock: systemClock,
    timers: backgroundTimers,
    ids: createIds(systemClock, systemRandom),
    rng: makeRng(Buffer.from(systemRandom.bytes(16)).toString('hex')),
    secretRandom: systemRandom,
    bus: guardBus(bus, { breakers, clock: systemClock }),
    policies: observePolicies(createPolicyRuntime(logger), telemetry),
    solver: createSolver(logger),
    forecasts: createForecasts(logger),
    logger,
    telemetry,
    tracer,
    usage,
    policySignatures: createPolicySignatures(),
    egress: createEgress({ guard, breakers, clock: systemClock }),
    fenceDevices: config.fencing && openFenceDevices(config.fencing),
    images: openImageStore(config.images.directory, config.images.bytesMax),
    exports: openSnapshotExports(config.images.directory),
    metricSeries: await openMetricSeries(config, { clock: systemClock, logger }),
    vault: config.vault && createVault(config.vault, { guard, breakers, clock: systemClock }),
    draftModel:
      config.aiEndpoint &&
      createDraftModel(config.aiEndpoint, { guard, breakers, clock: systemClock }),
    backups: openBackups(config, {
      clock: systemClock,
      logger,
      serverVersion: SERVER_VERSION,
    }),
    metricSource:
      config.metricQueries &&
      createPrometheusSource(config.metricQueries, { breakers, clock: systemClock }),
    serverVersion: SERVER_VERSION,
    ...secrets,
    settings: { ...pickSettings(config), ...rateLimitsOf(config) },
    configuration,
  });
  const started = await startParts(config, deps, {
    telemetry,
    tracer,
    metricsPage,
    metricsAccess: config.metricsAccess,
    health,
  });
  if (!started.ok) {
    await closeAll(deps, lock.value.release);
    return started;
  }
  const gauges = startGauges({ ...deps, telemetry }, config.metricsIntervalMs);
  const { stop, ...parts } = started.value;
  return ok({
    ...parts,
    stop: async () => {
      gauges.stop();
      await stop();
      await closeAll(deps, lock.value.release);
    },
  });
}

async function openBus(
  { bus, busTls, dataDir }: ServerConfig,
  parts: LinkParts,
  sign: () => Promise<Result<string, Problem>>,
): Promise<Result<Bus, Problem>> {
  const { logger } = parts;
  const link = watchLink(parts);
  if (bus.kind === 'memory') return ok(openMemoryBus());
  const { openNatsBus } = await import('@novacron/bus/open-nats-bus');
  return openNatsBus({
    ...link,
    servers: bus.servers,
    tls: await issueBusCertificate({ dataDir, servers: bus.servers, tls: busTls, sign, logger }),
    answers: [AGENT_ANSWERS, RUNNER_ANSWERS],
    onFault: (subject, cause) => logger.warn({ subject, cause }, 'a message handler failed'),
  });
}

/** A tenant and an address may ask for twice what one principal may, unless it is configured. */
const OTHERS_SHARE = 2;

/** Number of calls that may wait for operations, per permitted stream: each is only a timer. */
const WAITS_PER_STREAM = 10;

function rateLimitsOf(config: ServerConfig) {
  const { rateLimitPerSecond: own, limits } = config;
  const { tenantRateLimitPerSecond: tenant = own * OTHERS_SHARE } = config;
  const { addressRateLimitPerSecond: address = own * OTHERS_SHARE } = config;
  const { total, perTenant, perKey, perAddress } = limits.streams;
  return {
    rateLimit: allowanceOf(own),
    tenantRateLimit: allowanceOf(tenant),
    addressRateLimit: allowanceOf(address),
    waits: {
      total: total * WAITS_PER_STREAM,
      perTenant: perTenant * WAITS_PER_STREAM,
      perKey: perKey * WAITS_PER_STREAM,
      perAddress: perAddress * WAITS_PER_STREAM,
    },
  };
}

/**
 * Returns the connection limits of the listener: at most the number of available file descriptors.
 */
function listenerLimits({ limits, trustedProxies, forwardedHeader }: ServerConfig, logger: Logger) {
  const { total: wanted, perAddress } = limits.connections;
  const total = connectionsWithin(wanted, readOpenFilesMax());
  if (total < wanted) {
    logger.warn({ connections: total, wanted }, 'the limit of open files allows fewer connections');
  }
  return {
    connectionLimits: { total, perAddress },
    streamLimits: limits.streams,
    trustedProxies: trustProxies(trustedProxies, forwardedHeader),
  };
}

function surroundingsOf({ store, bus }: ServerConfig): Surroundings {
  return {
    servers: store.kind === 'postgres' ? 'several' : 'one',
    events: bus.kind === 'nats' ? 'kept' : 'reported',
  };
}

interface Measured extends Pick<HttpServerOptions, 'telemetry' | 'metricsPage' | 'metricsAccess'> {
  readonly health: StoreHealth;
  readonly tracer: Tracer;
}

/** Prepares the store for this server: a first key, storage pools, a term. */
async function prepareStore(
  config: ServerConfig,
  deps: CompletePorts,
  surroundings: Surroundings,
): Promise<Result<Pick<RunningServer, 'firstKey' | 'adminKeyFile' | 'restored'>, Problem>> {
  const adminKeyFile = adminKeyFileIn(config.dataDir);
  const firstKey = await createFirstKey(deps, (secret) => writeSecret(adminKeyFile, secret), {
    words: surroundings.servers === 'one' ? '' : `${adminKeyFile} on ${hostname()}`,
    discard: () => removeSecret(adminKeyFile),
  });
  if (!firstKey.ok) return firstKey;
  const seeded = await seedStore(deps, config.fleet.storage_pools);
  if (!seeded.ok) return seeded;
  const isOwnFleet = isFleetHere(config) && config.bus.kind === 'memory';
  if (isOwnFleet && config.hypervisor.kind === 'simulator') {
    await warnOfAbsentNodes(
      config.fleet.nodes.map(({ name }) => name),
      deps,
    );
  }
  const begun = await deps.controlPlane.begin();
  if (!begun.ok) return begun;
  const restored = await announceRestored(deps);
  return ok({ firstKey: firstKey.value, adminKeyFile, restored: restored?.reason });
}

async function startParts(
  config: ServerConfig,
  deps: CompletePorts,
  measured: Measured,
): Promise<Result<RunningServer, Problem>> {
  const surroundings = surroundingsOf(config);
  const prepared = await prepareStore(config, deps, surroundings);
  if (!prepared.ok) return prepared;
  const { firstKey, adminKeyFile, restored } = prepared.value;
  const { application, executor, relay, leases, instanceId } = createApplication(
    deps,
    surroundings,
  );
  const registry = hearFleet({ ...deps, onEvents: relay.signal });
  const isFleetOwn = config.bus.kind === 'memory' && surroundings.servers === 'several';
  const taken = isFleetOwn ? await acquireFleetLease(deps, leases) : ok(await leases.start());
  if (!taken.ok) {
    registry.stop();
    await leases.stop();
    return taken;
  }
  const paths = tightenFiles(agentsDirIn(config.dataDir));
  if (paths.length > 0) deps.logger.warn({ paths }, 'files of agents were open to other users');
  const started = await startAgents(config, deps, measured.tracer);
  if (!started.ok) {
    registry.stop();
    await leases.stop();
    return started;
  }
  const { nodes, ...agents } = started.value;
  const registered = await registry.waitForNodes(nodes, { timeoutMs: NODES_MS_MAX });
  if (registered < nodes) deps.logger.warn({ registered, nodes }, 'some nodes are not registered');
  await executor.resume();
  const { health, ...telemetry } = measured;
  const stopProbes = await health.start({ store: deps.store, timers: deps.timers, id: instanceId });
  const stopParts = async (): Promise<void> => {
    stopProbes();
    executor.stop();
    registry.stop();
    await relay.stop();
    await leases.stop();
    await agents.stop();
  };
  const healthListener = await serveHealth(config, deps, health);
  if (!healthListener.ok) {
    await stopParts();
    return healthListener;
  }
  const http = await startHttpServer({
    application,
    openApiDocument,
    logger: deps.logger,
    timers: deps.timers,
    readiness: health.report,
    dashboardFolder: config.dashboard === 'on' ? DASHBOARD_FOLDER : undefined,
    ...telemetry,
    listen: config.listen,
    browsers: await describeBrowsers(config, deps),
    ...listenerLimits(config, deps.logger),
    ...(deps.images && { images: deps.images }),
    ...(deps.exports && { exports: { store: deps.exports, access: createExportAccess(deps) } }),
    ...(config.tls === undefined
      ? {}
      : { tls: { ...config.tls, minVersion: config.tlsMinVersion } }),
    eventFeed: createEventFeed(deps, { bus: isAlone(surroundings) ? 'reliable' : 'lossy' }),
  });
  if (!http.ok) {
    await healthListener.value?.stop();
    await stopParts();
    return http;
  }
  relay.signal();
  return ok({
    url: http.value.url,
    healthUrl: healthListener.value?.url,
    firstKey,
    adminKeyFile,
    restored,
    firstKeyPlace: firstKey === undefined ? await findFirstKeyPlace(deps) : undefined,
    fleet: agents.fleet,
    hypervisor: agents.hypervisor,
    stop: async () => {
      // First, so that requests that wait for operations are answered and delay nothing.
      executor.stop();
      await http.value.stop(STOP_GRACE_MS);
      await healthListener.value?.stop();
      await stopParts();
    },
  });
}

/** Servers of one store have one name: a browser signs in to all of them. */
async function describeBrowsers(
  { publicUrl }: ServerConfig,
  { store }: CompletePorts,
): Promise<NonNullable<HttpServerOptions['browsers']>> {
  const tenant = await findPlatformTenant(store);
  return { publicUrl, deployment: tenant?.id };
}

/** The agents in this process. */
interface OwnAgents {
  readonly fleet: EmbeddedFleet;
  readonly hypervisor: string;
  /** Number of nodes that the agents serve. */
  readonly nodes: number;
  /** Machines of QEMU go on running. */
  readonly stop: () => Promise<void>;
}

function isFleetHere({ agents }: ServerConfig): boolean {
  return agents === 'embedded';
}

/** Starts the simulated fleet, or the agent of this host. */
async function startAgents(
  config: ServerConfig,
  deps: CompletePorts,
  tracer: Tracer,
): Promise<Result<OwnAgents, Problem>> {
  const { hypervisor, metricsIntervalMs } = config;
  const { bus, clock, timers, logger } = deps;
  const parts = { bus, clock, timers, tracer, rng: deps.rng.fork('fleet'), metricsIntervalMs };
  const isSimulated = isFleetHere(config) && hypervisor.kind === 'simulator';
  const simulated = isSimulated ? config.fleet : { nodes: [] };
  const agentsDir = agentsDirIn(config.dataDir);
  const fleet = startEmbeddedFleet({
    ...parts,
    fleet: simulated,
    rngOf: makeRng,
    dataDir: agentsDir,
    uploads: config.images.directory,
  });
  if (hypervisor.kind === 'simulator') {
    const { length: nodes } = simulated.nodes;
    const words = isSimulated ? describeSimulator(nodes) : AGENTS_ELSEWHERE;
    return ok({ fleet, hypervisor: words, nodes, stop: fleet.stop });
  }
  // Agents of other hosts download what was uploaded; this one shares the disk.
  const settings = { ...hypervisor.settings, uploads: config.images.directory };
  const dataDir = qemuDirIn(config.dataDir);
  const host = await startHostNode({ ...parts, dataDir, settings, logger });
  if (!host.ok) {
    await fleet.stop();
    return host;
  }
  return ok({
    fleet,
    hypervisor: describeQemu(host.value),
    nodes: 1,
    stop: async () => {
      await host.value.stop({ graceMs: STOP_GRACE_MS });
      await fleet.stop();
    },
  });
}

const AGENTS_ELSEWHERE = 'those of the agents on NATS';

function describeSimulator(nodes: number): string {
  return `simulated, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
}

function describeQemu({ hypervisors }: RunningNodes): string {
  const words = hypervisors.map(({ version, accelerator, accelerator_reason: reason }) => {
    const how = accelerator === 'kvm' ? 'KVM' : 'emulation in software';
    return `QEMU ${version} on this host, ${how} (${reason})`;
  });
  return words.join(', ');
}

/** Starts the listener that serves health only, where one is configured. */
async function serveHealth(
  { healthListen: listen }: ServerConfig,
  { timers }: CompletePorts,
  health: StoreHealth,
): Promise<Result<HealthListener | undefined, Problem>> {
  if (listen === undefined) return ok(undefined);
  return startHealthListener({
    listen,
    timers,
    readiness: () => readinessAnswer(health.report()),
  });
}

/** Loaded by the first request for it, to keep the start fast. */
async function openApiDocument(): Promise<JsonObject> {
  const { toOpenApiDocument } = await import('@novacron/contract/openapi/openapi');
  return toOpenApiDocument({ version: SERVER_VERSION });
}

async function closeAll(deps: CompletePorts, release: () => void): Promise<void> {
  await closePorts(deps);
  release();
}

/** The output of a command. */
export interface ServerIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/**
 * Runs `novacron server` until it is asked to stop.
 * @returns the exit code: 0 after a graceful stop, 1 when it cannot start, 2 for wrong usage
 */
export async function runServer(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  io: ServerIo,
): Promise<number> {
  const request = await readWithVault(
    (readSecret) => readConfig(argv, env, readSecret),
    () => openOwnVault(vaultFileOf(argv, env)),
  );
  if (!request.ok) return refuse(io, request.error, 2);
  if (request.value.kind === 'print') {
    io.stdout.write(request.value.text);
    return 0;
  }
  const { config, configuration } = request.value;
  const stopped = stopSignal();
  const logger = createPinoLogger(config.logLevel);
  logCrashes(logger);
  warnOfReadableSecrets(config, logger);
  const server = await startServer(config, logger, configuration);
  if (!server.ok) return refuse(io, server.error, 1);
  const { stop, ...started } = server.value;
  const how = { command: commandOf(import.meta.url), dashboard: config.dashboard };
  io.stdout.write(startMessage({ ...started, ...how, version: SERVER_VERSION }));
  await stopped;
  io.stdout.write('Stopping: running requests are finished, operations are parked.\n');
  await stop();
  return 0;
}

function openOwnVault(file: string | undefined): Result<AskVault, string> {
  const vault = requireVault(file);
  return vault.ok ? ok(askOwnVault(vault.value)) : vault;
}

function refuse(io: ServerIo, found: Problem, exitCode: number): number {
  io.stderr.write(`Error: ${found.detail}\n${found.remedy}\n`);
  return exitCode;
}
