/** The hypervisor QEMU, under KVM or in software: the README of this folder describes it. */
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { Amounts } from '../capacity.ts';
import type {
  Driver,
  DriverAnswer,
  DriverCapabilities,
  DriverProblem,
  MachineOrder,
  Order,
  SnapshotOrder,
} from '../driver.ts';
import { configureMachine } from './actions/configure.ts';
import { createMachine, deleteMachine, startMachine, stopMachine } from './actions/life.ts';
import { activateMachine, migrateMachine, prepareIncoming } from './actions/migration.ts';
import {
  deleteSnapshot,
  listSnapshots,
  restoreSnapshot,
  type SnapshotAct,
  takeSnapshot,
} from './actions/snapshots.ts';
import { attachVolume, detachVolume, keepFirewall } from './actions/volumes.ts';
import { placesIn, remove } from './files/directories.ts';
import { limitLog } from './files/limit-log.ts';
import { openDiskImages } from './files/qemu-img.ts';
import { makeDirectory } from './files/stored-json.ts';
import { QemuTrouble, reasonOf } from './files/trouble.ts';
import type { CacheMode, GuestNetwork } from './machine/build-command-line.ts';
import type { HostFacts } from './machine/host-facts.ts';
import { openMachines } from './machine/machines.ts';
import { createMeter } from './machine/measure-machines.ts';
import { actionOf, observe, type QemuAction, type QemuNode } from './machine/qemu-node.ts';
import { QmpError } from './qmp/open-qmp-client.ts';

/** How long a guest has to shut down, to release a device or to take memory. Unit: ms. */
const GUEST_MS = 120_000;

/** What the driver is opened with. */
export interface QemuOptions {
  /** Name of the node, as in the fleet. */
  readonly node: string;
  /** What machines may use together. */
  readonly capacity: Amounts;
  readonly host: HostFacts;
  /** Directory of this node's machines, on a file system that outlasts a restart of the host. */
  readonly runDir: string;
  /** Directory of disks; between nodes that migrate machines it is the same one. */
  readonly storageDir: string;
  /** Paths or names of QEMU and of `qemu-img`. */
  readonly programs: { readonly qemu: string; readonly image: string };
  readonly clock: Clock;
  readonly timers: Timers;
  /** Address at which other nodes reach this one to send machines; without it none can arrive. */
  readonly migrationAddress?: string | undefined;
  /** What guests reach through their interface; nothing when absent. */
  readonly guestNetwork?: GuestNetwork;
  /** How long a guest has to do what it is asked; 120 s when absent. Unit: ms. */
  readonly guestMs?: number;
}

/**
 * Opens the driver of a node: finds the machines that run, and those that have stopped since.
 * @returns `validation-failed` where a directory cannot be used
 */
export async function openQemuDriver(options: QemuOptions): Promise<Result<Driver, Problem>> {
  const { runDir, storageDir, node: name, clock, timers, migrationAddress } = options;
  const unusable = checkDirectories(options);
  if (unusable !== undefined) return err(unusable);
  const places = placesIn({ runDir, storageDir, node: name });
  const machines = await openMachines({ places, timers, clock });
  const node: QemuNode = {
    name,
    places,
    machines,
    host: options.host,
    capacity: options.capacity,
    programs: options.programs,
    timers,
    guestNetwork: options.guestNetwork ?? 'isolated',
    cache: findCacheMode(storageDir),
    guestMs: options.guestMs ?? GUEST_MS,
    migrationAddress,
    reserved: new Map(),
  };
  return ok(makeDriver(node, capabilitiesWith(migrationAddress), clock));
}

function capabilitiesWith(migrationAddress: string | undefined): DriverCapabilities {
  return {
    hotplugCpu: 'yes',
    hotplugMemory: 'yes',
    hotplugDisk: 'yes',
    liveMigration: migrationAddress === undefined ? 'no' : 'yes',
    snapshots: 'yes',
    liveRestore: 'no',
    nodePower: 'no',
    firewall: 'no',
  };
}

function makeDriver(node: QemuNode, capabilities: DriverCapabilities, clock: Clock): Driver {
  const closing = new AbortController();
  const inTurn = createLanes();
  const measure = createMeter(node.machines, clock);

  /** One action after another on each target; trouble becomes the answer. */
  function perform<T>(target: string, order: Order, act: (signal: AbortSignal) => Promise<T>) {
    return inTurn(target, async (): DriverAnswer<T> => {
      const signal = AbortSignal.any([order.signal, closing.signal]);
      if (signal.aborted) return err({ message: 'The order was given up.', next: 'retry' });
      return answerOf(() => act(signal));
    });
  }

  function onMachine<T>(order: MachineOrder, act: (action: QemuAction) => Promise<T>) {
    return perform(order.vm_id, order, (signal) => act(actionOf(node, { ...order, signal })));
  }

  function onSnapshot<T>(order: SnapshotOrder, act: (action: SnapshotAct) => Promise<T>) {
    return perform(order.snapshot_id, order, (signal) =>
      act({
        node,
        order: { ...order, signal },
        images: openDiskImages(node.programs.image, signal),
      }),
    );
  }

  return {
    name: 'qemu',
    capabilities,
    create: (order, spec) => onMachine(order, (action) => createMachine(action, spec)),
    start: (order) => onMachine(order, startMachine),
    stop: (order, mode = 'graceful') => onMachine(order, (action) => stopMachine(action, mode)),
    delete: (order) => onMachine(order, deleteMachine),
    configure: (order, change) => onMachine(order, (action) => configureMachine(action, change)),
    applyFirewall: (order, firewall) =>
      onMachine(order, (action) => keepFirewall(action, firewall)),
    attach: (order, volume) => onMachine(order, (action) => attachVolume(action, volume)),
    detach: (order, volumeId) => onMachine(order, (action) => detachVolume(action, volumeId)),
    prepareIncoming: (order, incoming) =>
      onMachine(order, (action) => prepareIncoming(action, incoming)),
    migrate: (order, toNode, prepared) =>
      onMachine(order, (action) => migrateMachine(action, toNode, prepared)),
    activate: (order) => onMachine(order, activateMachine),
    takeSnapshot: (order, volume) => onSnapshot(order, (act) => takeSnapshot(act, volume)),
    restoreSnapshot: (order, volumeId) =>
      onSnapshot(order, (act) => restoreSnapshot(act, volumeId)),
    deleteSnapshot: (order) => onSnapshot(order, deleteSnapshot),
    inspectSnapshots: () => answerOf(async () => listSnapshots(node)),
    inspect: () =>
      answerOf(() => Promise.all(node.machines.list().map(({ vm_id }) => observe(node, vm_id)))),
    measure: () =>
      answerOf(async () => {
        limitLogs(node);
        return measure();
      }),
    subscribe: node.machines.subscribe,
    close: async () => {
      closing.abort();
      node.machines.close();
    },
  };
}

/** Called whenever the node is measured: the agent does that all the time. */
function limitLogs({ places, machines }: QemuNode): void {
  for (const { vm_id } of machines.list()) {
    limitLog(places.files(vm_id).consoleLog);
    limitLog(places.qemuLog(vm_id));
  }
}

/** Runs what belongs to one target in the order in which it came. */
function createLanes() {
  const lanes = new Map<VmId | SnapshotId | string, Promise<unknown>>();
  return <T>(target: string, work: () => Promise<T>): Promise<T> => {
    const before = lanes.get(target) ?? Promise.resolve();
    const turn = before.then(work);
    const end = turn
      .catch(() => undefined)
      .finally(() => {
        if (lanes.get(target) === end) lanes.delete(target);
      });
    lanes.set(target, end);
    return turn;
  };
}

async function answerOf<T>(act: () => Promise<T>): DriverAnswer<T> {
  try {
    return ok(await act());
  } catch (cause) {
    return err(toProblem(cause));
  }
}

/** Throws what is not expected: that is a bug, and the agent's log has it. */
function toProblem(cause: unknown): DriverProblem {
  if (cause instanceof QemuTrouble) return { message: cause.message, next: cause.next };
  if (!(cause instanceof QmpError)) throw cause;
  const next = cause.failure === 'refused' ? 'final' : 'retry';
  return { message: `QEMU did not do it: ${reasonOf(cause)}.`, next };
}

/** Path of a Unix socket, from unix(7), without the byte that ends it. */
const SOCKET_PATH_BYTES_MAX = 107;
/** The longest path below the run directory: that of the operator's monitor. */
const LONGEST_NAME = join('vm_00000000000000000000000000', 'qmp-operator.sock');

function checkDirectories({ runDir, storageDir }: QemuOptions): Problem | undefined {
  for (const [directory, what] of [
    [runDir, 'run'],
    [storageDir, 'storage'],
  ] as const) {
    const why = explainUnwritable(directory);
    if (why !== undefined) {
      return problem('validation-failed', {
        detail: `The ${what} directory ${directory} cannot be used: ${why}.`,
        remedy: `Make it a directory that the agent's user may write to, or name another one.`,
      });
    }
  }
  if (Buffer.byteLength(join(runDir, LONGEST_NAME)) <= SOCKET_PATH_BYTES_MAX) return undefined;
  return problem('validation-failed', {
    detail: `The path of the run directory ${runDir} is too long for the sockets in it.`,
    remedy: 'Name a run directory with a shorter path.',
  });
}

function explainUnwritable(directory: string): string | undefined {
  try {
    makeDirectory(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (cause) {
    return reasonOf(cause);
  }
}

/** Some file systems, such as those in memory, know no direct access. */
function findCacheMode(storageDir: string): CacheMode {
  const file = join(storageDir, '.direct-access');
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_WRONLY | constants.O_DIRECT));
    return 'none';
  } catch {
    return 'writeback';
  } finally {
    remove(file);
  }
}
