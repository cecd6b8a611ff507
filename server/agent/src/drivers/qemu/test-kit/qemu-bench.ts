/** Drivers on real QEMU for tests: each test has directories of its own, and leaves no process. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { systemTimers } from '@novacron/runtime/timers';
import { findGuest, findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import { sampleSpec } from '../../../test-kit/samples.ts';
import type { Driver } from '../../driver.ts';
import type { HostFacts } from '../machine/host-facts.ts';
import { openQemuDriver, type QemuOptions } from '../open-qemu-driver.ts';
import { makeIdleKernel } from './idle-kernel.ts';

/**
 * Kernel command line of the guest. Its machine can grow to many times its memory, so that the
 * kernel would reserve more for bounce buffers than it has. The second line disables features that
 * no test needs, and that are slow in software.
 */
const COMMAND_LINE =
  'console=ttyS0 quiet panic=-1 tsc=unstable no_timer_check swiotlb=1024 ' +
  'memhp_default_state=online mitigations=off nopti nokaslr edd=off lsm=capability audit=0 ' +
  'cryptomgr.notests';

const IDLE_TEMPLATE = 'idle';

/** Every guest of a test runs in software: whether KVM works differs between machines. */
export const TEST_HOST: HostFacts = {
  accelerator: 'tcg',
  acceleratorReason: 'tests run in software',
  cpuModel: 'max',
  cpuBaselines: ['tcg:x86-64-v1', 'tcg:x86-64-v2'],
  numaCells: [],
  devices: [],
  cpuFingerprint: 'test',
  qemuVersion: '7.2.0',
};

/** A machine that boots in seconds. */
export function smallSpec(overrides: Partial<MachineSpec> = {}): MachineSpec {
  return sampleSpec({ cpu_cores: 1, memory_mib: 128, disk_gb: 1, ...overrides });
}

/** The same, for tests that ask nothing of its guest but to shut down: its kernel idles. */
export function idleSpec(overrides: Partial<MachineSpec> = {}): MachineSpec {
  return smallSpec({ template: IDLE_TEMPLATE, ...overrides });
}

/** The directories of one or more nodes that share their storage. */
export interface QemuSite {
  readonly directory: string;
  readonly storageDir: string;
  /** Opens the driver of a node; its machines are found again when it is opened again. */
  readonly open: (node: string, options?: Partial<QemuOptions>) => Promise<Driver>;
  /** Options of that driver, for another process. */
  readonly options: (node: string) => Omit<QemuOptions, 'clock' | 'timers'>;
  readonly runDir: (node: string) => string;
  /** Kills every QEMU of the site and removes its directories. */
  readonly remove: () => void;
}

/** Makes a site. */
export function makeQemuSite(): QemuSite {
  const directory = mkdtempSync(join(tmpdir(), 'nq-'));
  const storageDir = join(directory, 'storage');
  addGuestTemplates(storageDir);
  const killAtExit = (): void => killQemuOf(directory);
  process.once('exit', killAtExit);
  const runDir = (node: string): string => join(directory, node);
  const options: QemuSite['options'] = (node) => ({
    node,
    capacity: { cpu_cores: 4, memory_mib: 1_024, disk_gb: 100 },
    host: TEST_HOST,
    runDir: runDir(node),
    storageDir,
    programs: findQemu(),
    migrationAddress: '127.0.0.1',
    guestMs: 30_000,
  });
  return {
    directory,
    storageDir,
    runDir,
    options,
    open: async (node, more = {}) => {
      const clock = { nowMs: () => Date.now() };
      const opened = await openQemuDriver({
        ...options(node),
        clock,
        timers: systemTimers,
        ...more,
      });
      if (!opened.ok) throw new Error(opened.error.detail);
      return opened.value;
    },
    remove: () => {
      killAtExit();
      process.off('exit', killAtExit);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Adds the templates of a storage directory: the test guest as `default`, and `idle`. */
export function addGuestTemplates(storageDir: string): void {
  const guest = findGuest();
  const template = join(storageDir, 'templates', 'default');
  mkdirSync(template, { recursive: true });
  for (const name of ['kernel', 'initrd']) symlinkSync(join(guest, name), join(template, name));
  writeFileSync(join(template, 'cmdline'), `${COMMAND_LINE}\n`);
  const idle = join(storageDir, 'templates', IDLE_TEMPLATE);
  mkdirSync(idle, { recursive: true });
  writeFileSync(join(idle, 'kernel'), makeIdleKernel());
}

/** The processes whose command line names a directory. */
export function listQemuOf(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => commandLineOf(name).includes(`${directory}/`))
    .map(Number);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

function killQemuOf(directory: string): void {
  for (const pid of listQemuOf(directory)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
