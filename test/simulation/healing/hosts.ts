/**
 * The hosts of a simulated fleet and the machines on them, as they are and not as servers see them.
 * Each has an agent of its own, with its own clock and timers.
 */
import { join } from 'node:path';
import { SimulatedMachine } from '@novacron/agent/drivers/simulator/machine-store';
import type { SimulatorDriver } from '@novacron/agent/drivers/simulator/open-simulator-driver';
import type { ReadHeartbeat } from '@novacron/agent/drivers/watch-heartbeat';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { Bus } from '@novacron/bus/bus';
import { VmId } from '@novacron/contract/ids';
import type { Logger } from '@novacron/runtime/logger';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';

/** A host. */
export interface Host {
  readonly name: string;
  readonly rack: string;
  readonly zone: string;
  readonly fleet: EmbeddedFleet;
  /** `crashed`: the power is on, and nothing runs; `hung`: guests do not serve, and may write. */
  state: 'runs' | 'hung' | 'crashed' | 'off';
  bmc: 'answers' | 'gone';
  dataNetwork: 'up' | 'down';
  /** What its clock is ahead. Unit: ms. */
  skewMs: number;
  /** How fast its timers run, 1 is right. */
  rate: number;
  machines: readonly SimulatedMachine[];
}

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
  /** It boots. Nothing happens to one that runs. */
  readonly boot: (host: Host) => Promise<void>;
  readonly close: () => Promise<void>;
}

const COMMIT_MS_MAX = 3;

/** How long actions of the simulated hypervisors take. Unit: ms. */
export const LATENCIES = {
  define: { min: 50, max: 300 },
  create: { min: 200, max: 1_000 },
  start: { min: 200, max: 800 },
  stop: { min: 200, max: 2_000 },
  migrate: { min: 2_000, max: 10_000 },
} as const;

/** Starts all agents. @param onChange - called after each change of a machine or of a host */
export async function startHosts(parts: {
  readonly plan: Fleet;
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly bus: Bus;
  readonly dataDir: string;
  readonly logger: Logger;
  /** A fault of the agents, to see whether it is noticed. */
  readonly startsMachines: 'never' | 'after-boot';
  readonly onChange: () => void;
  /** What each host reads in the shared storage. */
  readonly readerOf: (host: string) => ReadHeartbeat;
}): Promise<Hosts> {
  const { plan, kernel, chance, bus, dataDir, logger, onChange } = parts;
  const all = plan.nodes.map((node): Host => {
    const own = chance.fork(node.name);
    const clock = { nowMs: (): number => kernel.clock.nowMs() + host.skewMs };
    const timers = {
      after: (delayMs: number, callback: () => void) =>
        kernel.timers.after(delayMs / host.rate, callback),
    };
    const host: Host = {
      name: node.name,
      rack: node.rack,
      zone: node.zone,
      state: 'runs',
      bmc: 'answers',
      dataNetwork: 'up',
      skewMs: 0,
      rate: 1,
      machines: [],
      get fleet() {
        return fleet;
      },
    };
    const fleet = startEmbeddedFleet({
      fleet: { nodes: [node] },
      bus,
      dataDir: join(dataDir, node.name),
      clock,
      timers,
      rng: own.fork('agent'),
      latencyMs: LATENCIES,
      readHeartbeat: parts.readerOf(node.name),
      logger,
      metricsIntervalMs: 600_000,
      nextTurn: (callback) => kernel.timers.after(own.between(0, COMMIT_MS_MAX), callback),
    });
    return host;
  });
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
      const ran = host.state === 'runs' || host.state === 'hung';
      host.state = state;
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
      await kernel.hold(host.fleet.killAgent(host.name));
      onChange();
    },
    boot: async (host) => {
      if (host.state === 'runs' || host.state === 'hung') return;
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
