/** The composition root: the only file that knows every adapter. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { Event } from '@novacron/contract/event';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import { systemClock, systemTimers } from './adapters/clock/system-clock.ts';
import { createIds, systemRandom } from './adapters/ids/random-ids.ts';
import { lockDataDir } from './adapters/lock/data-dir-lock.ts';
import { createPinoLogger } from './adapters/logger/pino-logger.ts';
import { createPolicyRuntime } from './adapters/policy/create-policy-runtime.ts';
import { openSqliteStore } from './adapters/store/sqlite/open-sqlite-store.ts';
import type { EventFeed } from './app/application.ts';
import { createApplication } from './app/create-application.ts';
import type { AppDeps } from './app/deps.ts';
import { createFirstKey } from './app/identity.ts';
import { createNodeRegistry } from './app/register-nodes.ts';
import { EVENT_SUBJECT } from './app/relay-events.ts';
import { seedStore } from './app/seed-store.ts';
import { type BuiltConfig, requireBuilt } from './config/require-built.ts';
import { readConfig } from './config.ts';
import type { Logger } from './ports/logger.ts';
import { startHttpServer } from './transports/http-server.ts';
import { SERVER_VERSION } from './version.ts';

/** How long running requests may take after the server was told to stop. */
const STOP_GRACE_MS = 10_000;

/** How long a start waits for the agents of its own fleet, which takes milliseconds. */
const NODES_MS_MAX = 10_000;

const ADMIN_KEY_FILE = 'admin.key';
const PRIVATE_FILE_MODE = 0o600;

/** A server at work. */
export interface RunningServer {
  readonly url: string;
  /** The admin key, on the very first start only. */
  readonly firstKey: string | undefined;
  readonly adminKeyFile: string;
  /** Faults and a look behind, for tests and for `novacron fleet fault`. */
  readonly fleet: EmbeddedFleet;
  readonly stop: () => Promise<void>;
}

/** Starts a whole server in this process. */
export async function startServer(
  config: BuiltConfig,
  logger: Logger,
): Promise<Result<RunningServer, Problem>> {
  const made = makeDataDir(config.dataDir);
  if (!made.ok) return made;
  const lock = lockDataDir(config.dataDir);
  if (!lock.ok) return lock;
  const store = await openSqliteStore({
    path: join(config.dataDir, 'novacron.db'),
    ...(config.storeSizeMibMax === undefined ? {} : { sizeMibMax: config.storeSizeMibMax }),
  });
  if (!store.ok) {
    lock.value.release();
    return store;
  }
  const bus = openMemoryBus();
  const deps: AppDeps = {
    store: store.value,
    clock: systemClock,
    timers: systemTimers,
    ids: createIds(systemClock, systemRandom),
    rng: makeRng(Buffer.from(systemRandom.bytes(16)).toString('hex')),
    secretRandom: systemRandom,
    bus,
    policies: createPolicyRuntime(logger),
    logger,
    serverVersion: SERVER_VERSION,
  };
  const started = await startParts(config, deps);
  if (!started.ok) {
    await closeAll(deps, lock.value.release);
    return started;
  }
  const { stop, ...parts } = started.value;
  return ok({
    ...parts,
    stop: async () => {
      await stop();
      await closeAll(deps, lock.value.release);
    },
  });
}

async function startParts(
  config: BuiltConfig,
  deps: AppDeps,
): Promise<Result<RunningServer, Problem>> {
  const adminKeyFile = join(config.dataDir, ADMIN_KEY_FILE);
  const firstKey = await createFirstKey(deps, (secret) => writeSecret(adminKeyFile, secret));
  if (!firstKey.ok) return firstKey;
  const seeded = await seedStore(deps, config.fleet.storage_pools);
  if (!seeded.ok) return seeded;
  const registry = createNodeRegistry(deps);
  const { application, executor, relay } = createApplication(deps);
  const fleet = startEmbeddedFleet({
    fleet: config.fleet,
    bus: deps.bus,
    dataDir: join(config.dataDir, 'agents'),
    clock: deps.clock,
    timers: deps.timers,
    rng: deps.rng.fork('fleet'),
  });
  const { length: nodes } = config.fleet.nodes;
  const registered = await registry.waitForNodes(nodes, { timeoutMs: NODES_MS_MAX });
  if (registered < nodes) deps.logger.warn({ registered, nodes }, 'some nodes are not registered');
  const resumed = await executor.resume();
  if (resumed > 0) deps.logger.info({ operations: resumed }, 'operations resumed');
  const http = await startHttpServer({
    application,
    logger: deps.logger,
    listen: config.listen,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    openApiDocument,
    eventFeed: createEventFeed(deps),
    timers: deps.timers,
  });
  const stopParts = async (): Promise<void> => {
    executor.stop();
    registry.stop();
    await relay.stop();
    await fleet.stop();
  };
  if (!http.ok) {
    await stopParts();
    return http;
  }
  relay.signal();
  return ok({
    url: http.value.url,
    firstKey: firstKey.value,
    adminKeyFile,
    fleet,
    stop: async () => {
      // First, so that requests which wait for operations are answered and hold nothing up.
      executor.stop();
      await http.value.stop(STOP_GRACE_MS);
      await stopParts();
    },
  });
}

/** Events as the relay publishes them, with the ends of what the store keeps of them. */
function createEventFeed({ bus, store }: AppDeps): EventFeed {
  const positionAt = async (direction: 'asc' | 'desc'): Promise<number | undefined> => {
    const where = { position: { above: 0 } };
    const orderBy = { column: 'position', direction } as const;
    const [row] = await store.read({ from: 'events', where, orderBy, limit: 1 });
    return row?.position ?? undefined;
  };
  return {
    subscribe: (listener) =>
      bus.subscribe(EVENT_SUBJECT, (message) => listener(Event.parse(message))),
    oldestPosition: async () => (await positionAt('asc')) ?? 1,
    latestPosition: async () => (await positionAt('desc')) ?? 0,
  };
}

/** Loaded when somebody first asks: the document is no part of a fast start. */
async function openApiDocument(): Promise<JsonObject> {
  const { toOpenApiDocument } = await import('@novacron/contract/openapi');
  return toOpenApiDocument({ version: SERVER_VERSION });
}

async function closeAll(deps: AppDeps, release: () => void): Promise<void> {
  await deps.policies.close();
  await deps.bus.close();
  await deps.store.close();
  release();
}

function makeDataDir(dataDir: string): Result<void, Problem> {
  try {
    mkdirSync(join(dataDir, 'agents'), { recursive: true, mode: 0o700 });
    return ok(undefined);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      problem('unavailable', {
        detail: `The data directory ${dataDir} cannot be used: ${reason}`,
        remedy: 'Give a directory that this user may write with --data-dir.',
      }),
    );
  }
}

function writeSecret(file: string, secret: string): Result<void, Problem> {
  try {
    // The mode counts for new files only, and the secret may not be in a file that others read.
    rmSync(file, { force: true });
    writeFileSync(file, `${secret}\n`, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
    return ok(undefined);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      problem('unavailable', {
        detail: `The first API key cannot be written to ${file}: ${reason}`,
        remedy: 'Make room for the file, or take away what is in its place, and start again.',
      }),
    );
  }
}

/** Where a command writes. */
export interface ServerIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/**
 * Runs `novacron server` until it is told to stop.
 * @returns the exit code: 0 after a graceful stop, 1 when it cannot start, 2 for wrong usage
 */
export async function runServer(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  io: ServerIo,
): Promise<number> {
  const request = readConfig(argv, env);
  if (!request.ok) return refuse(io, request.error, 2);
  if (request.value.kind === 'print') {
    io.stdout.write(request.value.text);
    return 0;
  }
  const { config } = request.value;
  const built = requireBuilt(config);
  if (!built.ok) return refuse(io, built.error, 2);
  const stopped = stopSignal();
  const server = await startServer(built.value, createPinoLogger(config.logLevel));
  if (!server.ok) return refuse(io, server.error, 1);
  const { url, firstKey, adminKeyFile, stop } = server.value;
  if (firstKey !== undefined) {
    io.stdout.write(`Admin API key (shown this once, also in ${adminKeyFile}): ${firstKey}\n`);
  }
  io.stdout.write(`NovaCron ${SERVER_VERSION} is ready at ${url}\n`);
  await stopped;
  io.stdout.write('Stopping: running requests are finished, operations are parked.\n');
  await stop();
  return 0;
}

function refuse(io: ServerIo, found: Problem, exitCode: number): number {
  io.stderr.write(`Error: ${found.detail}\n${found.remedy}\n`);
  return exitCode;
}

function stopSignal(): Promise<void> {
  // A timer holds the process: every timer of the server's own lets it go.
  const HOLD_MS = 2 ** 30;
  return new Promise((resolve) => {
    const hold = setInterval(() => undefined, HOLD_MS);
    const stop = (): void => {
      clearInterval(hold);
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
