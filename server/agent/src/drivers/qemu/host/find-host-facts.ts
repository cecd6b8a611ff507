/** Finds out what a host offers: the release of QEMU, the accelerator and the CPU of guests. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import { reasonOf } from '../files/trouble.ts';
import type { Accelerator, HostFacts } from '../machine/host-facts.ts';
import { probeAccelerator } from './probe-accelerator.ts';

/** What was asked for: `auto` takes KVM where a guest runs under it. */
export type AcceleratorChoice = 'auto' | Accelerator;

/** What a host is examined for. */
export interface HostRequest {
  readonly programs: { readonly qemu: string; readonly image: string };
  readonly accel: AcceleratorChoice;
  /** QEMU's name of the CPU of guests; undefined: that of the host, or all that TCG emulates. */
  readonly cpuModel: string | undefined;
  readonly timers: Timers;
}

/** The oldest release whose machine type, monitor and options the driver uses. */
const QEMU_MIN = { major: 7, minor: 2 } as const;

const VERSION_MS_MAX = 10_000;

/** Models that stand for the CPU of the host, and so differ between hosts. */
const HOST_MODELS = new Set(['host', 'max']);

const DEFAULT_MODELS: Readonly<Record<Accelerator, string>> = { kvm: 'host', tcg: 'max' };

/** Examines the host; it takes up to five seconds where KVM is broken. */
export async function findHostFacts(request: HostRequest): Promise<Result<HostFacts, Problem>> {
  const { programs, accel, timers } = request;
  const version = await findVersion(programs.qemu, /version (\d+)\.(\d+)\.(\d+)/);
  if (!version.ok) return version;
  const image = await findVersion(programs.image, /version (\d+)\.(\d+)\.(\d+)/);
  if (!image.ok) return image;
  const chosen = await chooseAccelerator(accel, (accelerator) =>
    probeAccelerator({
      qemu: programs.qemu,
      accelerator,
      cpuModel: request.cpuModel ?? DEFAULT_MODELS[accelerator],
      timers,
    }),
  );
  if (!chosen.ok) return chosen;
  const { accelerator, reason } = chosen.value;
  const cpuModel = request.cpuModel ?? DEFAULT_MODELS[accelerator];
  return ok({
    accelerator,
    acceleratorReason: reason,
    cpuModel,
    cpuFingerprint: HOST_MODELS.has(cpuModel) ? fingerprintCpu() : '',
    qemuVersion: version.value,
  });
}

async function findVersion(program: string, pattern: RegExp): Promise<Result<string, Problem>> {
  const said = await readOutput(program, ['--version']);
  if (!said.ok) return err(unusable(program, said.error));
  const [, major = '0', minor = '0', micro = '0'] = pattern.exec(said.value) ?? [];
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

interface Choice {
  readonly accelerator: Accelerator;
  readonly reason: string;
}

async function chooseAccelerator(
  accel: AcceleratorChoice,
  probe: (accelerator: Accelerator) => Promise<string | undefined>,
): Promise<Result<Choice, Problem>> {
  if (accel === 'tcg') return ok({ accelerator: 'tcg', reason: 'it was asked for' });
  const trouble = explainDevice() ?? (await probe('kvm'));
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

function explainDevice(): string | undefined {
  try {
    accessSync(DEVICE, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (cause) {
    return reasonOf(cause);
  }
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
