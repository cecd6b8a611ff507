/** Finds out everything about a host that an agent with QEMU uses. It changes nothing. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { inboxPrefixOf } from '@novacron/contract/agent/enrollment';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { DoctorConfig } from '../config/read-doctor-request.ts';
import { findVmUser, type VmUser } from '../drivers/qemu/files/vm-user.ts';
import { examineScopes } from '../drivers/qemu/host/examine-scopes.ts';
import { findFirmware } from '../drivers/qemu/host/find-firmware.ts';
import {
  findAccelerator,
  findQemuVersion,
  QEMU_PROGRAMS,
} from '../drivers/qemu/host/find-host-facts.ts';
import { hasSwtpm } from '../drivers/qemu/host/find-swtpm.ts';
import {
  examineNetworkNeeds,
  findNetworkTools,
} from '../drivers/qemu/network/find-network-tools.ts';
import { findTunnel } from '../drivers/qemu/network/find-tunnel.ts';
import { findHostCapacity } from '../fleet/host-capacity.ts';
import { readIdentity } from '../identity/identity-files.ts';
import { lockDataDir } from '../process/lock-data-dir.ts';
import { examineClock } from './examine-clock.ts';
import { examineDirectory } from './examine-directory.ts';
import type { Found, HostFindings } from './host-findings.ts';

/** Dependencies of an examination. */
export interface Examination {
  readonly config: DoctorConfig;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Examines the host; it takes up to five seconds where KVM is broken. */
export async function examineHost(parts: Examination): Promise<HostFindings> {
  const { config, clock } = parts;
  const { settings, reserve, dataDir } = config;
  const user = findVmUser(settings.vmUser);
  const vmUser = user.ok ? user.value : undefined;
  return {
    qemu: await findRelease(QEMU_PROGRAMS.qemu),
    image: await findRelease(QEMU_PROGRAMS.image),
    prlimit: findPrlimit(),
    firmware: examineFirmware(),
    swtpm: hasSwtpm() ? ok('swtpm can be used') : err('swtpm is not on this host'),
    accelerator: await examineAccelerator(parts, vmUser),
    ...describeUser(user),
    networks: settings.networks === 'user' ? 'not wanted' : examineNetworkNeeds('look', vmUser),
    tunnel: await examineTunnel(settings, vmUser),
    dataDir: examineDirectory(resolve(dataDir)),
    runDir: examineDirectory(settings.runDir, vmUser),
    storageDir: examineDirectory(settings.storageDir, vmUser),
    storage: settings.storage,
    volumeStorage: [...settings.volumeStorage].map(([storageClass, { directory, sharing }]) => ({
      storageClass,
      sharing,
      directory: examineDirectory(directory, vmUser),
    })),
    reserve,
    room: findHostCapacity(settings.storageDir, reserve),
    lock: examineLock(dataDir),
    scopes: examineScopes(),
    clock: examineClock(clock),
    bus: await examineBus(config),
  };
}

async function findRelease(program: string): Promise<Found> {
  const found = await findQemuVersion(program);
  if (found.ok) return ok(`release ${found.value}`);
  return err(found.error.detail.replace(/^The driver qemu cannot use /, '').replace(/[.]$/, ''));
}

function findPrlimit(): Found {
  const { status } = spawnSync('prlimit', ['--version'], { stdio: 'ignore' });
  return status === 0 ? ok('can be used') : err('it is not on this host');
}

function examineFirmware(): Found {
  const found = findFirmware();
  if (found.uefi === undefined) return err('OVMF is not on this host');
  if (found['uefi-secure-boot'] === undefined) return err('OVMF is here without Secure Boot');
  return ok('OVMF, also with Secure Boot');
}

function describeUser(
  user: Result<VmUser | undefined, string>,
): Pick<HostFindings, 'vmUser' | 'vmUserName'> {
  if (!user.ok) return { vmUser: user, vmUserName: '' };
  const own = userInfo().username;
  if (user.value !== undefined) return { vmUser: ok('another'), vmUserName: user.value.name };
  return { vmUser: ok(own === 'root' ? 'root' : 'own'), vmUserName: own };
}

async function examineAccelerator(
  { config, timers }: Examination,
  vmUser: VmUser | undefined,
): Promise<HostFindings['accelerator']> {
  const { accel, cpuModel } = config.settings;
  const found = await findAccelerator({ programs: QEMU_PROGRAMS, accel, cpuModel, timers, vmUser });
  return found.ok ? found : err(found.error.detail.replace(/[.]$/, ''));
}

async function examineTunnel(
  { tunnelAddress: address }: DoctorConfig['settings'],
  vmUser: VmUser | undefined,
): Promise<HostFindings['tunnel']> {
  const programs = findNetworkTools('look', vmUser);
  // Why there are no networks stands in other lines.
  if (address === undefined || !programs.ok) return undefined;
  const link = (await findTunnel(programs.value, address)) === undefined ? 'missing' : 'there';
  return { address, link };
}

function examineLock(dataDir: string): HostFindings['lock'] {
  if (!existsSync(join(dataDir, 'agent.lock'))) return 'free';
  const lock = lockDataDir(dataDir, 'agent');
  if (lock.ok) lock.value.release();
  return lock.ok || lock.error.data?.reason !== 'held' ? 'free' : 'held';
}

/** With the certificate of an enrolled agent where none was named. */
async function examineBus({ bus, dataDir }: DoctorConfig): Promise<Found | undefined> {
  if (bus === undefined) return undefined;
  const identity = bus.tls.certFile === undefined ? readIdentity(dataDir) : undefined;
  const file = identity?.file;
  const opened = await openNatsBus({
    servers: bus.servers,
    tls: file === undefined ? bus.tls : { ...bus.tls, certFile: file, keyFile: file },
    ...(identity === undefined ? {} : { inboxPrefix: inboxPrefixOf(identity.node) }),
    retainedSubjects: [],
    onFault: () => undefined,
  });
  if (!opened.ok) return err(opened.error.detail.replace(/[.]$/, ''));
  await opened.value.close();
  return ok(`${bus.servers.map((address) => new URL(address).host).join(',')} answers`);
}
