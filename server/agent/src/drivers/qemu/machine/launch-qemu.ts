/** Starts QEMU as a process of its own, which outlives the agent. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import { type ContentKey, type LentKey, lendKey } from '../files/content-keys.ts';
import { finalTrouble, passingTrouble, type QemuTrouble, reasonOf } from '../files/trouble.ts';
import type { Launcher, LaunchRequest } from '../launch/launcher.ts';
import { openQmpClient, type QmpClient } from '../qmp/open-qmp-client.ts';
import { diskOfNode } from './build-command-line.ts';
import { killProcess, type ProcessRecord, recordProcess } from './machine-process.ts';

/** Longest wait for the monitor of a new process: memory is allocated first. Unit: ms. */
const MONITOR_MS_MAX = 30_000;

/** Interval between checks for the socket. */
const POLL_MS = 10;

/** The descriptor after standard input, output and error. */
export const FIRST_KEY_DESCRIPTOR = 3;

/** Process to start. */
export interface Launch {
  readonly launcher: Launcher;
  readonly request: LaunchRequest;
  readonly monitor: string;
  /** File for what QEMU writes to its outputs. */
  readonly log: string;
  readonly timers: Timers;
  /** Read by the process from {@link FIRST_KEY_DESCRIPTOR} on. */
  readonly keys: readonly ContentKey[];
  /** Ends the start; the process is then killed. */
  readonly signal: AbortSignal;
}

/** A started process with its monitor. */
export interface Launched {
  readonly process: ProcessRecord;
  readonly monitor: QmpClient;
}

/** Starts it and waits for its monitor; rejects with a `QemuTrouble` and leaves nothing running. */
export async function launchQemu(launch: Launch): Promise<Launched> {
  const lent: LentKey[] = [];
  try {
    for (const key of launch.keys) lent.push(lendKey(key, launch.request.user));
    return await launchWith(launch, lent);
  } finally {
    for (const { giveBack } of lent) giveBack();
  }
}

/** QEMU has read the keys when its monitor answers. */
async function launchWith(launch: Launch, lent: readonly LentKey[]): Promise<Launched> {
  const child = await spawnDetached(launch, lent);
  const record = child.pid === undefined ? undefined : recordProcess(child.pid);
  if (record === undefined) {
    // It has ended already, and Node.js has yet to say how.
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw explainEnd(launch, child);
  }
  try {
    return { process: record, monitor: await connect(launch, child) };
  } catch (cause) {
    await killProcess(record, launch.timers);
    throw cause;
  }
}

/** Its own session and outputs in a file: neither a signal to the agent nor its end reaches it. */
async function spawnDetached(
  { launcher, request, log }: Launch,
  lent: readonly LentKey[],
): Promise<ChildProcess> {
  rmSync(log, { force: true });
  // Appending, so that the log can be emptied while QEMU has it open.
  const output = openSync(log, 'a', 0o600);
  try {
    const { program, args } = launcher.commandOf(request);
    const child = spawn(program, [...args], {
      detached: true,
      stdio: ['ignore', output, output, ...lent.map(({ descriptor }) => descriptor)],
      cwd: '/',
    });
    child.unref();
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(explainMissing(program, cause)));
    });
    return child;
  } finally {
    closeSync(output);
  }
}

function explainMissing(program: string, cause: Error & { code?: unknown }): QemuTrouble {
  if (cause.code === 'ENOENT') {
    const name = program === 'systemd-run' ? 'systemd' : 'qemu-system-x86';
    const message = `The program ${program} is not on this node: install ${name}.`;
    return finalTrouble(message, cause);
  }
  return passingTrouble(`QEMU cannot be started (${reasonOf(cause)}).`, cause);
}

async function connect(launch: Launch, child: ChildProcess): Promise<QmpClient> {
  const { monitor: path, timers, signal } = launch;
  const over = new AbortController();
  const cancel = timers.after(MONITOR_MS_MAX, () => over.abort());
  try {
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw explainEnd(launch, child);
      if (signal.aborted) throw passingTrouble('The start was given up.');
      if (over.signal.aborted) throw passingTrouble('QEMU did not open its monitor in time.');
      const client = await openQmpClient({ path, timers }).catch(() => undefined);
      if (client !== undefined) return client;
      await wait({ timers, delayMs: POLL_MS, signals: [signal, over.signal] });
    }
  } finally {
    cancel();
  }
}

/** Returns the error of QEMU's end, which may be permanent or, for memory and files, temporary. */
function explainEnd({ log }: Launch, child: ChildProcess): QemuTrouble {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  // Hints without its name may follow what QEMU says.
  const last = lines.filter((line) => /^qemu\S*: /.test(line)).at(-1) ?? lines.at(-1) ?? '';
  const ending = child.signalCode ?? `exit code ${child.exitCode}`;
  const said =
    last === ''
      ? `it wrote nothing (${ending})`
      : nameDisk(reasonOf(last.replace(/^qemu\S*: /, '')));
  // What systemd-run says where systemd makes no scope.
  if (/^Failed to (start|connect)\b/.test(said)) {
    return passingTrouble(`systemd does not start QEMU: ${said}.`);
  }
  const message = `QEMU ended at its start: ${said}.`;
  if (said.startsWith('unsupported machine type')) {
    return finalTrouble(
      `${message} The machine was made by a later QEMU than this node has: upgrade QEMU here, or ` +
        'take another node.',
    );
  }
  return MAY_PASS.test(said) ? passingTrouble(message) : finalTrouble(message);
}

const MAY_PASS = /\block|cannot allocate|no space|memory|input\/output|stale|timed out/i;

/** Removes the options from QEMU's error about a disk: the disk's name is enough. */
function nameDisk(said: string): string {
  const [, name = '', complaint] =
    /^-blockdev \{.*?"node-name":"([^"]*)".*\}: (.*)$/.exec(said) ?? [];
  return complaint === undefined ? said : `${diskOfNode(name)} cannot be opened: ${complaint}`;
}
