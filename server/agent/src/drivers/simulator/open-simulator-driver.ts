/**
 * A hypervisor that exists in a file: deterministic, on given time and chance, with faults on
 * demand. Source of the idea: the simulated sled agent of Oxide's omicron.
 */
import { setMaxListeners } from 'node:events';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import type { AgentDatabase } from '../../database/agent-database.ts';
import { databaseTroubleOf } from '../../database/database-trouble.ts';
import type { LocalWrite } from '../../database/group-commits.ts';
import { capabilitiesOf, type FleetNode } from '../../fleet/fleet.ts';
import type { DriverIsolation } from '../../isolation/driver-isolation.ts';
import {
  type ActionKind,
  type DefinedMachine,
  type Driver,
  type DriverCapabilities,
  type DriverHeartbeats,
  type DriverProblem,
  INSIST_MS,
  type MachineOrder,
  type Order,
  type SnapshotOrder,
  type StopMode,
} from '../driver.ts';
import { type ReadHeartbeat, watchHeartbeat } from '../watch-heartbeat.ts';
import {
  checkSimulatedGuest,
  checkSimulatedHealth,
  GUEST_BOOT_MS,
  withGuestAddresses,
} from './check-simulated-guest.ts';
import { exportSimulatedSnapshot } from './export-simulated-snapshot.ts';
import { createFaults, type Faults, generalOf } from './faults.ts';
import { planImport } from './import-simulated-volume.ts';
import type { SimulatedMachine } from './machine-store.ts';
import { openSimulatedConsole, readSimulatedTail } from './open-simulated-console.ts';
import {
  planActivate,
  planAttach,
  planConfigure,
  planCreate,
  planDefine,
  planDeleteDisk,
  planDetach,
  planFirewall,
  planIncoming,
  planMigrate,
  planPause,
  planReimage,
  planReset,
  planStart,
  planStop,
  type Scene,
} from './plan-action.ts';
import {
  planDeleteVolume,
  planExport,
  planRestore,
  planTake,
  type SnapshotScene,
} from './plan-snapshot.ts';
import type { SharedWorkloads } from './shared-workloads.ts';
import { work } from './simulate-latency.ts';
import { type Disturbance, openSimulatedNode, type SimulatedNode } from './simulated-node.ts';
import type { SimulatedSnapshot } from './snapshot-store.ts';

/** Duration of an action: uniformly distributed between the bounds, in milliseconds. */
export interface LatencyMs {
  readonly min: number;
  readonly max: number;
}

/** Options of a simulated hypervisor. */
export interface SimulatorOptions {
  readonly node: FleetNode;
  /** Database of the machines; its creator closes it. */
  readonly database: AgentDatabase;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rng: Rng;
  /** Capabilities; those of the node in the fleet when absent. */
  readonly capabilities?: DriverCapabilities;
  /** Duration of actions; that of the node in the fleet when absent. */
  readonly latencyMs?: Readonly<Partial<Record<ActionKind, LatencyMs>>>;
  /** Whether its host was off before; not when absent. */
  readonly hostRestarted?: boolean;
  /** Directory of images of a server on this disk, which takes exports; none are made if absent. */
  readonly uploads?: string | undefined;
  /** Reads heartbeats in the shared storage of its node; there is no such channel when absent. */
  readonly readHeartbeat?: ReadHeartbeat | undefined;
  /** Demand that machines of several nodes share; none when absent. */
  readonly workloads?: SharedWorkloads | undefined;
  /** Faults that outlive this driver; its own when absent. */
  readonly faults?: Faults;
}

/** A simulated hypervisor, with what only a simulation can do. */
export interface SimulatorDriver extends Driver {
  readonly faults: Faults;
  /** Does something to a machine behind the agent's back; nothing if there is no such machine. */
  readonly disturb: (vmId: VmId, disturbance: Disturbance) => void;
  /** Loses a snapshot behind the agent's back; nothing if there is no such snapshot. */
  readonly loseSnapshot: (snapshotId: SnapshotId) => void;
}

type Planned<T> = Result<T, DriverProblem>;

/** One call of the driver. */
interface Action<T> {
  readonly kind: ActionKind;
  /** Id of what it is about. */
  readonly target: string;
  readonly order: Order;
  /** Inspects the node when the action is due, and returns the desired result. */
  readonly plan: () => Planned<T>;
  /** Stages what was planned; undefined where nothing changes. */
  readonly stage: (planned: T) => LocalWrite | undefined;
  /** Whether it goes on although the disks are locked. */
  readonly locks?: DefinedMachine['locks'];
  /** Whether the guest has a say in it: `is-asked` first, it is powered off if it ignores that. */
  readonly guest?: GuestSays | undefined;
}

type GuestSays = 'decides' | 'is-asked';

const GUEST_SAYS: Readonly<Record<StopMode, GuestSays | undefined>> = {
  graceful: 'decides',
  insistent: 'is-asked',
  forced: undefined,
};

/** Opens the simulated hypervisor of one node; machines of an earlier process are still there. */
export function openSimulatorDriver(options: SimulatorOptions): SimulatorDriver {
  const { capabilities = announced(options), faults = createFaults() } = options;
  const closing = new AbortController();
  // Every action that waits listens, and there is no limit on those.
  setMaxListeners(Number.POSITIVE_INFINITY, closing.signal);
  const node = openSimulatedNode({ ...options, capabilities });
  // Not stored: a simulated node is powered on after a restart of the simulation.
  let power: 'on' | 'off' = 'on';
  const isOff = (): boolean => power === 'off';
  const { guest_boot_ms: bootMs = GUEST_BOOT_MS } = options.node;
  const perform = createPerformer({ options, faults, closing: closing.signal, isOff });

  function performOn<T>(
    kind: ActionKind,
    order: MachineOrder,
    parts: {
      readonly plan: (scene: Scene) => Planned<T>;
      /** The planned machine; null where the plan removes it. */
      readonly machineOf: (planned: T) => SimulatedMachine | null;
      readonly guest?: GuestSays | undefined;
      readonly locks?: DefinedMachine['locks'];
    },
  ): Promise<Planned<T>> {
    const { plan, machineOf, ...rest } = parts;
    return perform({
      kind,
      target: order.vm_id,
      order,
      ...rest,
      plan: () => plan(node.sceneOf(order)),
      stage: (planned) => node.stage(order.vm_id, machineOf(planned)),
    });
  }

  function act<T extends SimulatedMachine | null>(
    kind: ActionKind,
    order: MachineOrder,
    plan: (scene: Scene) => Planned<T>,
  ): Promise<Planned<T>> {
    return performOn(kind, order, { plan, machineOf: (machine) => machine });
  }

  function actOnSnapshot<T extends SimulatedSnapshot | null>(
    kind: ActionKind,
    order: SnapshotOrder,
    plan: (scene: SnapshotScene) => Planned<T>,
  ): Promise<Planned<T>> {
    const id = order.snapshot_id;
    return perform({
      kind,
      target: id,
      order,
      plan: () => plan(node.sceneOfSnapshot(id)),
      stage: (snapshot) => node.stageSnapshot(id, snapshot),
    });
  }

  return {
    name: 'simulator',
    capabilities,
    hostRestarted: options.hostRestarted ?? false,
    faults,
    poolHeartbeats: simulateHeartbeats(options),
    isolation: capabilities.isolationGuard === 'no' ? undefined : simulateIsolation(node),
    create: (order, spec) => act('create', order, (scene) => planCreate(scene, spec)),
    start: (order, options = {}) => act('start', order, (scene) => planStart(scene, options)),
    stop: (order, mode = 'graceful') =>
      performOn('stop', order, {
        plan: (scene) => planStop(scene, mode),
        machineOf: (machine) => machine,
        guest: GUEST_SAYS[mode],
      }),
    pause: (order) => act('pause', order, (scene) => planPause(scene, 'paused')),
    resume: (order) => act('resume', order, (scene) => planPause(scene, 'running')),
    reset: (order) => act('reset', order, planReset),
    define: (order, missing) =>
      performOn('define', order, {
        plan: (scene) => planDefine(scene, missing),
        machineOf: (machine) => machine,
        locks: missing.locks,
      }),
    reimage: (order, spec) => act('reimage', order, (scene) => planReimage(scene, spec)),
    // A simulated disk is a part of its machine, and a node has only its own.
    forget: (order) => act('forget', order, () => ok(null)),
    deleteDisk: (order) => act('delete-disk', order, planDeleteDisk),
    delete: (order) => act('delete', order, () => ok(null)),
    configure: (order, change) =>
      performOn('configure', order, {
        plan: (scene) => planConfigure(scene, change),
        machineOf: ({ machine }) => machine,
      }),
    attach: (order, volume) => act('attach', order, (scene) => planAttach(scene, volume)),
    detach: (order, volumeId) => act('detach', order, (scene) => planDetach(scene, volumeId)),
    prepareIncoming: (order, incoming) =>
      act('prepare-incoming', order, (scene) => planIncoming(scene, incoming)),
    migrate: (order, outgoing) => act('migrate', order, (scene) => planMigrate(scene, outgoing)),
    activate: (order, proof) => act('activate', order, (scene) => planActivate(scene, proof)),
    applyFirewall: (order, firewall) =>
      act('apply-firewall', order, (scene) => planFirewall(scene, firewall)),
    deleteVolume: (order) =>
      perform({
        kind: 'delete-volume',
        target: order.volume_id,
        order,
        // Simulated volumes have no content.
        stage: () => undefined,
        plan: () => planDeleteVolume(node.inspect(), order.volume_id),
      }),
    importVolume: (order, wanted) =>
      perform({
        kind: 'import-volume',
        target: order.volume_id,
        order,
        stage: () => undefined,
        plan: () => planImport(order, wanted, options.uploads),
      }),
    takeSnapshot: (order, volume) =>
      actOnSnapshot('take-snapshot', order, (scene) => planTake(scene, volume)),
    restoreSnapshot: (order, volumeId) =>
      actOnSnapshot('restore-snapshot', order, (scene) => planRestore(scene, volumeId)),
    deleteSnapshot: (order) => actOnSnapshot('delete-snapshot', order, () => ok(null)),
    exportSnapshot: async (order, ticket) => {
      const { uploads } = options;
      const planned = await perform({
        kind: 'export-snapshot',
        target: order.snapshot_id,
        order,
        plan: () => planExport(node.sceneOfSnapshot(order.snapshot_id)),
        stage: () => undefined,
      });
      if (!planned.ok) return planned;
      if (uploads === undefined) return err(WITHOUT_SERVER);
      return exportSimulatedSnapshot(uploads, order, { sizeGb: planned.value.size_gb, ticket });
    },
    // A simulated export is no file before it is delivered.
    dropExport: async () => ok(null),
    switchPower: (order, wanted) =>
      perform({
        kind: `power-${wanted}`,
        target: options.node.name,
        order,
        stage: () => undefined,
        plan: () => {
          const running = node.inspect().filter(({ status }) => status !== 'stopped').length;
          if (wanted === 'off' && running > 0) return err(stillRunning(running));
          power = wanted;
          return ok(null);
        },
      }),
    checkGuest: async (vmId, conditions) =>
      withDisk(() =>
        ok(
          checkSimulatedGuest(
            {
              machine: node.find(vmId),
              bootMs,
              fault: faults.take('check-guest', vmId),
              nowMs: options.clock.nowMs(),
            },
            conditions,
          ),
        ),
      ),
    checkHealth: async (vmId, { probe }) =>
      withDisk(() => {
        // Whatever program is run in a simulated guest restarts its service.
        const isMended = probe.kind === 'command' && node.find(vmId)?.service === 'down';
        if (isMended) node.disturb(vmId, { kind: 'service', is: 'up' });
        const nowMs = options.clock.nowMs();
        return ok(checkSimulatedHealth(node.find(vmId), { bootMs, nowMs, probe: probe.kind }));
      }),
    openConsole: (vmId, listener) => openSimulatedConsole(node, vmId, listener),
    readConsoleTail: async (vmId) => readSimulatedTail(node.find(vmId), vmId),
    inspectSnapshots: async () => withDisk(() => ok(node.inspectSnapshots())),
    inspect: async () =>
      withDisk(() => {
        const nowMs = options.clock.nowMs();
        const found = node.inspect();
        if (capabilities.guestCheck !== 'yes') return ok(found);
        return ok(found.map((each) => withGuestAddresses(each, { bootMs, nowMs })));
      }),
    measure: async () => withDisk(() => ok(node.measure())),
    subscribe: node.subscribe,
    disturb: node.disturb,
    loseSnapshot: node.loseSnapshot,
    close: async () => closing.abort(),
  };
}

/**
 * Returns the node's capabilities in the fleet, with snapshot export if a server accepts uploads.
 */
function announced({ node, uploads }: SimulatorOptions): DriverCapabilities {
  const snapshotExport = uploads === undefined ? 'no' : 'yes';
  return { ...capabilitiesOf(node), snapshotExport };
}

interface PerformerParts {
  readonly options: SimulatorOptions;
  readonly faults: Faults;
  readonly closing: AbortSignal;
  /** Whether the node has no power. */
  readonly isOff: () => boolean;
}

function createPerformer({ options, faults, closing, isOff }: PerformerParts) {
  const { timers, latencyMs = options.node.latency_ms } = options;
  const chance = options.rng.fork('latency');

  /** One action: its fault, its latency, then everything else without waiting in between. */
  return async <T>(action: Action<T>): Promise<Planned<T>> => {
    const { kind, target, order, plan, stage, guest, locks } = action;
    const fault = faults.take(kind, target);
    const signals = [order.signal, closing];
    const delayMs = fault === 'hang' ? Number.POSITIVE_INFINITY : latencyOf(kind);
    await work({ timers, delayMs, signals, onProgress: order.onProgress });
    if (signals.some(({ aborted }) => aborted)) return troubleWith(kind, 'was given up', 'retry');
    if (fault === 'fail-retry') return troubleWith(generalOf(kind), 'failed on demand', 'retry');
    if (fault === 'fail-final') return troubleWith(generalOf(kind), 'failed on demand', 'final');
    if (fault === 'disk-locked' && locks !== 'ignored') return err(DISK_LOCKED);
    if (fault === 'ignore-stop' && guest === 'decides') return err(GUEST_IGNORES);
    if (fault === 'ignore-stop' && guest === 'is-asked') {
      await work({ timers, delayMs: INSIST_MS, signals, onProgress: undefined });
      if (signals.some(({ aborted }) => aborted)) return troubleWith(kind, 'was given up', 'retry');
    }
    if (isOff() && !kind.startsWith('power-')) return err(WITHOUT_POWER);
    const planned = withDisk(plan);
    if (!planned.ok) return planned;
    const change = stage(planned.value);
    if (order.keepWithEnd !== undefined && fault !== 'crash-before-answer') {
      if (change !== undefined) order.keepWithEnd(change);
      return planned;
    }
    const kept = await keepNow(options.database, change);
    if (!kept.ok || fault !== 'crash-before-answer') return kept.ok ? planned : kept;
    await work({ timers, delayMs: Number.POSITIVE_INFINITY, signals, onProgress: undefined });
    return troubleWith(kind, 'was given up', 'retry');
  };

  function latencyOf(kind: ActionKind): number {
    const { min, max } = latencyMs?.[kind] ?? latencyMs?.[generalOf(kind)] ?? { min: 0, max: 0 };
    return max === 0 ? 0 : min + chance.next() * (max - min);
  }
}

/** The channel beside the bus, where the nodes of a simulation share a storage. */
function simulateHeartbeats({
  node,
  timers,
  readHeartbeat: read,
}: SimulatorOptions): DriverHeartbeats | undefined {
  if (read === undefined) return undefined;
  return {
    state: () => 'arrives',
    watch: ({ node: other, watch_ms: watchMs }) =>
      watchHeartbeat({
        read,
        own: node.name,
        node: other,
        isTrusted: () => true,
        watchMs,
        timers,
      }),
  };
}

const GUEST_IGNORES: DriverProblem = {
  message: 'The guest does not shut down when it is asked to; only force stops it.',
  next: 'final',
};

/** Error as QEMU words it. */
const DISK_LOCKED: DriverProblem = {
  message:
    'A disk is in use by a machine here or on another node: Failed to get shared "write" lock.',
  next: 'retry',
};

const WITHOUT_SERVER: DriverProblem = {
  message: 'This hypervisor exports no snapshots: no server shares its disk.',
  next: 'final',
};

const WITHOUT_POWER: DriverProblem = {
  message: 'The node is powered off.',
  next: 'final',
};

function stillRunning(count: number): DriverProblem {
  const message = `The node is not switched off: ${count} machines are on it.`;
  return { message, next: 'final' };
}

function troubleWith(kind: ActionKind, what: string, next: DriverProblem['next']) {
  return err<DriverProblem>({ message: `The simulated ${kind} ${what}.`, next });
}

async function keepNow(
  database: AgentDatabase,
  change: LocalWrite | undefined,
): Promise<Planned<null>> {
  if (change === undefined) return ok(null);
  try {
    await database.commits.submit(() => undefined, change);
    return ok(null);
  } catch (cause) {
    return err(diskProblem(cause));
  }
}

/** A failure of the disk under the simulation is worth a retry: space may be freed. */
function withDisk<T>(use: () => Planned<T>): Planned<T> {
  try {
    return use();
  } catch (cause) {
    return err(diskProblem(cause));
  }
}

/** Throws everything that is not a disk failure. */
function diskProblem(cause: unknown): DriverProblem {
  const code = databaseTroubleOf(cause);
  if (code === undefined) throw cause;
  return { message: `The node cannot read or write its machines (${code}).`, next: 'retry' };
}

/** Its machines have no processes: the node stops them itself. */
function simulateIsolation(node: SimulatedNode): DriverIsolation {
  return {
    guests: () => [],
    subscribe: () => () => undefined,
    kill: (vms) => {
      const running = node
        .inspect()
        .filter(({ vm_id, status }) => vms.has(vm_id) && status === 'running');
      for (const { vm_id } of running) {
        node.disturb(vm_id, { kind: 'power-off', reason: 'isolated' });
      }
      return { killed: running.map(({ vm_id }) => vm_id), alive: [] };
    },
    note: () => undefined,
    keep: () => undefined,
  };
}
