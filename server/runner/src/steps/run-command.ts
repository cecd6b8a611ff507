/**
 * Runs the command of a step in its isolation, until it ends or has to end. A step that is asked to
 * end gets SIGTERM and some time; then its namespace is killed, with all processes in it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Timers } from '@novacron/runtime/timers';
import {
  CONTENTS_FD,
  type Isolation,
  isolate,
  type LoadedFile,
  SAVED_FD,
  SCRIPT_ENVIRONMENT,
  SETUP_DONE,
  type SecretFile,
  STATUS_FD,
  type StepFile,
} from '../isolation/isolate.ts';
import { type MemoryGroup, openMemoryGroup } from '../isolation/step-memory.ts';
import { collectArtifacts, type SavedFiles } from './collect-artifacts.ts';
import type { OutputCollector, StepOutput } from './collect-output.ts';
import { composeEnvironment } from './compose-environment.ts';
import { hasProcesses } from './has-processes.ts';

/** Time for a step to end after it was asked to, unless its order says another. Unit: ms. */
const GRACE_MS = 5_000;

/** Time for the processes of a killed namespace to disappear. Unit: ms. */
const GONE_MS_MAX = 5_000;
const GONE_LOOK_MS = 10;

/** Longest text of why the isolation failed. Unit: characters. */
const REASON_LENGTH_MAX = 512;

/** A command, and what it may use. */
export interface CommandOrder {
  /** The program and its words; as they are, no shell reads them. */
  readonly words: readonly string[];
  /** Variables that the step names. */
  readonly env: Readonly<Record<string, string>>;
  /** Secrets that it gets as files; each has a variable with its path. */
  readonly secrets: readonly SecretFile[];
  /** Collector of the output, masked for the secrets of the whole execution. */
  readonly output: OutputCollector;
  readonly timeoutMs: number;
  /** Time to end after it was asked to. Unit: ms. */
  readonly graceMs?: number;
  readonly isolation: Isolation;
  /** The cgroup below which it gets its own; without one, its processes are limited. */
  readonly memoryParent?: string;
  /** Files that it can read; none unless given. */
  readonly files?: readonly StepFile[];
  /** Artifacts that it loads; none unless given. */
  readonly loaded?: readonly LoadedFile[];
  /** Names of those that it saves; none unless given. */
  readonly saved?: readonly string[];
}

/** Result of a command. */
export type CommandEnd = {
  /** False where processes that cannot be killed are left: their user is not free. */
  readonly isGone: boolean;
} & (
  | {
      readonly kind: 'exited';
      readonly code: number;
      readonly output: StepOutput;
      readonly saved: SavedFiles;
    }
  | { readonly kind: 'timed-out' | 'cancelled' | 'out-of-memory'; readonly output: StepOutput }
  /** It never began: the isolation failed. */
  | { readonly kind: 'not-isolated'; readonly reason: string }
);

/**
 * Runs a command.
 * @param signal - cancels it
 * @param output - collects what it prints, for those who look while it runs
 * @returns its end, when none of its processes is left; the promise is never rejected
 */
export async function runCommand(
  order: CommandOrder,
  { timers, signal }: { readonly timers: Timers; readonly signal: AbortSignal },
): Promise<CommandEnd> {
  const { isolation, memoryParent } = order;
  if (memoryParent === undefined) return runIn(undefined, order, { timers, signal });
  let group: MemoryGroup;
  try {
    group = openMemoryGroup(memoryParent, isolation.uid, isolation.memoryMib);
  } catch (cause) {
    return notStarted(cause instanceof Error ? cause : new Error('it has no cgroup'));
  }
  try {
    return await runIn(group, order, { timers, signal });
  } finally {
    group.close();
  }
}

async function runIn(
  group: MemoryGroup | undefined,
  order: CommandOrder,
  { timers, signal }: { readonly timers: Timers; readonly signal: AbortSignal },
): Promise<CommandEnd> {
  const { output, isolation } = order;
  const { words, contents } = isolate(order.words, {
    isolation,
    group: group?.path,
    environment: composeEnvironment(order.env, order.secrets),
    secrets: order.secrets,
    files: order.files ?? [],
    loaded: order.loaded ?? [],
    saved: order.saved ?? [],
  });
  const [program, ...args] = words;
  const child = start(program, args);
  if (child instanceof Error) return notStarted(child);
  const setup = watchSetup(child);
  child.stdout?.on('data', (bytes: Buffer) => output.push('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => output.push('stderr', bytes));
  const collected = collectArtifacts(order.saved ?? []);
  readableOf(child, SAVED_FD)?.on('data', (bytes: Buffer) => collected.push(bytes));
  sendContents(child, contents);
  const { timeoutMs, graceMs = GRACE_MS } = order;
  const killing = endWhenAsked(child, { timeoutMs, graceMs, timers, signal });
  const { code, fault } = await endOf(child);
  killing.leave();
  const isGone = killing.why === undefined || (await waitUntilGone(isolation.uid, timers));
  const printed = output.end();
  if (killing.why !== undefined) return { kind: killing.why, output: printed, isGone };
  if (!setup.isDone()) {
    const reason = (fault ?? printed.log.trim()).slice(-REASON_LENGTH_MAX);
    return { kind: 'not-isolated', reason, isGone };
  }
  if (group?.hasKilled() === true) return { kind: 'out-of-memory', output: printed, isGone };
  return { kind: 'exited', code, output: printed, saved: collected.end(), isGone };
}

/** Starts it. @returns the error where the system refuses its words, such as a long one */
function start(program: string, args: readonly string[]) {
  try {
    return spawn(program, args, {
      cwd: '/',
      env: SCRIPT_ENVIRONMENT,
      // A group of its own, for signals, and a session without a terminal.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
  } catch (cause) {
    return cause instanceof Error ? cause : new Error('it cannot be started');
  }
}

function notStarted({ message }: Error): CommandEnd {
  return { kind: 'not-isolated', reason: message.slice(0, REASON_LENGTH_MAX), isGone: true };
}

/** Whether the script has done its part: what fails afterwards is the step. */
function watchSetup(child: ChildProcess): { readonly isDone: () => boolean } {
  let status = '';
  readableOf(child, STATUS_FD)?.on('data', (bytes: Buffer) => {
    status += bytes.toString('latin1');
  });
  return { isDone: () => status.trim() === SETUP_DONE };
}

function readableOf(child: ChildProcess, fd: number): Readable | undefined {
  const stream = child.stdio[fd];
  return stream !== null && stream !== undefined && 'read' in stream ? stream : undefined;
}

function sendContents(child: ChildProcess, contents: readonly Buffer[]): void {
  const stream = child.stdio[CONTENTS_FD];
  if (stream === null || stream === undefined || !('write' in stream)) return;
  // It may be closed early, by a script that failed: its status says so.
  stream.on('error', () => {});
  for (const bytes of contents) stream.write(bytes);
  stream.end();
}

/** Signals the group, and then, as not every process is in it, kills what holds the namespace. */
function endWhenAsked(
  child: ChildProcess,
  {
    timeoutMs,
    graceMs,
    timers,
    signal,
  }: {
    readonly timeoutMs: number;
    readonly graceMs: number;
    readonly timers: Timers;
    readonly signal: AbortSignal;
  },
): { readonly why: 'timed-out' | 'cancelled' | undefined; readonly leave: () => void } {
  let why: 'timed-out' | 'cancelled' | undefined;
  let cancelTimer = (): void => {};
  const end = (reason: 'timed-out' | 'cancelled'): void => {
    if (why !== undefined) return;
    why = reason;
    cancelTimer();
    signalGroup(child, 'SIGTERM');
    cancelTimer = timers.after(graceMs, () => signalGroup(child, 'SIGKILL'));
  };
  const onAbort = (): void => end('cancelled');
  cancelTimer = timers.after(timeoutMs, () => end('timed-out'));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    get why() {
      return why;
    },
    leave: () => {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** The first program leads the group and is in it until the end; later, the number is not ours. */
function signalGroup(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has just ended.
  }
}

/** Waits for the first program to end, and for all that holds its output. */
function endOf(child: ChildProcess): Promise<{ readonly code: number; readonly fault?: string }> {
  return new Promise((resolve) => {
    child.once('error', (cause) => resolve({ code: 1, fault: cause.message }));
    child.once('close', (code) => resolve({ code: code ?? 1 }));
  });
}

async function waitUntilGone(uid: number, timers: Timers): Promise<boolean> {
  for (let waitedMs = 0; hasProcesses(uid); waitedMs += GONE_LOOK_MS) {
    if (waitedMs >= GONE_MS_MAX) return false;
    await new Promise<void>((resolve) => {
      timers.after(GONE_LOOK_MS, resolve);
    });
  }
  return true;
}
