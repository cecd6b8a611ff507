/** The composition root: the only file that knows every adapter. */

import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { lockDataDir } from '@novacron/agent/process/lock-data-dir';
import { tightenFiles } from '@novacron/agent/secrets/private-files';
import type { EmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { AGENT_ANSWERS } from '@novacron/contract/agent/agent-subjects';
import { RUNNER_ANSWERS } from '@novacron/contract/automation/runner-subjects';
import { formatDuration } from '@novacron/contract/formats/duration';
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import { systemClock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import { backgroundTimers, systemTimers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import type { Tracer } from '@novacron/tracing/tracer';
import { createBreakers } from './adapters/breakers/create-breakers.ts';
import { issueBusCertificate } from './adapters/certificates/issue-bus-certificate.ts';
import {
  adminKeyFileIn,
  agentsDirIn,
  makeDataDir,
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
import { createIds, systemRandom } from './adapters/ids/random-ids.ts';
import { openImageStore } from './adapters/images/open-image-store.ts';
import { openSnapshotExports } from './adapters/images/open-snapshot-exports.ts';
import { logCrashes } from './adapters/logger/log-crashes.ts';
import { createPinoLogger } from './adapters/logger/pino-logger.ts';
import { createPrometheusTelemetry } from './adapters/metrics/create-prometheus-telemetry.ts';
import { createModels } from './adapters/models/create-models.ts';
import { openBackups } from './adapters/open-backups.ts';
import { openMetricSeries } from './adapters/open-metric-series.ts';
import { openStore, warnOfSkew } from './adapters/open-store.ts';
import { openTokenPorts } from './adapters/open-token-ports.ts';
import { createPolicyRuntime } from './adapters/policy/create-policy-runtime.ts';
import { createPolicySignatures } from './adapters/policy/create-policy-signatures.ts';
import { listenForStop } from './adapters/process/stop-signal.ts';
import { createPrometheusSource } from './adapters/prometheus/create-prometheus-source.ts';
import { createSolver } from './adapters/solver/create-solver.ts';
import { createVault } from './adapters/vault/create-vault.ts';
import {
  createChosenKey,
  createFirstKey,
  findFirstKeyPlace,
} from './app/access/identity/first-key.ts';
import { allowanceOf } from './app/access/limits/rate-limiter.ts';
import { findPlatformTenant } from './app/access/tenants/tenant-access.ts';
import { createApplication } from './app/composition/create-application.ts';
import { type CompletePorts, closePorts, completePorts } from './app/composition/deps.ts';
import { hearFleet } from './app/composition/hear-fleet.ts';
import { refuseNewerAgents } from './app/composition/refuse-newer-agents.ts';
import { seedStore } from './app/composition/seed-store.ts';
import { warnOfAbsentNodes } from './app/composition/warn-of-absent-nodes.ts';
import { signForServer } from './app/fleet/enrollment/sign-for-server.ts';
import { guardBus } from './app/kernel/bus/circuit-breaking-bus.ts';
import { type LinkParts, observeBus, watchLink } from './app/kernel/bus/telemetry-bus.ts';
import { createEventFeed } from './app/kernel/events/event-feed.ts';
import { acquireFleetLease } from './app/kernel/leases/acquire-fleet-lease.ts';
import { isAlone, type Surroundings } from './app/kernel/leases/instance.ts';
import { watchUsage } from './app/placement/measured-usage.ts';
import { announceRestored } from './app/platform/readiness/restored-store.ts';
import { createStoreHealth, type StoreHealth } from './app/platform/readiness/store-health.ts';
import { startGauges } from './app/platform/telemetry/telemetry-gauges.ts';
import { observePolicies } from './app/platform/telemetry/telemetry-policies.ts';
import { observeStore } from './app/platform/telemetry/telemetry-store.ts';
import { startTracing } from './app/platform/telemetry/telemetry-traces.ts';
import { createExportAccess } from './app/resources/snapshot/snapshot-exports.ts';
import { readWithVault } from './config/read-with-vault.ts';
import { commandOf, startMessage } from './config/start-message.ts';
import { pickSettings, readConfig, type ServerConfig, vaultFileOf } from './config.ts';
import { type Front, openFront } from './open-front.ts';
import { openOwnVault } from './open-own-vault.ts';
import type { MetricsPage } from './ports/telemetry.ts';
import { isFleetHere, startAgents } from './start-agents.ts';
import { trustProxies } from './transports/http/client-address.ts';
import { type HttpServerOptions, startHttpServer } from './transports/start-http-server.ts';
import { SERVER_VERSION } from './version.ts';
import { nameBus, starting, stopping, waitForService } from './wait-for-service.ts';

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
  /** Reports that it is not ready from now on, and goes on serving. */
  readonly retire: () => void;
  readonly stop: () => Promise<void>;
}

/** Opens the server's store, which is created if necessary and writes in a thread of its own. */
const STORE_OPENER = { clock: systemClock, newKey: 'make', writer: 'thread' } as const;

/** How a server is started. */
export interface StartOptions {
  /** Settings with their sources, for people. */
  readonly configuration?: CompletePorts['configuration'];
  /** Aborted when the server is not wanted any more while it waits for its store or its bus. */
  readonly stop?: AbortSignal;
}

/**
 * Starts a whole server in this process. It waits for its database and its message bus, however
 * long that takes: meanwhile its listeners answer that it is alive and not ready.
 */
export async function startServer(
  config: ServerConfig,
  logger: Logger,
  options: StartOptions = {},
): Promise<Result<RunningServer, Problem>> {
  const made = makeDataDir(config.dataDir);
  if (!made.ok) return made;
  const other = isFleetHere(config)
    ? refuseOtherHypervisor(config.dataDir, config.hypervisor.kind)
    : undefined;
  if (other !== undefined) return err(other);
  const lock = lockDataDir(config.dataDir, 'server');
  if (!lock.ok) return lock;
  const { telemetry, page } = createPrometheusTelemetry(
    config.otlp.endpoint === undefined ? 'none' : 'sampled',
  );
  const health = createStoreHealth({ clock: systemClock, telemetry });
  health.hold(starting());
  const ids = createIds(systemClock, systemRandom);
  const front = await openFront(config, { ids, health, telemetry, logger });
  if (!front.ok) {
    lock.value.release();
    return front;
  }
  const close = async (): Promise<void> => {
    await front.value.close();
    lock.value.release();
  };
  const base = { ids, health, telemetry, metricsPage: page, front: front.value, logger };
  const started = await startBehind(config, base, options);
  if (!started.ok) {
    await close();
    return started;
  }
  const server = started.value;
  return ok({
    ...server,
    stop: async () => {
      await server.stop();
      await close();
    },
  });
}

/** What a server has before its store. */
interface Base {
  readonly ids: CompletePorts['ids'];
  readonly health: StoreHealth;
  readonly telemetry: CompletePorts['telemetry'];
  readonly metricsPage: MetricsPage;
  readonly front: Front;
  readonly logger: Logger;
}

/** Starts everything behind the listeners. */
async function startBehind(
  config: ServerConfig,
  base: Base,
  { configuration = [], stop: signal = new AbortController().signal }: StartOptions,
): Promise<Result<RunningServer, Problem>> {
  const { health, telemetry, ids } = base;
  const rng = makeRng(Buffer.from(systemRandom.bytes(16)).toString('hex'));
  const patience = { health, logger: base.logger, rng, signal };
  const opened = await waitForService(
    config.store.kind === 'embedded' ? 'the store' : 'PostgreSQL',
    patience,
    () => openStore(config, { ...STORE_OPENER, telemetry }),
  );
  if (!opened.ok) return opened;
  await warnOfSkew(config, { clock: systemClock, logger: base.logger });
  const { sealing } = opened.value;
  const store = health.watch(opened.value.store);
  const { tracer, logger } = await startTracing(config.otlp, {
    telemetry,
    logger: base.logger,
    timers: backgroundTimers,
    version: SERVER_VERSION,
  });
  const breakers = createBreakers(telemetry);
  const guard = guardAddresses(config.egressNetworks);
  const secrets = openTokenPorts(config, { logger, breakers, clock: systemClock, guard });
  const connected = await waitForService(nameBus(config), patience, () =>
    openBus(config, { logger, telemetry }, () =>
      signForServer({ store, clock: systemClock, certificates: secrets.certificates }),
    ),
  );
  if (!connected.ok) {
    await store.close();
    return connected;
  }
  const bus = observeBus(connected.value, telemetry);
  const usage = watchUsage({ bus, clock: systemClock });
  const deps = completePorts({
    store: observeStore(store, { telemetry, tracer }),
    sealing,
    clock: systemClock,
    timers: backgroundTimers,
    ids,
    rng,
    secretRandom: systemRandom,
    bus: guardBus(bus, { breakers, clock: systemClock }),
    policies: observePolicies(createPolicyRuntime(logger), telemetry),
    solver: createSolver(logger),
    forecasts: createForecasts(logger),
    models: createModels(logger),
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
    decisionModel: config.decisionModel,
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
  const started = await startParts(config, deps, { ...base, tracer });
  if (!started.ok) {
    await closePorts(deps);
    return started;
  }
  const gauges = startGauges({ ...deps, telemetry }, config.metricsIntervalMs);
  const { stop, ...parts } = started.value;
  return ok({
    ...parts,
    stop: async () => {
      gauges.stop();
      await stop();
      await closePorts(deps);
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

function surroundingsOf({ store, bus }: ServerConfig): Surroundings {
  return {
    servers: store.kind === 'postgres' ? 'several' : 'one',
    events: bus.kind === 'nats' ? 'kept' : 'reported',
  };
}

/** Prepares the store for this server: a first key, storage pools, a term. */
async function prepareStore(
  config: ServerConfig,
  deps: CompletePorts,
  surroundings: Surroundings,
): Promise<Result<Pick<RunningServer, 'firstKey' | 'adminKeyFile' | 'restored'>, Problem>> {
  const inOrder = config.bus.kind === 'memory' ? ok(undefined) : await refuseNewerAgents(deps);
  if (!inOrder.ok) return inOrder;
  const adminKeyFile = adminKeyFileIn(config.dataDir);
  const firstKey = await prepareFirstKey(config, deps, surroundings);
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

/** The first admin key: the one that the operator chose, or one that is made and printed. */
async function prepareFirstKey(
  { dataDir, bootstrapKey }: ServerConfig,
  deps: CompletePorts,
  surroundings: Surroundings,
): Promise<Result<string | undefined, Problem>> {
  if (bootstrapKey !== undefined) {
    const chosen = await createChosenKey(deps, bootstrapKey);
    if (!chosen.ok) return chosen;
    const { file } = bootstrapKey;
    if (chosen.value === 'made')
      deps.logger.info({ file }, 'the first admin key is that of the file');
    else deps.logger.info({ file }, 'the store has keys: the file of the first one is not needed');
    return ok(undefined);
  }
  const adminKeyFile = adminKeyFileIn(dataDir);
  return createFirstKey(deps, (secret) => writeSecret(adminKeyFile, secret), {
    words: surroundings.servers === 'one' ? '' : `${adminKeyFile} on ${hostname()}`,
    discard: () => removeSecret(adminKeyFile),
  });
}

async function startParts(
  config: ServerConfig,
  deps: CompletePorts,
  base: Base & { readonly tracer: Tracer },
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
  const started = await startAgents(config, deps, base);
  if (!started.ok) {
    registry.stop();
    await leases.stop();
    return started;
  }
  const { nodes, ...agents } = started.value;
  const registered = await registry.waitForNodes(nodes, { timeoutMs: NODES_MS_MAX });
  if (registered < nodes) deps.logger.warn({ registered, nodes }, 'some nodes are not registered');
  await executor.resume();
  const { health, front, tracer, telemetry, metricsPage } = base;
  const { store, timers, bus } = deps;
  const stopProbes = await health.start({ store, timers, bus, id: instanceId });
  const http = startHttpServer(front.listener, {
    application,
    openApiDocument,
    logger: deps.logger,
    timers: deps.timers,
    readiness: health.report,
    dashboardFolder: config.dashboard === 'on' ? DASHBOARD_FOLDER : undefined,
    tracer,
    telemetry,
    metricsPage,
    metricsAccess: config.metricsAccess,
    listen: config.listen,
    browsers: await describeBrowsers(config, deps),
    streamLimits: config.limits.streams,
    trustedProxies: trustProxies(config.trustedProxies, config.forwardedHeader),
    ...(deps.images && { images: deps.images }),
    ...(deps.exports && { exports: { store: deps.exports, access: createExportAccess(deps) } }),
    eventFeed: createEventFeed(deps, { bus: isAlone(surroundings) ? 'reliable' : 'lossy' }),
  });
  health.hold(undefined);
  front.refresh();
  relay.signal();
  return ok({
    url: http.url,
    healthUrl: front.healthUrl,
    firstKey,
    adminKeyFile,
    restored,
    firstKeyPlace: firstKey === undefined ? await findFirstKeyPlace(deps) : undefined,
    fleet: agents.fleet,
    hypervisor: agents.hypervisor,
    retire: () => {
      health.hold(stopping());
      front.refresh();
    },
    stop: async () => {
      // First, so that requests that wait for operations are answered and delay nothing.
      executor.stop();
      await http.stop(STOP_GRACE_MS);
      stopProbes();
      registry.stop();
      await relay.stop();
      await leases.stop();
      await agents.stop();
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

/** Loaded by the first request for it, to keep the start fast. */
async function openApiDocument(): Promise<JsonObject> {
  const { toOpenApiDocument } = await import('@novacron/contract/openapi/openapi');
  return toOpenApiDocument({ version: SERVER_VERSION });
}

/** The output of a command. */
export interface ServerIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/**
 * Runs `novacron server` until it is asked to stop, or `novacron server doctor`.
 * @returns the exit code: 0 after a graceful stop, 1 when it cannot start, 2 for wrong usage
 */
export async function runServer(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  io: ServerIo,
): Promise<number> {
  const [first, ...words] = argv;
  if (first === 'doctor') {
    const { runDoctor } = await import('./run-doctor.ts');
    return runDoctor(words, env, io);
  }
  const vault = openOwnVault(vaultFileOf(argv, env));
  const request = await readWithVault(
    (readSecret) => readConfig(argv, env, readSecret),
    vault.open,
  );
  // Wrong usage does not pass by itself, and is not tried again by systemd.
  if (!request.ok) return refuse(io, request.error, vault.isAway() ? 1 : 2);
  if (request.value.kind === 'print') {
    io.stdout.write(request.value.text);
    return 0;
  }
  const { config, configuration } = request.value;
  const { stop: asked, hurry } = listenForStop();
  const logger = createPinoLogger(config.logLevel);
  logCrashes(logger);
  warnOfReadableSecrets(config, logger);
  const server = await startServer(config, logger, { configuration, stop: asked });
  if (!server.ok) return asked.aborted ? 0 : refuse(io, server.error, 1);
  const { stop, retire, ...started } = server.value;
  const how = { command: commandOf(import.meta.url), dashboard: config.dashboard };
  io.stdout.write(startMessage({ ...started, ...how, version: SERVER_VERSION }));
  await wait({ timers: systemTimers, delayMs: Number.POSITIVE_INFINITY, signals: [asked] });
  retire();
  const { shutdownDelayMs: delayMs } = config;
  if (delayMs > 0) {
    const delay = formatDuration(delayMs);
    io.stdout.write(
      `Stopping in ${delay}: not ready for new clients; a second signal skips this.\n`,
    );
    await wait({ timers: systemTimers, delayMs, signals: [hurry] });
  }
  io.stdout.write('Stopping: running requests are finished, operations are parked.\n');
  await stop();
  return 0;
}

function refuse(io: ServerIo, found: Problem, exitCode: number): number {
  io.stderr.write(`Error: ${found.detail}\n${found.remedy}\n`);
  return exitCode;
}
