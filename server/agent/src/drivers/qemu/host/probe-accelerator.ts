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

/** The same on a host that is so busy that software is late as well. Unit: ms. */
const BUSY_PROBE_MS_MAX = 60_000;

/** Settings of the probe. */
export interface Probe {
  readonly qemu: string;
  readonly accelerator: Accelerator;
  readonly cpuModel: string;
  readonly timers: Timers;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
}

/** Reason why the probe guest did not run. */
interface Trouble {
  /** A clause. */
  readonly reason: string;
  /** Whether the guest may only have been slow. */
  readonly isLate: boolean;
}

/**
 * Runs the probe guest. One that is late says nothing of KVM where it is late in software, too: it
 * then gets more time, since all VMs of the node would run in software otherwise.
 * @returns undefined where it ran, else why not, as a clause
 */
export async function probeAccelerator(probe: Probe): Promise<string | undefined> {
  const trouble = await tryGuest(probe, PROBE_MS_MAX);
  if (trouble?.isLate !== true || probe.accelerator === 'tcg') return trouble?.reason;
  const software = { ...probe, accelerator: 'tcg', cpuModel: 'max' } as const;
  const isBusy = (await tryGuest(software, PROBE_MS_MAX))?.isLate === true;
  return isBusy ? (await tryGuest(probe, BUSY_PROBE_MS_MAX))?.reason : trouble.reason;
}

async function tryGuest(probe: Probe, limitMs: number): Promise<Trouble | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-probe-'));
  try {
    const disk = join(directory, 'disk.raw');
    writeFileSync(disk, makeProbeDisk());
    for (const path of [directory, disk]) giveFile(probe.vmUser, path);
    return await runProbe(probe, disk, limitMs);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runProbe(probe: Probe, disk: string, limitMs: number): Promise<Trouble | undefined> {
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
    return await awaitVerdict(child, timers, limitMs);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function awaitVerdict(
  child: ChildProcess,
  timers: Timers,
  limitMs: number,
): Promise<Trouble | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const settle = (verdict: Trouble | undefined): void => {
      cancel();
      resolve(verdict);
    };
    const fail = (reason: string): void => settle({ reason, isLate: false });
    const cancel = timers.after(limitMs, () => {
      settle({ reason: `the probe guest wrote nothing within ${limitMs / 1_000} s`, isLate: true });
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      if (bytes.toString('latin1').includes(PROBE_BYTE)) settle(undefined);
    });
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    child.once('error', (cause) => fail(reasonOf(cause)));
    child.once('close', () => {
      fail(said.trim() === '' ? 'QEMU ended without a word' : reasonOf(said.trim()));
    });
  });
}
