/** The composition root of an agent that is a process of its own. */

import { randomBytes } from 'node:crypto';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { inboxPrefixOf } from '@novacron/contract/agent/enrollment';
import { listNames } from '@novacron/contract/formats/list-names';
import { TLS_VERSION_DEFAULT } from '@novacron/contract/link-tls';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import { systemTimers } from '@novacron/runtime/timers';
import { openTracer } from '@novacron/tracing/open-tracer';
import type { Environment } from './config/agent-flags.ts';
import { type AgentConfig, readAgentConfig } from './config/read-agent-config.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { keepIdentity, prepareIdentity } from './identity/prepare-identity.ts';
import { detectDuplicateAgent, findDuplicateAgent } from './presence/detect-duplicate-agent.ts';
import type { Heartbeats } from './presence/heartbeats.ts';
import { makeIncarnation } from './presence/make-incarnation.ts';
import { startHeartbeatProcess } from './presence/start-heartbeat-process.ts';
import { hostClock } from './process/boot-clock.ts';
import { claimStart } from './process/claim-start.ts';
import { connectPatiently } from './process/connect-patiently.ts';
import { createJsonLogger } from './process/json-logger.ts';
import { listenForSignals } from './process/listen-for-signals.ts';
import { lockDataDir } from './process/lock-data-dir.ts';
import { logLosses } from './process/log-losses.ts';
import { readNatsLink } from './process/read-nats-link.ts';
import { AGENT_VERSION } from './process/version.ts';
import { tightenFiles } from './secrets/private-files.ts';
import { startNodes } from './start-nodes.ts';
import { startWithoutBus } from './start-without-bus.ts';

/** Time limit for running commands after the agent was asked to stop. Unit: ms. */
const STOP_GRACE_MS = 10_000;

/** Exit codes: a graceful stop, an agent that cannot run, wrong usage. */
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Environment of the command besides files and the bus. */
export interface AgentIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  /** Reads the text of a fleet file; JSON when absent. */
  readonly parseDocument?: (text: string) => unknown;
}

/**
 * Runs `novacron agent` until it receives a stop signal, or `novacron agent doctor`.
 * @returns the exit code: 0 after a graceful stop, 1 when it cannot run, 2 for wrong usage
 */
export async function runAgent(
  argv: readonly string[],
  env: Environment,
  io: AgentIo,
): Promise<number> {
  const [first, ...words] = argv;
  if (first === 'doctor') return runDoctor(words, env, io);
  const request = readAgentConfig(argv, env, io.parseDocument ?? JSON.parse);
  if (!request.ok) return refuse(io, request.error, EXIT.usage);
  if (request.value.kind === 'print') {
    io.stdout.write(request.value.text);
    return EXIT.ok;
  }
  const { config } = request.value;
  const lock = lockDataDir(config.dataDir, 'agent');
  if (!lock.ok) return refuse(io, lock.error, EXIT.failed);
  const signals = listenForSignals();
  try {
    return await runOnBus(config, io, signals.stop);
  } finally {
    signals.leave();
    lock.value.release();
  }
}

async function runOnBus(config: AgentConfig, io: AgentIo, stop: AbortSignal): Promise<number> {
  const write = (line: string): unknown => io.stderr.write(line);
  const logger = createJsonLogger({ level: config.logLevel, clock, write });
  const paths = tightenFiles(config.dataDir);
  if (paths.length > 0) logger.warn({ paths }, 'files of the agent were open to other users');
  const identified = await identify(config, logger);
  if (!identified.ok) return refuse(io, identified.error, EXIT.failed);
  const { inboxPrefix, busTls, leave } = identified.value;
  try {
    return await runWithBus({ ...config, busTls }, { io, logger, stop, inboxPrefix });
  } finally {
    leave();
  }
}

/** The bus credentials of an enrolled agent; other agents use those of their configuration. */
async function identify(config: AgentConfig, logger: Logger) {
  const { nodes, dataDir, enrollment: order, busTls } = config;
  const [first] = nodes;
  const plain = { busTls, inboxPrefix: undefined, leave: (): void => {} };
  if (first === undefined || nodes.length > 1) return ok(plain);
  const { minVersion = TLS_VERSION_DEFAULT } = busTls;
  const kind = 'node';
  const parts = { dataDir, kind, node: first.name, order, minVersion, clock, logger } as const;
  const identity = await prepareIdentity(parts);
  if (!identity.ok) return identity;
  // A configured certificate takes precedence over the one from the enrollment.
  if (identity.value === undefined || busTls.certFile !== undefined) return ok(plain);
  const { file } = identity.value;
  return ok({
    busTls: { ...busTls, certFile: file, keyFile: file },
    inboxPrefix: inboxPrefixOf(first.name),
    leave: keepIdentity({ ...parts, timers: systemTimers }),
  });
}

async function runWithBus(
  config: AgentConfig,
  run: {
    readonly io: AgentIo;
    readonly logger: Logger;
    readonly stop: AbortSignal;
    readonly inboxPrefix: string | undefined;
  },
): Promise<number> {
  const { io, logger, stop, inboxPrefix } = run;
  let waiting: ReturnType<typeof startWithoutBus> | undefined;
  const reached = await connectPatiently({
    open: () => openBus(config, logger, inboxPrefix),
    timers: systemTimers,
    rng,
    logger,
    signal: stop,
    service: 'the message bus',
    isFinal: ({ data }) => data?.reason === 'bad-url',
    onTrouble: ({ detail, remedy }) => {
      const retryNote = 'The agent keeps trying until the message bus answers.';
      io.stderr.write(`Waiting: ${detail}\n${retryNote}\nOtherwise: ${remedy}\n`);
      waiting ??= startWithoutBus({ ...config, clock, timers: systemTimers, rng, logger });
    },
  });
  const leave = await waiting;
  await leave?.();
  if (!reached.ok) return refuse(io, reached.error, EXIT.usage);
  const { value: bus } = reached;
  if (bus === undefined) return EXIT.ok;
  try {
    return await runNodes({ config, io, logger, bus, stop, inboxPrefix });
  } finally {
    await bus.close();
  }
}

function openBus(
  config: AgentConfig,
  logger: Logger,
  inboxPrefix: string | undefined,
): ReturnType<typeof openNatsBus> {
  return openNatsBus({
    servers: config.busServers,
    tls: config.busTls,
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    retainedSubjects: [],
    onFault: (subject, cause) => logger.error({ subject, cause }, 'trouble on the message bus'),
    onDropped: (count) =>
      logger.warn({ count }, 'messages were dropped while the message bus was unavailable'),
  });
}

interface NodesRun {
  readonly config: AgentConfig;
  readonly io: AgentIo;
  readonly logger: Logger;
  readonly bus: Bus;
  readonly stop: AbortSignal;
  readonly inboxPrefix: string | undefined;
}

async function runNodes(run: NodesRun): Promise<number> {
  const { config, logger, bus, inboxPrefix } = run;
  const names = config.nodes.map(({ name }) => name);
  const found = await Promise.all(names.map((name) => findDuplicateAgent(bus, name)));
  const namesake = found.find((each) => each !== undefined);
  if (namesake !== undefined) return refuse(run.io, namesake, EXIT.failed);
  const { busServers: servers, busTls: tls } = config;
  const heartbeats = startHeartbeatProcess({
    readLink: () => readNatsLink({ servers, tls, inboxPrefix }),
    timers: systemTimers,
    logger,
    watchdog: config.isolation?.watchdog,
  });
  try {
    return await runWithHeartbeats(run, heartbeats);
  } finally {
    await heartbeats.stop();
  }
}

async function runWithHeartbeats(run: NodesRun, heartbeats: Heartbeats): Promise<number> {
  const { config, io, logger, bus, stop } = run;
  const { nodes, dataDir } = config;
  const names = nodes.map(({ name }) => name);
  const incarnation = makeIncarnation(claimStart(dataDir, clock.nowMs()), rng);
  const tracer = await openTracer(config.otlp, {
    service: { name: 'novacron-agent', version: AGENT_VERSION, instanceId: incarnation },
    timers: systemTimers,
    watcher: logLosses(logger),
  });
  const started = await startNodes({
    nodes,
    bus,
    dataDir,
    driver: config.driver,
    incarnation,
    clock,
    timers: systemTimers,
    rng,
    logger,
    tracer,
    metricsIntervalMs: config.metricsIntervalMs,
    followed: config.followed,
    heartbeats,
    isolation: config.isolation,
    stop,
  });
  if (!started.ok) return refuse(io, started.error, EXIT.failed);
  const servers = config.busServers.map((address) => new URL(address).host).join(',');
  const shown = listNames(names, NAMES_SHOWN_MAX);
  const ready = `NovaCron agent ${AGENT_VERSION} is ready: ${shown} on ${servers}\n`;
  if (!stop.aborted) io.stdout.write(ready);
  const earlier = await new Promise<Problem | undefined>((resolve) => {
    const leave = detectDuplicateAgent({
      bus,
      nodes: new Set(names),
      incarnation,
      onEarlier: resolve,
    });
    const end = (): void => {
      leave();
      resolve(undefined);
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
  if (earlier === undefined) io.stdout.write('Stopping: commands that run are finished.\n');
  else refuse(io, earlier, EXIT.failed);
  // One that gives way to another agent of its node will not be back.
  const planned = earlier === undefined ? { plannedStopMs: config.plannedStopMs } : {};
  await started.value.stop({ graceMs: STOP_GRACE_MS, ...planned });
  await tracer.close();
  return earlier === undefined ? EXIT.ok : EXIT.failed;
}

/** More names than this are counted. */
const NAMES_SHOWN_MAX = 8;

function refuse(io: AgentIo, found: Problem, exitCode: number): number {
  io.stderr.write(`Error: ${found.detail}\n${found.remedy}\n`);
  return exitCode;
}

const clock = hostClock;

const RANDOM_BYTES = 4;

/** Nothing here can be replayed, so that a branch of the tree is as good as its root. */
const rng: Rng = {
  next: () => randomBytes(RANDOM_BYTES).readUInt32BE() / 2 ** (8 * RANDOM_BYTES),
  fork: () => rng,
};
