/**
 * The hosts of a simulated fleet and the machines on them, as they are and not as servers see them.
 * Each has an agent of its own, with its own clock and timers.
 */
import { join } from 'node:path';
import { SimulatedMachine } from '@novacron/agent/drivers/simulator/machine-store';
import type { SimulatorDriver } from '@novacron/agent/drivers/simulator/open-simulator-driver';
import type { ReadHeartbeat } from '@novacron/agent/drivers/watch-heartbeat';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { Bus } from '@novacron/bus/bus';
import { VmId } from '@novacron/contract/ids';
import type { Logger } from '@novacron/runtime/logger';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';
import { createHeartbeatProcesses } from './heartbeat-process.ts';
import type { Host } from './host.ts';
import { createHostClock } from './host-clock.ts';
import { createKiller } from './kill-guests.ts';
import { createWatchdogDevice } from './watchdog.ts';

/** All of them. */
export interface Hosts {
  readonly all: readonly Host[];
  readonly find: (name: string) => Host;
  /** Its agent dies; its guests run on. */
  readonly killAgent: (host: Host) => Promise<void>;
  readonly startAgent: (host: Host) => Promise<void>;
  /** Everything on it stops at once. */
  readonly cut: (host: Host, state: 'crashed' | 'off') => Promise<void>;
  /** It hangs: neither its agent nor its guests answer. */
  readonly hang: (host: Host) => Promise<void>;
  /** All of it stands still, and goes on. Nothing happens to one that does not run. */
  readonly suspend: (host: Host) => void;
  readonly resume: (host: Host) => void;
  /** It boots. Nothing happens to one that runs. */
  readonly boot: (host: Host) => Promise<void>;
  readonly close: () => Promise<void>;
}

const COMMIT_MS_MAX = 3;

/** After which time without a sign of life the watchdogs of hosts reset them. Unit: ms. */
const WATCHDOG_MS = [10_000, 15_000, 30_000] as const;

/** Durations of actions of the simulated hypervisors. Unit: ms. */
export const LATENCIES = {
  define: { min: 50, max: 300 },
  create: { min: 200, max: 1_000 },
  start: { min: 200, max: 800 },
  stop: { min: 200, max: 2_000 },
  migrate: { min: 2_000, max: 10_000 },
} as const;

interface HostsParts {
  readonly plan: Fleet;
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly bus: Bus;
  readonly dataDir: string;
  readonly logger: Logger;
  /** A fault of the agents, to see whether it is noticed. */
  readonly startsMachines: 'never' | 'after-boot';
  readonly onChange: () => void;
  /** Whether hosts have watchdogs, and processes of heartbeats that guard VMs. */
  readonly guards: 'guards' | 'none';
  /** Time for which guarded VMs run on without a server. Unit: ms. */
  readonly isolationLeaseMs: number;
  /** While the shared storage hangs, no process that waits for it dies. */
  readonly storage: () => 'works' | 'hangs';
  /** Called before a guest is dead that was killed. */
  readonly onKill: (host: Host, vmId: string) => void;
  /** A watchdog resets its host. */
  readonly onReset: (host: Host) => void;
  /** Returns the heartbeat reader of a host for the shared storage. */
  readonly readerOf: (host: string) => ReadHeartbeat;
}

function createHost(parts: HostsParts, node: Fleet['nodes'][number]): Host {
  const { kernel, chance, bus, dataDir, logger } = parts;
  const own = chance.fork(node.name);
  const time = createHostClock(kernel);
  const watchdog = createWatchdogDevice(kernel, {
    timeoutMs: own.pick(WATCHDOG_MS),
    onReset: () => parts.onReset(host),
  });
  const processes = createHeartbeatProcesses({
    bus,
    host: time,
    watchdog,
    kill: createKiller({ ...parts, chance: own.fork('kills'), host: () => host }),
  });
  const fleet = startEmbeddedFleet({
    fleet: { nodes: [node] },
    bus,
    dataDir: join(dataDir, node.name),
    clock: time.clock,
    timers: time.timers,
    rng: own.fork('agent'),
    latencyMs: LATENCIES,
    readHeartbeat: parts.readerOf(node.name),
    logger,
    metricsIntervalMs: 600_000,
    isolationLeaseMs: parts.isolationLeaseMs,
    ...(parts.guards === 'guards' ? { heartbeatsOf: () => processes.heartbeats } : {}),
    nextTurn: (callback) => kernel.timers.after(own.between(0, COMMIT_MS_MAX), callback),
  });
  const host: Host = {
    name: node.name,
    rack: node.rack,
    zone: node.zone,
    fleet,
    state: 'runs',
    bmc: 'answers',
    dataNetwork: 'up',
    storage: 'reaches',
    cutOffAtMs: Number.NEGATIVE_INFINITY,
    resumedAtMs: Number.NEGATIVE_INFINITY,
    time,
    watchdog,
    processes,
    machines: [],
  };
  return host;
}

/** Starts all agents. @param onChange - called after each change of a machine or of a host */
export async function startHosts(parts: HostsParts): Promise<Hosts> {
  const { plan, kernel, onChange } = parts;
  const all = plan.nodes.map((node) => createHost(parts, node));
  const byName = new Map(all.map((host) => [host.name, host]));

  async function look(host: Host, driver: SimulatorDriver): Promise<void> {
    const found = await driver.inspect();
    if (!found.ok) return;
    host.machines = SimulatedMachine.array().parse(found.value);
    onChange();
  }

  async function watch(host: Host): Promise<void> {
    const driver = host.fleet.drivers.get(host.name);
    if (driver === undefined) return;
    driver.subscribe(() => void kernel.hold(look(host, driver)));
    await look(host, driver);
  }

  async function startAll(host: Host): Promise<void> {
    const driver = host.fleet.drivers.get(host.name);
    for (const { vm_id, generation, status } of host.machines) {
      if (status !== 'stopped') continue;
      const order = { vm_id: VmId.parse(vm_id), generation, signal: new AbortController().signal };
      void driver?.start(order);
    }
  }

  async function startAgent(host: Host): Promise<void> {
    if (host.fleet.drivers.has(host.name) || host.state !== 'runs') return;
    host.fleet.restartAgent(host.name);
    await watch(host);
  }

  for (const host of all) await watch(host);
  return {
    all,
    find: (name) => {
      const found = byName.get(name);
      if (found === undefined) throw new Error(`there is no host ${name}`);
      return found;
    },
    killAgent: (host) => kernel.hold(host.fleet.killAgent(host.name)),
    startAgent: (host) => kernel.hold(startAgent(host)),
    cut: async (host, state) => {
      const ran = host.state !== 'crashed' && host.state !== 'off';
      host.state = state;
      host.watchdog.disarm();
      host.processes.end();
      host.time.resume();
      if (ran) {
        await kernel.hold(host.fleet.killAgent(host.name));
        await kernel.hold(host.fleet.powerOff(host.name));
      }
      host.machines = host.machines
        .filter(({ status }) => status !== 'incoming')
        .map((machine) => ({ ...machine, status: 'stopped' }));
      onChange();
    },
    hang: async (host) => {
      if (host.state !== 'runs') return;
      host.state = 'hung';
      // Its watchdog counts on.
      host.processes.end();
      await kernel.hold(host.fleet.killAgent(host.name));
      onChange();
    },
    suspend: (host) => {
      if (host.state !== 'runs') return;
      host.state = 'suspended';
      host.time.suspend();
      host.watchdog.suspend();
      onChange();
    },
    resume: (host) => {
      if (host.state !== 'suspended') return;
      host.state = 'runs';
      host.resumedAtMs = kernel.clock.nowMs();
      host.watchdog.resume();
      host.time.resume();
      onChange();
    },
    boot: async (host) => {
      if (host.state !== 'crashed' && host.state !== 'off') return;
      host.state = 'runs';
      await kernel.hold(startAgent(host));
      if (parts.startsMachines === 'after-boot') await startAll(host);
      onChange();
    },
    close: async () => {
      for (const { fleet } of all) await fleet.stop();
    },
  };
}
