/**
 * Finds out whether guests run under an accelerator. A device file is no proof: KVM may be there
 * and stop at the first guest, such as inside some virtual machines.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timers } from '@novacron/runtime/timers';
import { reasonOf } from '../files/trouble.ts';
import { commandAs, giveFile, type VmUser } from '../files/vm-user.ts';
import type { Accelerator } from '../machine/host-facts.ts';
import { makeProbeDisk, PROBE_BYTE } from './probe-guest.ts';

/** Time in which the probe guest has to write its first byte. Unit: ms. */
const PROBE_MS_MAX = 5_000;

/** What is probed. */
export interface Probe {
  readonly qemu: string;
  readonly accelerator: Accelerator;
  readonly cpuModel: string;
  readonly timers: Timers;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
}

/** Runs the probe guest. @returns undefined where it ran, else why not, as a clause */
export async function probeAccelerator(probe: Probe): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-probe-'));
  try {
    const disk = join(directory, 'disk.raw');
    writeFileSync(disk, makeProbeDisk());
    for (const path of [directory, disk]) giveFile(probe.vmUser, path);
    return await runProbe(probe, disk);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runProbe(probe: Probe, disk: string): Promise<string | undefined> {
  const { qemu, accelerator, cpuModel, timers, vmUser } = probe;
  const { program, args } = commandAs(vmUser, {
    program: qemu,
    args: [
      '-machine',
      'q35',
      '-accel',
      accelerator,
      '-cpu',
      cpuModel,
      '-m',
      '64M',
      '-nodefaults',
      '-no-user-config',
      '-display',
      'none',
      '-no-reboot',
      '-drive',
      `file=${disk.replaceAll(',', ',,')},format=raw,if=ide`,
      '-serial',
      'stdio',
    ],
  });
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    return await awaitVerdict(child, timers);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function awaitVerdict(child: ChildProcess, timers: Timers): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const settle = (verdict: string | undefined): void => {
      cancel();
      resolve(verdict);
    };
    const cancel = timers.after(PROBE_MS_MAX, () => {
      settle(`the probe guest wrote nothing within ${PROBE_MS_MAX / 1_000} s`);
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      if (bytes.toString('latin1').includes(PROBE_BYTE)) settle(undefined);
    });
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    child.once('error', (cause) => settle(reasonOf(cause)));
    child.once('close', () => {
      settle(said.trim() === '' ? 'QEMU ended without a word' : reasonOf(said.trim()));
    });
  });
}
