/** All agents of a fleet inside one process, each with the simulator for a hypervisor. */
import type { Bus } from '@novacron/bus/bus';
import { ISOLATION_LEASE_MS_MIN } from '@novacron/contract/agent/agent-announcement';
import type { VmId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import type { Tracer } from '@novacron/tracing/tracer';
import { AgentDatabase } from './database/agent-database.ts';
import { type DatabaseFile, openFleetFile } from './database/database-file.ts';
import type { NextTurn } from './database/group-commits.ts';
import { createFaults } from './drivers/simulator/faults.ts';
import {
  openSimulatorDriver,
  type SimulatorDriver,
  type SimulatorOptions,
} from './drivers/simulator/open-simulator-driver.ts';
import { openSharedWorkloads, type SharedWorkloads } from './drivers/simulator/shared-workloads.ts';
import type { Disturbance } from './drivers/simulator/simulated-node.ts';
import type { Fleet, FleetNode } from './fleet/fleet.ts';
import { openJournal } from './journal/journal.ts';
import type { Heartbeats } from './presence/heartbeats.ts';
import { makeIncarnation } from './presence/make-incarnation.ts';
import type { SignalSource } from './signals/signal-source.ts';
import { simulatedSource } from './signals/simulated-source.ts';
import { type AgentStop, type RunningAgent, startAgent } from './start-agent.ts';

const MINUTE_MS = 60_000;

/** Often enough that no minute is left out. Unit: ms. */
const CRASH_LOOK_MS = 20_000;

/** Options of an embedded fleet. */
export interface EmbeddedFleetOptions extends Pick<SimulatorOptions, 'capabilities' | 'latencyMs'> {
  readonly fleet: Pick<Fleet, 'nodes' | 'workloads'>;
  /** Random numbers that follow from a text, for workloads; needed where the fleet has any. */
  readonly rngOf?: (seed: string) => Rng;
  readonly bus: Bus;
  /** Folder for the file that the agents share; it is made when the first machine is. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rng: Rng;
  /** Interval between measurements of nodes; 30 s when absent. Unit: ms. */
  readonly metricsIntervalMs?: number;
  readonly logger?: Logger;
  readonly tracer?: Tracer;
  /** Directory of images of the server, which takes exports; none are made when absent. */
  readonly uploads?: string | undefined;
  /** Reads heartbeats in the storage that the nodes share; there is no such channel if absent. */
  readonly readHeartbeat?: SimulatorOptions['readHeartbeat'];
  /** Health signals of the nodes' hosts; those in the fleet when absent. */
  readonly signalsOf?: ((nodeName: string) => readonly SignalSource[]) | undefined;
  /** Sends the heartbeats of a node, and guards its VMs; its agent itself when absent. */
  readonly heartbeatsOf?: ((nodeName: string) => Heartbeats) | undefined;
  /**
   * Time that VMs keep running after their node last heard a server; a minute when absent. Unit:
   * ms.
   */
  readonly isolationLeaseMs?: number | undefined;
  /** Ends the groups of writes that are committed together; the event loop's turn when absent. */
  readonly nextTurn?: NextTurn;
}

/** A fleet at work. Names of nodes that it does not have are bugs. */
export interface EmbeddedFleet {
  /** The hypervisors that are on, by name of their node: for faults and for looking behind. */
  readonly drivers: ReadonlyMap<string, SimulatorDriver>;
  /** The agent dies; the machines of the node run on. */
  readonly stopAgent: (
    nodeName: string,
    /** Without it nothing is announced, as when the agent crashes. */
    how?: Pick<AgentStop, 'plannedStopMs'>,
  ) => Promise<void>;
  /** The agent dies in the middle of a turn: what it has not committed is lost. */
  readonly killAgent: (nodeName: string) => Promise<void>;
  /** The node loses power: its agent dies and its machines stop. */
  readonly powerOff: (nodeName: string) => Promise<void>;
  /** Something happens to a machine, whether its agent runs or not. */
  readonly disturb: (nodeName: string, vmId: VmId, disturbance: Disturbance) => Promise<void>;
  /** The agent comes back, with its journal and machines; nothing if it never left. */
  readonly restartAgent: (nodeName: string) => void;
  /** All agents stop; machines and journals stay in the data directory. */
  readonly stop: () => Promise<void>;
}

/** A node that is on; its agent may have died. */
interface Member {
  readonly driver: SimulatorDriver;
  readonly database: AgentDatabase;
  readonly agent: RunningAgent;
}

/** Starts an agent for each node of the fleet. */
export function startEmbeddedFleet(options: EmbeddedFleetOptions): EmbeddedFleet {
  const members = new Map<string, Member>();
  /** Nodes that were off, and whose agents have not been started since. */
  const poweredOff = new Set<string>();
  const drivers = new Map<string, SimulatorDriver>();
  const nodes = new Map<string, OpenNode>();
  const { dataDir, nextTurn } = options;
  const workloads = openWorkloads(options);
  const file = openFleetFile({ dataDir, ...(nextTurn === undefined ? {} : { nextTurn }) });
  for (const node of options.fleet.nodes)
    nodes.set(node.name, prepareNode(options, node, { file, workloads }));

  function openNode(nodeName: string, how?: Parameters<OpenNode>[0]): Hypervisor {
    const open = nodes.get(nodeName);
    assert(open !== undefined, `the fleet has no node ${nodeName}`);
    return open(how);
  }

  function restartAgent(nodeName: string): void {
    if (members.has(nodeName)) return;
    const hostRestarted = poweredOff.delete(nodeName);
    const { driver, database, start } = openNode(nodeName, { hostRestarted });
    members.set(nodeName, { driver, database, agent: start() });
    drivers.set(nodeName, driver);
  }

  function takeMember(nodeName: string): Member | undefined {
    assert(nodes.has(nodeName), `the fleet has no node ${nodeName}`);
    const member = members.get(nodeName);
    members.delete(nodeName);
    drivers.delete(nodeName);
    return member;
  }

  async function stopAgent(
    nodeName: string,
    how: Pick<AgentStop, 'plannedStopMs'> = {},
  ): Promise<void> {
    const member = takeMember(nodeName);
    await member?.agent.stop(how);
    await member?.driver.close();
    member?.database.close();
  }

  async function killAgent(nodeName: string): Promise<void> {
    const member = takeMember(nodeName);
    const stopped = member?.agent.stop();
    member?.database.abandon();
    await stopped;
    await member?.driver.close();
  }

  async function powerOff(nodeName: string): Promise<void> {
    await stopAgent(nodeName);
    poweredOff.add(nodeName);
    const { driver, database } = openNode(nodeName);
    await loseMachines(driver);
    await driver.close();
    database.close();
  }

  async function disturb(nodeName: string, vmId: VmId, disturbance: Disturbance): Promise<void> {
    const driver = drivers.get(nodeName);
    if (driver !== undefined) return driver.disturb(vmId, disturbance);
    const opened = openNode(nodeName);
    opened.driver.disturb(vmId, disturbance);
    await opened.driver.close();
    opened.database.close();
  }

  for (const nodeName of nodes.keys()) restartAgent(nodeName);
  const endCrashes =
    workloads === undefined ? undefined : crashMachines(options, workloads, disturb);
  return {
    drivers,
    stopAgent,
    killAgent,
    powerOff,
    disturb,
    restartAgent,
    stop: async () => {
      endCrashes?.();
      await Promise.all([...members.keys()].map((nodeName) => stopAgent(nodeName)));
    },
  };
}

interface Hypervisor {
  readonly driver: SimulatorDriver;
  readonly database: AgentDatabase;
  readonly start: () => RunningAgent;
}

type OpenNode = (options?: Pick<SimulatorOptions, 'hostRestarted'>) => Hypervisor;

/** Prepares a node's state that outlasts its agent: faults and random generator. */
function prepareNode(
  options: EmbeddedFleetOptions,
  node: FleetNode,
  { file, workloads }: { readonly file: DatabaseFile; readonly workloads: Workloads },
): OpenNode {
  const { bus, clock, timers, capabilities, latencyMs, metricsIntervalMs } = options;
  const { logger, tracer } = options;
  const faults = createFaults();
  const rng = options.rng.fork(node.name);
  const incarnations = rng.fork('incarnation');
  return ({ hostRestarted = false } = {}) => {
    const database = new AgentDatabase({ node: node.name, file });
    const driver = openSimulatorDriver({
      node,
      database,
      clock,
      timers,
      rng,
      faults,
      hostRestarted,
      uploads: options.uploads,
      workloads,
      readHeartbeat: options.readHeartbeat,
      ...(capabilities === undefined ? {} : { capabilities }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
    const journal = openJournal({ database, clock });
    const start = (): RunningAgent =>
      startAgent({
        bus,
        driver,
        journal,
        node,
        clock,
        timers,
        heartbeats: options.heartbeatsOf?.(node.name),
        isolation: { leaseMs: options.isolationLeaseMs ?? ISOLATION_LEASE_MS_MIN },
        signals: options.signalsOf?.(node.name) ?? simulatedSignals(node),
        incarnation: makeIncarnation(clock.nowMs(), incarnations),
        ...(metricsIntervalMs === undefined ? {} : { metricsIntervalMs }),
        ...(logger === undefined ? {} : { logger }),
        ...(tracer === undefined ? {} : { tracer }),
      });
    return { driver, database, start };
  };
}

type Workloads = SharedWorkloads | undefined;

function openWorkloads({ fleet: { workloads = [] }, rngOf }: EmbeddedFleetOptions): Workloads {
  if (workloads.length === 0) return undefined;
  assert(rngOf !== undefined, 'a fleet with workloads has random numbers for them');
  return openSharedWorkloads(workloads, rngOf);
}

/**
 * Crashes a machine in each minute in which its workload has a failure.
 * @returns a function that ends it
 */
function crashMachines(
  { clock, timers }: EmbeddedFleetOptions,
  workloads: SharedWorkloads,
  disturb: EmbeddedFleet['disturb'],
): () => void {
  const minuteNow = (): number => Math.floor(clock.nowMs() / MINUTE_MS);
  let last = minuteNow();
  let cancel = timers.after(CRASH_LOOK_MS, crashDue);
  function crashDue(): void {
    const minute = minuteNow();
    const due = minute === last ? [] : workloads.failuresAt(minute * MINUTE_MS);
    last = minute;
    for (const { node, vmId } of due) {
      void disturb(node, vmId, { kind: 'power-off', reason: 'crash' });
    }
    cancel = timers.after(CRASH_LOOK_MS, crashDue);
  }
  return () => cancel();
}

function simulatedSignals({ failing_disks }: FleetNode): readonly SignalSource[] {
  return failing_disks === undefined ? [] : [simulatedSource(failing_disks)];
}

/** A machine that was on its way is gone with its memory; its sender still has it. */
async function loseMachines(driver: SimulatorDriver): Promise<void> {
  const found = await driver.inspect();
  assert(found.ok, 'a simulated node can be inspected');
  for (const { vm_id, status } of found.value) {
    if (status === 'running') driver.disturb(vm_id, { kind: 'power-off', reason: 'host' });
    if (status === 'incoming') driver.disturb(vm_id, { kind: 'vanish' });
  }
}
