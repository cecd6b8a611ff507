/** Opens the hypervisor of a node: the simulator, or QEMU. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import { claimRunDirectory } from './claim-run-directory.ts';
import type { DriverChoice, QemuSettings } from './config/driver-settings.ts';
import type { AgentDatabase } from './database/agent-database.ts';
import type { Driver } from './drivers/driver.ts';
import { findCacheMode } from './drivers/qemu/files/find-cache-mode.ts';
import { registerReservationKeys } from './drivers/qemu/files/register-reservation-keys.ts';
import { findVmUser, type VmUser } from './drivers/qemu/files/vm-user.ts';
import { examineScopes, explainNoScopes } from './drivers/qemu/host/examine-scopes.ts';
import { findHostFacts, QEMU_PROGRAMS } from './drivers/qemu/host/find-host-facts.ts';
import { childLauncher, createScopeLauncher } from './drivers/qemu/launch/launcher.ts';
import { readBootId } from './drivers/qemu/machine/machine-process.ts';
import { findHostNeeds } from './drivers/qemu/network/find-host-needs.ts';
import { findNetworkTools } from './drivers/qemu/network/find-network-tools.ts';
import { findTunnel } from './drivers/qemu/network/find-tunnel.ts';
import { openQemuDriver } from './drivers/qemu/open-qemu-driver.ts';
import { openSimulatorDriver } from './drivers/simulator/open-simulator-driver.ts';
import { capacityOf, type FleetNode } from './fleet/fleet.ts';
import type { HypervisorFacts } from './fleet/node-facts.ts';

/** Dependencies of a driver. */
export interface NodeDriverParts {
  readonly choice: DriverChoice;
  readonly node: FleetNode;
  readonly database: AgentDatabase;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rng: Rng;
  readonly logger: Logger;
}

/** A driver, and what its node announces of the hypervisor. */
export interface NodeDriver {
  readonly driver: Driver;
  /** Undefined for a simulated hypervisor. */
  readonly hypervisor: HypervisorFacts | undefined;
}

/** Opens it. @returns `validation-failed` where the host or a directory cannot be used */
export async function openNodeDriver(parts: NodeDriverParts): Promise<Result<NodeDriver, Problem>> {
  const { choice, node, database, clock, timers, rng } = parts;
  if (choice.kind === 'qemu') return openQemu(parts, choice.settings);
  const driver = openSimulatorDriver({ node, database, clock, timers, rng: rng.fork(node.name) });
  return ok({ driver, hypervisor: undefined });
}

async function openQemu(
  parts: NodeDriverParts,
  settings: QemuSettings,
): Promise<Result<NodeDriver, Problem>> {
  const claimed = claimRunDirectory(settings.runDir, parts.node.name);
  if (!claimed.ok) return claimed;
  const { release } = claimed.value;
  try {
    const opened = await openOnHost(parts, settings);
    if (!opened.ok) {
      release();
      return opened;
    }
    const { driver, hypervisor } = opened.value;
    const close = () => driver.close().finally(release);
    return ok({ driver: { ...driver, close }, hypervisor });
  } catch (cause) {
    release();
    throw cause;
  }
}

async function openOnHost(
  { node, clock, timers, logger }: NodeDriverParts,
  settings: QemuSettings,
): Promise<Result<NodeDriver, Problem>> {
  const {
    accel,
    cpuModel,
    imageHosts,
    vmUser: named,
    linkOwner,
    imageServer,
    uploads,
    reservationDevices,
    neededHosts,
    ...rest
  } = settings;
  const user = findVmUser(named);
  if (!user.ok) return err(unusableUser(user.error));
  const { value: vmUser } = user;
  const found = await findHostFacts({ programs: QEMU_PROGRAMS, accel, cpuModel, timers, vmUser });
  if (!found.ok) return found;
  const { value: host } = found;
  logger.info({ node: node.name, ...host, vmUser: vmUser?.name }, 'the host has been examined');
  await register({ node, logger }, settings.runDir, reservationDevices ?? []);
  const networks = await findNetworks(settings, vmUser);
  if (!networks.ok) {
    const fields = { node: node.name, reason: networks.error };
    logger.warn(fields, 'networks are not connected: guests have an interface in user mode');
  }
  const lack = explainNoScopes(examineScopes());
  if (lack !== undefined) {
    const fields = { node: node.name, reason: lack.why };
    logger.warn(fields, 'processes of VMs have no scope: they are children of the agent');
  }
  const launcher = lack === undefined ? createScopeLauncher(node.name) : childLauncher;
  const opened = await openQemuDriver({
    ...rest,
    launcher,
    vmUser,
    networks: networks.ok
      ? {
          ...networks.value,
          owner: linkOwner ?? node.name,
          findNeeds: () => findHostNeeds(neededHosts),
        }
      : undefined,
    node: node.name,
    capacity: capacityOf(node),
    imageSources: { hosts: imageHosts, server: imageServer, uploads },
    host,
    onHeartbeats: (state) => {
      const fields = { node: node.name, storageDir: settings.storageDir };
      if (state === 'arrives') logger.info(fields, 'heartbeats arrive in the shared storage');
      else logger.warn(fields, 'heartbeats do not arrive in the shared storage: look at its mount');
    },
    onLost: (lost) =>
      logger.error(
        { node: node.name, ...lost, runDir: settings.runDir },
        'QEMU runs a VM without a machine.json: restore it and restart the agent, or end QEMU',
      ),
    onDamaged: ({ vm_id, reason }) =>
      logger.error(
        { node: node.name, vm_id, reason },
        'a machine.json cannot be read: this VM is left alone until the file is restored',
      ),
    programs: QEMU_PROGRAMS,
    clock,
    timers,
  });
  if (!opened.ok) return opened;
  warnOfPageCache(opened.value, { settings, node, logger });
  const hypervisor = {
    version: host.qemuVersion,
    accelerator: host.accelerator,
    accelerator_reason: host.acceleratorReason,
    cpu_model: host.cpuModel,
    vm_limits: launcher.kind,
  };
  return ok({ driver: opened.value, hypervisor });
}

/** Registers the node at SCSI devices; without that, its guests are paused at their next write. */
async function register(
  { node: { name }, logger }: Pick<NodeDriverParts, 'node' | 'logger'>,
  runDir: string,
  devices: readonly string[],
): Promise<void> {
  if (devices.length === 0) return;
  const done = await registerReservationKeys({
    node: name,
    devices,
    runDir,
    bootId: readBootId(),
  });
  if (done.ok) logger.info({ node: name, devices }, `its key at SCSI devices is ${done.value}`);
  else logger.warn({ node: name, reason: done.error }, 'the node may not write to SCSI devices');
}

/** Says so where shared storage that is mounted is read through the page cache of this host. */
function warnOfPageCache(
  driver: Driver,
  { settings, node, logger }: Pick<NodeDriverParts, 'node' | 'logger'> & { settings: QemuSettings },
): void {
  const storage = driver.storage?.();
  const { storageDir, storage: sharing, volumeStorage } = settings;
  const used = [
    { directory: storageDir, sharing, seen: storage },
    ...[...volumeStorage].map(([storageClass, each]) => ({
      ...each,
      seen: storage?.classes?.[storageClass],
    })),
  ];
  for (const { directory, sharing: said, seen } of used) {
    if (said === 'local' || seen?.size_gb === undefined) continue;
    if (findCacheMode(directory) === 'none') continue;
    const remedy = 'mount it with direct access, or give each node a storage of its own';
    logger.warn(
      { node: node.name, directory, remedy },
      'shared storage has no direct access (O_DIRECT): a VM that migrates here may read stale data',
    );
  }
}

function unusableUser(why: string): Problem {
  return problem('validation-failed', {
    detail: `QEMU cannot run as the user of --vm-user: ${why}.`,
    remedy: 'Make the user with systemd-sysusers or useradd --system, or leave --vm-user out.',
  });
}

/** Returns the network setup of the host, or a clause on why there is none. */
async function findNetworks(
  { networks: choice, tunnelAddress }: QemuSettings,
  vmUser: VmUser | undefined,
) {
  if (choice === 'user') return err('--networks user was said');
  const programs = findNetworkTools('load', vmUser);
  if (!programs.ok) return programs;
  if (tunnelAddress === undefined) return ok({ programs: programs.value, tunnel: undefined });
  const tunnel = await findTunnel(programs.value, tunnelAddress);
  return tunnel === undefined
    ? err(`no link of this host has the tunnel address ${tunnelAddress}`)
    : ok({ programs: programs.value, tunnel });
}
