/** Opens the hypervisor of a node: the simulator, or QEMU. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import type { DriverChoice, QemuSettings } from './config/driver-settings.ts';
import type { AgentDatabase } from './database/agent-database.ts';
import type { Driver } from './drivers/driver.ts';
import { findHostFacts } from './drivers/qemu/host/find-host-facts.ts';
import { openQemuDriver } from './drivers/qemu/open-qemu-driver.ts';
import { openSimulatorDriver } from './drivers/simulator/open-simulator-driver.ts';
import { capacityOf, type FleetNode } from './fleet/fleet.ts';
import type { HypervisorFacts } from './fleet/node-facts.ts';

/** What a driver is opened with. */
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
  { node, clock, timers, logger }: NodeDriverParts,
  settings: QemuSettings,
): Promise<Result<NodeDriver, Problem>> {
  const { accel, cpuModel, ...rest } = settings;
  const found = await findHostFacts({ programs: PROGRAMS, accel, cpuModel, timers });
  if (!found.ok) return found;
  const { value: host } = found;
  logger.info({ node: node.name, ...host }, 'the host has been examined');
  const opened = await openQemuDriver({
    ...rest,
    node: node.name,
    capacity: capacityOf(node),
    host,
    programs: PROGRAMS,
    clock,
    timers,
  });
  if (!opened.ok) return opened;
  const hypervisor = {
    version: host.qemuVersion,
    accelerator: host.accelerator,
    accelerator_reason: host.acceleratorReason,
    cpu_model: host.cpuModel,
  };
  return ok({ driver: opened.value, hypervisor });
}

/** Found on the PATH of the agent. */
const PROGRAMS = { qemu: 'qemu-system-x86_64', image: 'qemu-img' } as const;
