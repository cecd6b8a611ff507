/**
 * The runner that a server starts: a process of its own, with the bus of the server, that ends with
 * it and is started again when it ends earlier.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { carryBus } from '@novacron/bus/process-bus';
import {
  runnerAnnounceSubject,
  runnerPermissions,
} from '@novacron/contract/automation/runner-subjects';
import { isRecord } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { wait } from '@novacron/runtime/wait';
import { runnerDirIn } from './adapters/data-dir/data-dir-files.ts';
import type { CompletePorts } from './app/composition/deps.ts';
import { enrollOwnRunner } from './app/fleet/enrollment/enroll-own-runner.ts';
import type { ServerConfig } from './config.ts';

/** Longest time for a runner to say that it is there; a busy host is slow. Unit: ms. */
const READY_MS_MAX = 30_000;

/** A runner gives commands 30 s to end. Unit: ms. */
const STOP_MS_MAX = 45_000;

/** A runner that ends is started again after this, and after twice as long each time. Unit: ms. */
const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 30_000;

/** One that ran for longer has not ended for a reason that stays. Unit: ms. */
const STEADY_MS = 60_000;

const NAME_DEFAULT = 'embedded';

/** Variables that a runner inherits: none of them is about the server. */
const INHERITED = /^(?:PATH|HOME|LANG|TZ|TMPDIR|NOVACRON_RUNNER_\w+)$/;

/** The runner of a server. */
export interface OwnRunner {
  /** Its commands get some time to end. */
  readonly stop: () => Promise<void>;
}

type Parts = Pick<CompletePorts, 'bus' | 'store' | 'clock' | 'ids' | 'timers' | 'logger'>;

/** How the process of a runner is started. */
interface Launch {
  readonly name: string;
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts the runner, and waits until it is there.
 * @param url - the address of the server, which steps can name under `hosts`
 * @returns `unavailable` with the reason where this host cannot isolate steps
 */
export async function startOwnRunner(
  config: ServerConfig,
  parts: Parts,
  url: string,
): Promise<Result<OwnRunner, Problem>> {
  const env = environmentOf(config, url);
  const { NOVACRON_RUNNER_NAME: name = NAME_DEFAULT } = env;
  const launch = { name, program: process.argv[1] ?? '', env };
  const refusal = await examine(launch);
  if (refusal !== undefined) return err(refusal);
  const enrolled = await enrollOwnRunner(parts, name);
  if (!enrolled.ok) return enrolled;
  return ok(await supervise(launch, parts));
}

function environmentOf({ dataDir, logLevel }: ServerConfig, url: string) {
  const { env } = process;
  const inherited = Object.entries(env).flatMap(([key, value]): [string, string][] =>
    value !== undefined && INHERITED.test(key) ? [[key, value]] : [],
  );
  const { NOVACRON_RUNNER_NETWORK: network = 'hosts', NOVACRON_RUNNER_ALLOW_HOST: more } = env;
  const hosts = [hostOf(url), ...(more === undefined || more === '' ? [] : [more])].join(',');
  return {
    ...Object.fromEntries(inherited),
    NOVACRON_RUNNER_NETWORK: network,
    ...(network === 'hosts' ? { NOVACRON_RUNNER_ALLOW_HOST: hosts } : {}),
    NOVACRON_RUNNER_NAME: env.NOVACRON_RUNNER_NAME ?? NAME_DEFAULT,
    NOVACRON_RUNNER_ENDPOINT: env.NOVACRON_RUNNER_ENDPOINT ?? addressOf(url),
    NOVACRON_RUNNER_BUS: 'parent:',
    NOVACRON_RUNNER_DATA_DIR: runnerDirIn(dataDir),
    NOVACRON_RUNNER_LOG_LEVEL: logLevel,
  };
}

/** The server as its own host reaches it. */
function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  const host = /^\d+[.]/.test(hostname) && hostname !== '0.0.0.0' ? hostname : '127.0.0.1';
  return `${host}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

/** The address for steps with a token. */
function addressOf(url: string): string {
  return `${new URL(url).protocol}//${hostOf(url)}`;
}

/** Finds out why the host cannot isolate steps, as `novacron runner doctor` does. */
async function examine({ program, env }: Launch): Promise<Problem | undefined> {
  try {
    await promisify(execFile)(process.execPath, [program, 'runner', 'doctor'], { env });
    return undefined;
  } catch (cause) {
    const said = isRecord(cause) && typeof cause.stderr === 'string' ? cause.stderr : '';
    const [detail = 'The runner cannot be started.', ...remedy] = said.trim().split('\n');
    return problem('unavailable', {
      detail: detail.replace(/^Error: /, ''),
      remedy: `${remedy.join(' ')} Or start the server without --runner.`.trim(),
    });
  }
}

async function supervise(launch: Launch, parts: Parts): Promise<OwnRunner> {
  const { bus, clock, timers, logger } = parts;
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const keepRunning = async (): Promise<void> => {
    let delayMs = AGAIN_MS;
    while (!stopping.signal.aborted) {
      const startedMs = clock.nowMs();
      child = start(launch);
      const code = await endOf(child, parts, launch.name);
      if (stopping.signal.aborted) return;
      delayMs = clock.nowMs() - startedMs > STEADY_MS ? AGAIN_MS : delayMs;
      logger.warn({ code, delayMs }, 'the runner of the server has ended and is started again');
      await wait({ timers, delayMs, signals: [stopping.signal] });
      delayMs = Math.min(2 * delayMs, AGAIN_MS_MAX);
    }
  };
  const ready = new AbortController();
  const leave = bus.subscribe(runnerAnnounceSubject(launch.name), () => ready.abort());
  const ended = keepRunning();
  await wait({ timers, delayMs: READY_MS_MAX, signals: [ready.signal] });
  leave();
  if (!ready.signal.aborted) logger.warn({}, 'the runner of the server is not there yet');
  return {
    stop: async () => {
      stopping.abort();
      child?.kill('SIGTERM');
      const kill = timers.after(STOP_MS_MAX, () => child?.kill('SIGKILL'));
      await ended;
      kill();
    },
  };
}

function start({ program, env }: Launch): ChildProcess {
  return spawn(process.execPath, [program, 'runner'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // A signal from the terminal is for the server, which ends it.
    detached: true,
  });
}

/** Carries the bus to a runner until that ends. @returns its exit code; null after a signal */
function endOf(child: ChildProcess, { bus }: Parts, name: string): Promise<number | null> {
  const channel = {
    send: (frame: object) => {
      if (child.connected) child.send(frame, () => {});
    },
    listen: (hear: (frame: unknown) => void) => void child.on('message', hear),
  };
  const leave = carryBus(bus, channel, runnerPermissions(name));
  return new Promise((resolve) => {
    const end = (code: number | null): void => {
      leave();
      resolve(code);
    };
    child.once('error', () => end(null));
    child.once('exit', end);
  });
}
