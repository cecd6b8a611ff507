/**
 * Protection of a host, for compliance checks: what can be read without changing anything. A fact
 * that cannot be read is absent.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { equalJson } from '@novacron/contract/json';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import { areEncrypted } from './find-encryption.ts';

type HostSecurity = NonNullable<NodeFacts['host']>;

/** Interval between looks. */
const LOOK_MS = 3_600_000;

const PROGRAM_MS_MAX = 5_000;

/** The EFI variable, whose value is behind four bytes of attributes. */
const SECURE_BOOT = 'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';
const SECURE_BOOT_BYTE = 4;

/** Where the host is read, and its programs. */
export interface HostPlaces {
  /** The root directory. */
  readonly root: string;
  readonly sshd: string;
  readonly timedatectl: string;
  /** Directories of disks of VMs. */
  readonly storageDirs: readonly string[];
}

/** Where a host that runs Debian or a relative of it has them. */
export const HOST_PLACES = {
  root: '/',
  sshd: '/usr/sbin/sshd',
  timedatectl: '/usr/bin/timedatectl',
} as const;

/**
 * Reads it, and again every hour.
 * @returns what was read last, the same object until it changes; nothing before the first reading
 */
export function watchHostSecurity(clock: Clock, places: HostPlaces): () => HostSecurity {
  let last: HostSecurity = {};
  let readMs = steadyMs(clock);
  let isReading = false;
  const read = (): void => {
    // Storage that does not answer holds up one reading, and not a thread for each.
    if (isReading) return;
    isReading = true;
    readMs = steadyMs(clock);
    void readHostSecurity(places).then((now) => {
      isReading = false;
      if (!equalJson(now, last)) last = now;
    });
  };
  read();
  return () => {
    if (steadyMs(clock) - readMs >= LOOK_MS) read();
    return last;
  };
}

/** Reads it once. */
export async function readHostSecurity({
  root,
  sshd,
  timedatectl,
  storageDirs,
}: HostPlaces): Promise<HostSecurity> {
  const at = (path: string) => join(root, path);
  const ssh = await runProgram(sshd, ['-T']);
  const time = await runProgram(timedatectl, ['show', '--property=NTPSynchronized', '--value']);
  const modules = readText(at('proc/modules'));
  const ksm = readText(at('sys/kernel/mm/ksm/run'));
  const appArmor = readText(at('sys/module/apparmor/parameters/enabled'));
  const facts = {
    kernel: release(),
    secure_boot: readSecureBoot(at),
    reboot_required: existsSync(at('run/reboot-required')),
    cpu_flaws: readCpuFlaws(at('sys/devices/system/cpu/vulnerabilities')),
    memory_merging: ksm === undefined ? undefined : ksm.trim() === '1',
    guest_confinement: confinementOf(appArmor, readText(at('sys/fs/selinux/enforce'))),
    audit_daemon: existsSync(at('run/auditd.pid')) || existsSync(at('run/auditd/auditd.pid')),
    storage_encrypted: await areEncrypted(root, storageDirs),
    usb_storage: modules === undefined ? undefined : /^usb_storage /m.test(modules),
    ssh_root_login: ssh === undefined ? undefined : optionOf(ssh, 'permitrootlogin'),
    ssh_passwords: ssh === undefined ? undefined : optionOf(ssh, 'passwordauthentication') !== 'no',
    clock_synchronized: time === undefined ? undefined : time.trim() === 'yes',
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** A host that was not started by UEFI has no Secure Boot. */
function readSecureBoot(at: (path: string) => string): boolean | undefined {
  if (!existsSync(at('sys/firmware/efi'))) return false;
  try {
    return readFileSync(at(SECURE_BOOT))[SECURE_BOOT_BYTE] === 1;
  } catch {
    return undefined;
  }
}

/** Flaws that the kernel does not mitigate, by its names. */
function readCpuFlaws(directory: string): readonly string[] | undefined {
  try {
    return readdirSync(directory)
      .filter((name) => readText(join(directory, name))?.startsWith('Vulnerable'))
      .toSorted();
  } catch {
    return undefined;
  }
}

function confinementOf(appArmor: string | undefined, selinux: string | undefined): string {
  if (selinux?.trim() === '1') return 'selinux';
  return appArmor?.trim() === 'Y' ? 'apparmor' : 'none';
}

function optionOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @returns what it printed; undefined where it is absent or fails */
function runProgram(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: PROGRAM_MS_MAX }, (cause, stdout) => {
      resolve(cause === null ? stdout : undefined);
    });
  });
}
