/**
 * The virtual TPM 2.0 of a machine: a process of swtpm with its state beside the root disk. It ends
 * by itself when its QEMU does, so an agent that starts again has nothing to look after.
 * Source: swtpm(8); docs/specs/tpm.rst of QEMU.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { VmId } from '@novacron/contract/ids';
import { wait } from '@novacron/runtime/wait';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { isFile, isThere, remove } from '../files/directories.ts';
import { listProcesses } from '../files/host-processes.ts';
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';
import { giveFile } from '../files/vm-user.ts';
import { awaitEnd, killProcess, recordProcess } from './machine-process.ts';
import type { QemuNode } from './qemu-node.ts';
import { makeArriving, stateFile } from './tpm-state.ts';

const PROGRAM = 'swtpm';

/** Time limit for a process to end after its QEMU ended. Unit: ms. */
const END_MS_MAX = 5_000;

/** Time limit for a new process to start listening. Unit: ms. */
const LISTEN_MS_MAX = 10_000;
const POLL_MS = 10;

/** Throws a final trouble for a machine with a TPM, where this host has no swtpm. */
export function requireTpm(
  { hasTpm }: Pick<QemuNode, 'hasTpm'>,
  { name, tpm }: { readonly name: string; readonly tpm?: 'yes' | undefined },
): void {
  if (tpm === undefined || hasTpm) return;
  throw finalTrouble(
    `This host has no virtual TPM for ${name}: install the package swtpm (apt-get install swtpm) ` +
      'and restart the agent.',
  );
}

/**
 * Starts the process of a machine's TPM, before its QEMU, which connects to it. One that waits for
 * its state makes none: QEMU gives it what has arrived.
 */
export async function startTpm(
  node: QemuNode,
  vmId: VmId,
  { origin, signal }: { readonly origin: 'cold' | 'incoming'; readonly signal: AbortSignal },
): Promise<void> {
  await endTpm(node, vmId);
  const { places, vmUser, launcher } = node;
  const { tpmSocket } = places.files(vmId);
  const state = origin === 'cold' ? prepareState(node, vmId) : makeArriving(node, vmId);
  giveFile(vmUser, state);
  remove(tpmSocket);
  const args = [
    'socket',
    '--tpm2',
    '--tpmstate',
    // Relative, so that a directory can be renamed under the process that uses it.
    'dir=.,mode=0600',
    '--ctrl',
    controlOf(tpmSocket),
    ...(origin === 'cold' ? ['--flags', 'not-need-init,startup-clear'] : []),
    '--terminate',
  ];
  const command = launcher.commandOf({ name: vmId, program: PROGRAM, args, user: vmUser });
  await spawnDetached({ ...command, log: places.tpmLog(vmId), cwd: state });
  await awaitSocket(node, tpmSocket, signal);
}

function prepareState({ places, vmUser }: QemuNode, vmId: VmId): string {
  const state = places.tpmState(vmId);
  makePrivateDir(state);
  // What an interrupted copy has left.
  remove(places.tpmDisk(vmId));
  if (isFile(stateFile(state))) giveFile(vmUser, stateFile(state));
  return state;
}

/** Ends what an interrupted start has left, and waits for one whose QEMU has ended. */
export async function endTpm({ places, timers }: QemuNode, vmId: VmId): Promise<void> {
  const control = controlOf(places.files(vmId).tpmSocket);
  for (const { pid, words } of listProcesses()) {
    if (!words.includes(control)) continue;
    const process = recordProcess(pid);
    if (process === undefined) continue;
    if ((await awaitEnd(process, { timers, timeoutMs: END_MS_MAX })) === 'running') {
      await killProcess(process, timers);
    }
  }
}

function controlOf(socket: string): string {
  return `type=unixio,path=${socket},mode=0600`;
}

interface DetachedProgram {
  readonly program: string;
  readonly args: readonly string[];
  /** File for what it writes. */
  readonly log: string;
  readonly cwd: string;
}

/** Neither a signal to the agent nor its end reaches it. */
function spawnDetached({ program, args, log, cwd }: DetachedProgram): Promise<void> {
  const output = openSync(log, 'a', 0o600);
  return new Promise<void>((resolve, reject) => {
    const child = spawn(program, [...args], {
      detached: true,
      stdio: ['ignore', output, output],
      cwd,
    });
    child.unref();
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(passingTrouble(`The virtual TPM cannot be started (${reasonOf(cause)}).`, cause));
    });
  }).finally(() => closeSync(output));
}

async function awaitSocket(
  { timers }: QemuNode,
  socket: string,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const cancel = timers.after(LISTEN_MS_MAX, () => over.abort());
  try {
    while (!isThere(socket)) {
      if (signal.aborted) throw passingTrouble('The start was given up.');
      if (over.signal.aborted) {
        throw passingTrouble('The virtual TPM does not listen: its log says why (swtpm.log).');
      }
      await wait({ timers, delayMs: POLL_MS, signals: [signal, over.signal] });
    }
  } finally {
    cancel();
  }
}
