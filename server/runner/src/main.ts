/** The composition root of a runner, which is a process of its own. */
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Environment } from '@novacron/agent/config/agent-flags';
import { keepIdentity, prepareIdentity } from '@novacron/agent/identity/prepare-identity';
import { makeIncarnation } from '@novacron/agent/presence/make-incarnation';
import { hostClock } from '@novacron/agent/process/boot-clock';
import { claimStart } from '@novacron/agent/process/claim-start';
import { connectPatiently } from '@novacron/agent/process/connect-patiently';
import { createJsonLogger } from '@novacron/agent/process/json-logger';
import { listenForSignals } from '@novacron/agent/process/listen-for-signals';
import { lockDataDir } from '@novacron/agent/process/lock-data-dir';
import { logLosses } from '@novacron/agent/process/log-losses';
import { AGENT_VERSION } from '@novacron/agent/process/version';
import { tightenFiles } from '@novacron/agent/secrets/private-files';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { openProcessBus } from '@novacron/bus/process-bus';
import type { RunnerCapability } from '@novacron/contract/automation/runner';
import { runnerInboxPrefixOf } from '@novacron/contract/automation/runner-subjects';
import { type LinkTls, TLS_VERSION_DEFAULT } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import { systemTimers } from '@novacron/runtime/timers';
import { openTracer } from '@novacron/tracing/open-tracer';
import { examineAnsible } from './ansible/examine-ansible.ts';
import {
  type HostConfig,
  PARENT,
  type RunnerConfig,
  readRunnerConfig,
} from './config/read-runner-config.ts';
import { examineIsolation } from './doctor/examine-isolation.ts';
import type { Isolation, NovacronProgram } from './isolation/isolate.ts';
import { openStepMemory, type StepMemory } from './isolation/step-memory.ts';
import { openJournal } from './journal/open-journal.ts';
import { startRunner } from './start-runner.ts';
import { createStepUsers } from './steps/step-users.ts';

/** Time for running commands to end after the runner was asked to stop. Unit: ms. */
const STOP_GRACE_MS = 30_000;

/** Exit codes: a graceful stop, a runner that cannot run, wrong usage. */
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** External dependencies of the command besides files and the bus. */
export interface RunnerIo {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
}

/**
 * Runs `novacron runner` until it receives a stop signal, or `novacron runner doctor`.
 * @returns the exit code: 0 after a graceful stop, 1 when it cannot run, 2 for wrong usage
 */
export async function runRunner(
  argv: readonly string[],
  env: Environment,
  io: RunnerIo,
): Promise<number> {
  const request = readRunnerConfig(argv, env);
  if (!request.ok) return refuse(io, request.error, EXIT.usage);
  if (request.value.kind === 'print') {
    io.stdout.write(request.value.text);
    return EXIT.ok;
  }
  const { config } = request.value;
  const examined = await examine(config);
  if (!examined.ok) return refuse(io, examined.error, EXIT.failed);
  const memory = openStepMemory();
  const noPlaybooks = await examineAnsible(probeOf(config), systemTimers, config.hosts);
  if (request.value.kind === 'examine') {
    const network = config.hosts === undefined ? config.isolation.network : 'hosts';
    io.stdout.write(`This host can isolate steps, with the network ${network}.\n`);
    io.stdout.write(
      noPlaybooks === undefined
        ? 'It can run playbooks of Ansible.\n'
        : `It runs no playbooks of Ansible, because ${noPlaybooks}.\n`,
    );
    io.stdout.write(
      memory.kind === 'cgroup'
        ? 'It limits the memory of each step.\n'
        : `It limits the memory of each process, not of a step, because ${memory.reason}.\n`,
    );
    return EXIT.ok;
  }
  const capabilities: readonly RunnerCapability[] =
    noPlaybooks === undefined ? ['command', 'ansible'] : ['command'];
  const lock = lockDataDir(request.value.config.dataDir, 'runner');
  if (!lock.ok) return refuse(io, lock.error, EXIT.failed);
  const signals = listenForSignals();
  try {
    return await runWithIdentity(
      { ...request.value.config, capabilities, memory },
      { io, stop: signals.stop, noPlaybooks },
    );
  } finally {
    signals.leave();
    lock.value.release();
  }
}

function examine(config: HostConfig) {
  return examineIsolation(probeOf(config), systemTimers, config.hosts);
}

/** The user behind those of the places is that of the probe. */
function probeOf({ places, firstUid, isolation }: HostConfig): Isolation {
  return { ...isolation, novacron: findNovacron(), uid: firstUid + places };
}

/** The command that has started this process, for steps; undefined where another program has. */
function findNovacron(): NovacronProgram | undefined {
  const program = realpathSync(process.argv[1] ?? '');
  if (basename(program) !== 'novacron.mjs') return undefined;
  const directory = dirname(dirname(program));
  return { node: process.execPath, directory, provider: findProvider(directory) };
}

/** The package of the provider in the same installation. */
function findProvider(directory: string): string | undefined {
  try {
    const main = createRequire(join(directory, 'package.json')).resolve(
      '@novacron/provider/install-provider',
    );
    return dirname(dirname(main));
  } catch {
    return undefined;
  }
}

/** Configuration of a runner, with its detected capabilities. */
interface ExaminedConfig extends RunnerConfig {
  readonly capabilities: readonly RunnerCapability[];
  readonly memory: StepMemory;
}

async function runWithIdentity(
  config: ExaminedConfig,
  of: {
    readonly io: RunnerIo;
    readonly stop: AbortSignal;
    readonly noPlaybooks: string | undefined;
  },
): Promise<number> {
  const { io, stop, noPlaybooks } = of;
  const write = (line: string): unknown => io.stderr.write(line);
  const name = 'novacron-runner';
  const logger = createJsonLogger({ level: config.logLevel, clock: hostClock, write, name });
  if (noPlaybooks !== undefined) {
    logger.info({ because: noPlaybooks }, 'the runner runs no playbooks of Ansible');
  }
  if (config.memory.kind === 'process') {
    const because = config.memory.reason;
    logger.warn({ because }, 'memory is limited for each process of a step, not for the step');
  }
  const paths = tightenFiles(config.dataDir);
  if (paths.length > 0) logger.warn({ paths }, 'files of the runner were open to other users');
  const identified = await identify(config, logger);
  if (!identified.ok) return refuse(io, identified.error, EXIT.failed);
  const { tls, inboxPrefix, leave } = identified.value;
  try {
    return await runOnBus(config, { io, logger, stop, tls, inboxPrefix });
  } finally {
    leave();
  }
}

/** The credentials of an enrolled runner; other runners use those of their configuration. */
async function identify(config: RunnerConfig, logger: Logger) {
  const { name, dataDir, enrollment: order, bus } = config;
  const { minVersion = TLS_VERSION_DEFAULT } = bus.tls;
  const parts = {
    dataDir,
    kind: 'runner',
    node: name,
    order,
    minVersion,
    clock: hostClock,
    logger,
  } as const;
  const identity = await prepareIdentity(parts);
  if (!identity.ok) return identity;
  // A configured certificate takes precedence over the one from the enrollment.
  if (identity.value === undefined || bus.tls.certFile !== undefined) {
    return ok({ tls: bus.tls, inboxPrefix: undefined, leave: (): void => {} });
  }
  const { file } = identity.value;
  return ok({
    tls: { ...bus.tls, certFile: file, keyFile: file },
    inboxPrefix: runnerInboxPrefixOf(name),
    leave: keepIdentity({ ...parts, timers: systemTimers }),
  });
}

interface Run {
  readonly io: RunnerIo;
  readonly logger: Logger;
  readonly stop: AbortSignal;
  readonly tls: LinkTls;
  readonly inboxPrefix: string | undefined;
  /** Aborted when the server that has started this process is gone: its commands end at once. */
  readonly gone?: AbortSignal;
}

async function runOnBus(config: ExaminedConfig, run: Run): Promise<number> {
  if (config.bus.servers.includes(PARENT)) return runUnderServer(config, run);
  const { io, logger, stop, tls, inboxPrefix } = run;
  const { servers } = config.bus;
  const reached = await connectPatiently({
    open: () =>
      openNatsBus({
        servers,
        tls,
        ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
        retainedSubjects: [],
        onFault: (subject, cause) => logger.error({ subject, cause }, 'trouble on the message bus'),
        onDropped: (count) => logger.warn({ count }, 'messages were dropped while it was away'),
      }),
    timers: systemTimers,
    rng,
    logger,
    signal: stop,
    service: 'the message bus',
    isFinal: ({ data }) => data?.reason === 'bad-url',
    onTrouble: ({ detail, remedy }) => {
      const retryNote = 'The runner keeps trying until the message bus answers.';
      io.stderr.write(`Waiting: ${detail}\n${retryNote}\nOtherwise: ${remedy}\n`);
    },
  });
  if (!reached.ok) return refuse(io, reached.error, EXIT.usage);
  if (reached.value === undefined) return EXIT.ok;
  try {
    return await runUntilStopped(config, run, reached.value);
  } finally {
    await reached.value.close();
  }
}

/** Runs with the bus of the server that has started this process, and ends with that server. */
async function runUnderServer(config: ExaminedConfig, run: Run): Promise<number> {
  const gone = new AbortController();
  process.once('disconnect', () => gone.abort());
  if (!process.connected) gone.abort();
  const bus = openProcessBus({
    send: (frame) => {
      if (process.connected) process.send?.(frame, undefined, undefined, () => {});
    },
    listen: (hear) => void process.on('message', hear),
  });
  try {
    return await runUntilStopped(config, { ...run, gone: gone.signal }, bus);
  } finally {
    if (process.connected) process.disconnect();
  }
}

async function runUntilStopped(config: ExaminedConfig, run: Run, bus: Bus): Promise<number> {
  const { io, logger, stop, gone } = run;
  const { name, dataDir, labels, places, firstUid, isolation, hosts, capabilities, memory } =
    config;
  const { endpoint } = config;
  const start = makeIncarnation(claimStart(dataDir, hostClock.nowMs()), rng);
  const journal = openJournal(dataDir, hostClock);
  const replaced = new AbortController();
  const tracer = await openTracer(config.otlp, {
    service: { name: 'novacron-runner', version: AGENT_VERSION, instanceId: start },
    timers: systemTimers,
    watcher: logLosses(logger),
  });
  const runner = startRunner({
    bus,
    journal,
    timers: systemTimers,
    logger,
    tracer,
    name,
    start,
    version: AGENT_VERSION,
    labels,
    users: createStepUsers({ first: firstUid, count: places }),
    capabilities,
    places,
    isolation: { ...isolation, novacron: findNovacron() },
    memoryParent: memory.kind === 'cgroup' ? memory.parent : undefined,
    hosts,
    endpoint,
    onReplaced: () => replaced.abort(),
  });
  const servers = config.bus.servers.map((address) => new URL(address).host).join(',');
  io.stdout.write(`NovaCron runner ${AGENT_VERSION} is ready: ${name} on ${servers}\n`);
  await anyAborted([stop, replaced.signal, ...(gone === undefined ? [] : [gone])]);
  const isReplaced = replaced.signal.aborted;
  if (isReplaced) refuse(io, laterStart(name), EXIT.failed);
  else io.stdout.write('Stopping: commands that run get 30 s to end.\n');
  await runner.stop(isReplaced || gone?.aborted === true ? 0 : STOP_GRACE_MS);
  journal.close();
  await tracer.close();
  return isReplaced ? EXIT.failed : EXIT.ok;
}

function anyAborted(signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some(({ aborted }) => aborted)) resolve();
    for (const signal of signals) signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function laterStart(name: string): Problem {
  return problem('conflict', {
    detail: `Another runner named ${name} has started later and is on the bus.`,
    remedy: 'Run one runner for a name. A copy of a data directory needs an enrollment of its own.',
  });
}

function refuse(io: RunnerIo, found: Problem, exitCode: number): number {
  io.stderr.write(`Error: ${found.detail}\n${found.remedy}\n`);
  return exitCode;
}

const RANDOM_BYTES = 4;

const rng = { next: () => randomBytes(RANDOM_BYTES).readUInt32BE() / 2 ** (8 * RANDOM_BYTES) };
