/**
 * The agents and hypervisors of a simulated world, and a mirror of their machines that outlives the
 * agents: a machine runs on while no agent manages it.
 */
import type {
  LatencyMs,
  SimulatorDriver,
} from '@novacron/agent/drivers/simulator/open-simulator-driver';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { type EmbeddedFleet, startEmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { Bus } from '@novacron/bus/bus';
import type { Machine } from '@novacron/contract/agent/machine';
import type { Logger } from '@novacron/runtime/logger';
import type { Chance } from './chance.ts';
import type { Kernel } from './kernel.ts';
import { noteSpans } from './note-spans.ts';
import type { Trace } from './trace.ts';

const LATENCY_MS_MAX = 2_000;

/** An agent that is killed meanwhile loses what it was writing. */
const COMMIT_MS_MAX = 3;

const ACTIONS = [
  'create',
  'start',
  'stop',
  'delete',
  'configure',
  'attach',
  'detach',
  'prepare-incoming',
  'migrate',
  'activate',
  'take-snapshot',
  'restore-snapshot',
  'delete-snapshot',
] as const;

/** Dependencies of the fleet. */
export interface SimulatedFleetParts {
  readonly plan: Fleet;
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly bus: Bus;
  readonly dataDir: string;
  readonly logger: Logger;
}

/** The fleet as trouble and checks see it. */
export interface SimulatedFleet {
  readonly nodeNames: readonly string[];
  readonly drivers: EmbeddedFleet['drivers'];
  /** Every machine by name of its node, also of nodes whose agent is away. */
  readonly machines: () => ReadonlyMap<string, readonly Machine[]>;
  /** Whether a machine changed since this was asked last. */
  readonly takeChanged: () => boolean;
  /** VMs whose machines lost their power: they must not be started without their owner. */
  readonly withoutPower: ReadonlySet<string>;
  readonly killAgent: (node: string) => Promise<void>;
  readonly powerOff: (node: string) => Promise<void>;
  readonly startAgent: (node: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts all agents. */
export async function startFleet(parts: SimulatedFleetParts): Promise<SimulatedFleet> {
  const { plan, kernel, trace, chance, bus, dataDir, logger } = parts;
  const { clock, timers } = kernel;
  const latencyMs = latenciesFrom(chance.fork('latencies'));
  const rng = chance.fork('agents');
  const turns = chance.fork('turns');
  const nextTurn = (callback: () => void) =>
    timers.after(turns.between(0, COMMIT_MS_MAX), callback);
  const spans = chance.fork('spans');
  const tracer = noteSpans({ who: 'agents', clock, trace, chance: spans, isAlive: () => true });
  const fleet = startEmbeddedFleet({
    fleet: plan,
    bus,
    dataDir,
    clock,
    timers,
    rng,
    latencyMs,
    logger,
    tracer,
    nextTurn,
  });
  const mirror = new Map<string, readonly Machine[]>();
  const withoutPower = new Set<string>();
  let isChanged = true;

  /** The driver answers at once: its machines are in memory, also while it is being closed. */
  async function look(node: string, driver: SimulatorDriver): Promise<void> {
    const found = await driver.inspect();
    if (!found.ok) return;
    mirror.set(node, found.value);
    isChanged = true;
    trace.note(node, 'machines', found.value);
  }

  async function watch(node: string): Promise<void> {
    const driver = fleet.drivers.get(node);
    if (driver === undefined) return;
    driver.subscribe(() => void kernel.hold(look(node, driver)));
    await look(node, driver);
  }

  const nodeNames = plan.nodes.map(({ name }) => name);
  for (const node of nodeNames) await watch(node);
  return {
    nodeNames,
    drivers: fleet.drivers,
    machines: () => mirror,
    takeChanged: () => {
      const was = isChanged;
      isChanged = false;
      return was;
    },
    withoutPower,
    killAgent: (node) => kernel.hold(fleet.killAgent(node)),
    powerOff: async (node) => {
      await kernel.hold(fleet.killAgent(node));
      await kernel.hold(fleet.powerOff(node));
      const before = mirror.get(node) ?? [];
      for (const { vm_id, status } of before) if (status === 'running') withoutPower.add(vm_id);
      mirror.set(
        node,
        before
          .filter(({ status }) => status !== 'incoming')
          .map((machine) => ({
            ...machine,
            status: machine.status === 'running' ? 'stopped' : machine.status,
          })),
      );
      isChanged = true;
    },
    startAgent: async (node) => {
      if (fleet.drivers.has(node)) return;
      fleet.restartAgent(node);
      await kernel.hold(watch(node));
    },
    close: async () => {
      for (const node of nodeNames) await fleet.killAgent(node);
    },
  };
}

function latenciesFrom(chance: Chance): Record<(typeof ACTIONS)[number], LatencyMs> {
  const entries = ACTIONS.map((action) => {
    const max = chance.between(0, LATENCY_MS_MAX);
    return [action, { min: chance.between(0, max), max }] as const;
  });
  // One entry for each action, made from their list.
  return Object.fromEntries(entries) as Record<(typeof ACTIONS)[number], LatencyMs>;
}
