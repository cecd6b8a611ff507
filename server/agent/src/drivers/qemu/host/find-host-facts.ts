/** Finds out what a host offers: the release of QEMU, the accelerator and the CPU of guests. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import { reasonOf } from '../files/trouble.ts';
import { mayUse, type VmUser } from '../files/vm-user.ts';
import type { Accelerator, HostFacts } from '../machine/host-facts.ts';
import { findCpuBaselines } from './find-cpu-baselines.ts';
import { findHostDevices } from './find-host-devices.ts';
import { findNumaCells } from './find-numa-cells.ts';
import { probeAccelerator } from './probe-accelerator.ts';

/** Requested accelerator: `auto` uses KVM if a guest runs under it. */
export type AcceleratorChoice = 'auto' | Accelerator;

/** Settings for examining a host. */
export interface HostRequest {
  readonly programs: { readonly qemu: string; readonly image: string };
  readonly accel: AcceleratorChoice;
  /** QEMU's name of the CPU of guests; undefined: that of the host, or all that TCG emulates. */
  readonly cpuModel: string | undefined;
  readonly timers: Timers;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
}

/** The oldest release whose machine type, monitor and options the driver uses. */
const QEMU_MIN = { major: 7, minor: 2 } as const;

const VERSION = /version (\d+)\.(\d+)\.(\d+)/;
const VERSION_MS_MAX = 10_000;

/** Models that stand for the CPU of the host, and so differ between hosts. */
const HOST_MODELS = new Set(['host', 'max']);

const DEFAULT_MODELS: Readonly<Record<Accelerator, string>> = { kvm: 'host', tcg: 'max' };

/** Programs of QEMU, found on the PATH of the agent. */
export const QEMU_PROGRAMS = { qemu: 'qemu-system-x86_64', image: 'qemu-img' } as const;

/** Examines the host; it takes five seconds where KVM is broken, over a minute where it is busy. */
export async function findHostFacts(request: HostRequest): Promise<Result<HostFacts, Problem>> {
  const { programs } = request;
  const version = await findQemuVersion(programs.qemu);
  if (!version.ok) return version;
  const image = await findQemuVersion(programs.image);
  if (!image.ok) return image;
  const chosen = await findAccelerator(request);
  if (!chosen.ok) return chosen;
  const { accelerator, reason } = chosen.value;
  const cpuModel = request.cpuModel ?? DEFAULT_MODELS[accelerator];
  const { timers, vmUser } = request;
  const builder = { qemu: programs.qemu, accelerator, timers, vmUser };
  return ok({
    accelerator,
    acceleratorReason: reason,
    cpuModel,
    // An operator who names one model means it for every guest.
    cpuBaselines:
      request.cpuModel === undefined
        ? await findCpuBaselines({ ...builder, vendor: findCpuVendor() })
        : [],
    numaCells: await findNumaCells(builder),
    devices: findHostDevices(),
    cpuFingerprint: HOST_MODELS.has(cpuModel) ? fingerprintCpu() : '',
    qemuVersion: version.value,
    ...findHostUuid(),
  });
}

/** Only root may read it. */
function findHostUuid(): Pick<HostFacts, 'uuid'> {
  try {
    const uuid = readFileSync('/sys/class/dmi/id/product_uuid', 'utf8').trim();
    return uuid === '' ? {} : { uuid };
  } catch {
    return {};
  }
}

/** Runs one of QEMU's programs. @returns its release; a problem where it is none to use */
export async function findQemuVersion(program: string): Promise<Result<string, Problem>> {
  const said = await readOutput(program, ['--version']);
  if (!said.ok) return err(unusable(program, said.error));
  const [, major = '0', minor = '0', micro = '0'] = VERSION.exec(said.value) ?? [];
  const version = `${major}.${minor}.${micro}`;
  const isNewEnough =
    Number(major) > QEMU_MIN.major ||
    (Number(major) === QEMU_MIN.major && Number(minor) >= QEMU_MIN.minor);
  if (isNewEnough) return ok(version);
  return err(unusable(program, `it is release ${version}`));
}

function unusable(program: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `The driver qemu cannot use ${program}: ${why}.`,
    remedy:
      `Install QEMU ${QEMU_MIN.major}.${QEMU_MIN.minor} or later ` +
      '(Debian: qemu-system-x86, qemu-utils).',
  });
}

function readOutput(program: string, args: readonly string[]): Promise<Result<string, string>> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: VERSION_MS_MAX }, (cause, stdout) => {
      if (cause === null) resolve(ok(stdout));
      else if (cause.code === 'ENOENT') resolve(err('it is not on this host'));
      else resolve(err(reasonOf(cause)));
    });
  });
}

/** An accelerator, and why it is this one. */
export interface AcceleratorVerdict {
  readonly accelerator: Accelerator;
  readonly reason: string;
}

/** Finds the accelerator: a guest proves that KVM works. */
export async function findAccelerator(
  request: HostRequest,
): Promise<Result<AcceleratorVerdict, Problem>> {
  const { accel, programs, cpuModel = DEFAULT_MODELS.kvm, timers, vmUser } = request;
  if (accel === 'tcg') return ok({ accelerator: 'tcg', reason: 'it was asked for' });
  const probe = { qemu: programs.qemu, accelerator: 'kvm', cpuModel, timers, vmUser } as const;
  const trouble = explainDevice(vmUser) ?? (await probeAccelerator(probe));
  if (trouble === undefined)
    return ok({ accelerator: 'kvm', reason: 'a probe guest ran under it' });
  if (accel === 'auto') return ok({ accelerator: 'tcg', reason: `KVM does not work: ${trouble}` });
  return err(
    problem('validation-failed', {
      detail: `KVM does not work on this host: ${trouble}.`,
      remedy: 'Repair it, or let guests run in software with --accel auto or --accel tcg.',
    }),
  );
}

const DEVICE = '/dev/kvm';

function explainDevice(vmUser: VmUser | undefined): string | undefined {
  try {
    accessSync(DEVICE, constants.R_OK | constants.W_OK);
    if (vmUser === undefined || mayUse(vmUser, ['r', 'w'], DEVICE)) return undefined;
    return `${vmUser.name} may not use ${DEVICE}`;
  } catch (cause) {
    return reasonOf(cause);
  }
}

/** Vendor of the first processor, such as GenuineIntel. */
function findCpuVendor(): string {
  return /^vendor_id\s*:\s*(\S+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
}

const FINGERPRINT_LENGTH = 16;

/** The same on hosts whose first processor has the same vendor, model and features. */
function fingerprintCpu(): string {
  const [first = ''] = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n');
  const features = first
    .split('\n')
    .filter((line) => /^(vendor_id|model name|flags)\s*:/.test(line));
  return createHash('sha256')
    .update(features.join('\n'))
    .digest('hex')
    .slice(0, FINGERPRINT_LENGTH);
}
