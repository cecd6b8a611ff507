/** The hypervisor QEMU, under KVM or in software: the README of this folder describes it. */
import { join } from 'node:path';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { Amounts } from '../capacity.ts';
import {
  type Driver,
  type DriverAnswer,
  type DriverCapabilities,
  type DriverEvent,
  type DriverProblem,
  type DriverStorage,
  LEAVING,
  type MachineOrder,
  type Order,
  type SnapshotOrder,
  type UnreadMachine,
} from '../driver.ts';
import { checkGuest } from './actions/check-guest.ts';
import { checkHealth } from './actions/check-health.ts';
import { configureMachine } from './actions/configure.ts';
import type { SnapshotAct } from './actions/copy-in-use.ts';
import { defineMachine } from './actions/define-machine.ts';
import { dropExport, exportSnapshot } from './actions/export-snapshot.ts';
import { thawLeft } from './actions/freeze-guest.ts';
import { pauseMachine, resetMachine, resumeMachine, stopMachine } from './actions/halt.ts';
import { createMachine, startAgain, startMachine } from './actions/life.ts';
import { planHostStarts } from './actions/plan-host-starts.ts';
import { findTarget, prepareIncoming } from './actions/receive-machine.ts';
import { reimageMachine } from './actions/reimage.ts';
import { deleteDisk, deleteMachine, forgetMachine } from './actions/remove-machine.ts';
import { activateMachine, migrateMachine, offerMachine } from './actions/send-machine.ts';
import {
  deleteSnapshot,
  listSnapshots,
  restoreSnapshot,
  takeSnapshot,
} from './actions/snapshots.ts';
import { hasHostRestarted, startAfterHost } from './actions/start-after-host.ts';
import { applyFirewall, attachVolume, deleteVolume, detachVolume } from './actions/volumes.ts';
import { watchGuests } from './actions/watch-guests.ts';
import { checkDirectories } from './check-directories.ts';
import { capabilitiesOf } from './driver-capabilities.ts';
import { placesIn } from './files/directories.ts';
import { findCacheMode } from './files/find-cache-mode.ts';
import { limitLog } from './files/limit-log.ts';
import { announceStorage, requirePool } from './files/storage-pool.ts';
import { isSystemError, QemuTrouble, reasonOf } from './files/trouble.ts';
import { findImageUser, type VmUser } from './files/vm-user.ts';
import { type ClassDirectory, openVolumeStorages } from './files/volume-storages.ts';
import { type StorageWatch, watchStorage } from './files/watch-storage.ts';
import { isolateMachines } from './heartbeat/isolate-machines.ts';
import {
  beginHeartbeats,
  type HeartbeatParts,
  type OpenHeartbeats,
} from './heartbeat/open-heartbeats.ts';
import { findFirmware } from './host/find-firmware.ts';
import { hasSwtpm } from './host/find-swtpm.ts';
import { importVolume } from './images/import-volume.ts';
import { childLauncher, type Launcher } from './launch/launcher.ts';
import { cellFacts } from './machine/bind-to-cell.ts';
import type { GuestNetwork } from './machine/build-command-line.ts';
import { deviceFacts } from './machine/host-devices.ts';
import type { HostFacts } from './machine/host-facts.ts';
import type { HostFirmware } from './machine/host-firmware.ts';
import { killProcess, recordProcess } from './machine/machine-process.ts';
import type { MachineRecord } from './machine/machine-record.ts';
import { type LostProcess, openMachines } from './machine/machines.ts';
import { createMeter } from './machine/measure-machines.ts';
import { openConsole, readConsoleTail } from './machine/open-console.ts';
import {
  actionOf,
  disksOf,
  type ImageSources,
  networkedMachines,
  observe,
  type QemuAction,
  type QemuNode,
} from './machine/qemu-node.ts';
import {
  type HostNetworkOptions,
  type HostNetworks,
  openHostNetworks,
} from './network/open-host-networks.ts';
import { QmpError } from './qmp/open-qmp-client.ts';
import { type IoErrors, recordIoErrors } from './qmp/record-io-errors.ts';
import { createReleases } from './transfer/releases.ts';

/** How long a guest has to shut down, to release a device or to take memory. Unit: ms. */
const GUEST_MS = 120_000;

/** How a host connects networks. */
export interface QemuNetworks
  extends Pick<HostNetworkOptions, 'programs' | 'tunnel' | 'findNeeds'> {
  /** Whose links and rules are on the host, where two nodes there may have one name. */
  readonly owner?: string;
}

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
  /** What the operator says of the storage directory; `local` when absent. */
  readonly storage?: DriverStorage['sharing'];
  /** Directories of volumes by their storage class; in the storage directory when absent. */
  readonly volumeStorage?: ReadonlyMap<string, ClassDirectory> | undefined;
  /** Paths or names of QEMU and of `qemu-img`. */
  readonly programs: { readonly qemu: string; readonly image: string };
  readonly clock: Clock;
  readonly timers: Timers;
  /** Address at which other nodes reach this one to send machines; without it none can arrive. */
  readonly migrationAddress?: string | undefined;
  /** What guests reach through their interface; nothing when absent. */
  readonly guestNetwork?: GuestNetwork;
  /** How the host connects networks; where absent, guests have an interface in user mode. */
  readonly networks?: QemuNetworks | undefined;
  /** Where images of templates may be downloaded from; nowhere when absent. */
  readonly imageSources?: ImageSources;
  /** How processes of machines are started; as children of the agent when absent. */
  readonly launcher?: Launcher;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
  /** Whether the host has swtpm; looked for when absent. */
  readonly hasTpm?: boolean;
  /** UEFI firmware; that of the host when absent. */
  readonly firmware?: HostFirmware;
  /**
   * Hears whether the heartbeats of the node arrive in a storage directory that is shared. Where
   * absent, none are written.
   */
  readonly onHeartbeats?: HeartbeatParts['onState'];
  /** Receives processes that run a machine of this node without a record of it. */
  readonly onLost?: (lost: LostProcess) => void;
  /** Receives machines whose records cannot be read. */
  readonly onDamaged?: (damaged: UnreadMachine) => void;
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
  const ioErrors = recordIoErrors();
  const machines = await openMachines({
    places,
    timers,
    clock,
    onLost: options.onLost,
    onDamaged: options.onDamaged,
    ioErrors,
  });
  const reserved: QemuNode['reserved'] = new Map();
  const networks = openNetworks(options, { machines, reserved });
  await networks?.repair().catch(() => undefined);
  const inTurn = createLanes();
  const closing = new AbortController();
  const releases = createReleases({
    places,
    timers,
    onReleased: (vmId) => inTurn(vmId, () => runReleased(node, vmId, closing.signal)),
  });
  const volumes = openVolumeStorages(places, options.volumeStorage ?? new Map(), timers);
  const node: QemuNode = {
    name,
    places,
    volumes,
    machines,
    releases,
    host: options.host,
    capacity: options.capacity,
    hasTpm: options.hasTpm ?? hasSwtpm(),
    firmware: options.firmware ?? findFirmware(),
    programs: options.programs,
    timers,
    clock,
    launcher: options.launcher ?? childLauncher,
    vmUser: options.vmUser,
    imageUser: findImageUser(options.vmUser),
    guestNetwork: options.guestNetwork ?? 'isolated',
    // Read when it is needed: the storage may be mounted later.
    get cache() {
      return findCacheMode(storageDir);
    },
    guestMs: options.guestMs ?? GUEST_MS,
    migrationAddress,
    imageSources: options.imageSources ?? { hosts: [] },
    imports: new Map(),
    stopsLate: new Set(),
    silences: new Map(),
    freezing: new Set(),
    reserved,
    networks,
  };
  // Where it is not mounted, machines that run are found all the same.
  const storage = watchStorage(places, timers);
  await answerOf(async () => {
    await usePool(node, storage);
    await Promise.all([storage.look(), volumes.look()]);
  });
  thawLeft(node).catch(() => undefined);
  for (const { vm_id, phase } of machines.list()) {
    if (phase !== 'here') await releases.resume(vm_id, phase);
  }
  const capabilities = capabilitiesOf(node);
  // As they are before any command comes.
  const hostRestarted = hasHostRestarted(places);
  const due = hostRestarted ? planHostStarts(machines.list()) : [];
  const starts = { hostRestarted, due };
  return ok(
    makeDriver({
      node,
      storage,
      capabilities,
      clock,
      inTurn,
      closing,
      sharing: options.storage ?? 'local',
      starts,
      heartbeats: beginHeartbeats(options, node),
      isolation: isolateMachines(places, machines),
      ioErrors,
    }),
  );
}

/** The source has reported to this node itself that it has released a machine. */
async function runReleased(node: QemuNode, vm_id: VmId, signal: AbortSignal): Promise<void> {
  const record = node.machines.find(vm_id);
  if (record === undefined || signal.aborted) throw new Error(`${vm_id} is not awaited here`);
  // The server was faster, or the machine has gone on to another node since.
  if (record.phase !== 'incoming') return;
  const { generation } = record;
  await activateMachine(actionOf(node, { vm_id, generation, signal }), 'released');
}

function openNetworks(
  options: QemuOptions,
  node: Pick<QemuNode, 'machines' | 'reserved'>,
): HostNetworks | undefined {
  const { networks, timers, runDir, guestNetwork } = options;
  if (networks === undefined) return undefined;
  const { owner = options.node, ...host } = networks;
  return openHostNetworks({
    ...host,
    node: owner,
    egress: guestNetwork === 'host' ? 'nat' : 'none',
    directory: join(runDir, 'networks'),
    timers,
    launcher: options.launcher ?? childLauncher,
    tapUser: options.vmUser?.uid,
    machines: () => networkedMachines(node),
    endProcess: async (pid) => {
      const process = recordProcess(pid);
      if (process !== undefined) await killProcess(process, timers);
    },
  });
}

interface DriverParts {
  readonly node: QemuNode;
  readonly storage: StorageWatch;
  readonly ioErrors: IoErrors;
  readonly capabilities: DriverCapabilities;
  readonly clock: Clock;
  readonly sharing: DriverStorage['sharing'];
  /** Whether the host has restarted, and the machines that ran when it stopped. */
  readonly starts: { readonly hostRestarted: boolean; readonly due: readonly MachineRecord[] };
  readonly inTurn: ReturnType<typeof createLanes>;
  readonly heartbeats: OpenHeartbeats | undefined;
  readonly isolation: ReturnType<typeof isolateMachines>;
  /** Aborted when the driver is closed. */
  readonly closing: AbortController;
}

function makeDriver(parts: DriverParts): Driver {
  const { node, storage, capabilities, clock, inTurn, closing, sharing, starts } = parts;
  const { heartbeats, ioErrors, isolation } = parts;
  const { networks } = node;
  const measure = createMeter({ machines: node.machines, clock, networks });
  const listeners = new Set<(event: DriverEvent) => void>();
  const guests = watchGuests({
    places: node.places,
    machines: node.machines,
    timers: node.timers,
    onChange: (vm_id) => {
      const event = { kind: 'changed', vm_id, atMs: clock.nowMs() } as const;
      for (const listener of listeners) listener(event);
    },
  });
  // A machine that ends by itself leaves its interface; where it stays, a repair removes it.
  const leave = node.machines.subscribe(() => void networks?.sync().catch(() => undefined));

  /** One action after another on each target; trouble becomes the answer. */
  function perform<T>(target: string, order: Order, act: (signal: AbortSignal) => Promise<T>) {
    return inTurn(target, async (): DriverAnswer<T> => {
      const signal = AbortSignal.any([order.signal, closing.signal]);
      if (signal.aborted) return err({ message: 'The order was given up.', next: 'retry' });
      return answerOf(() => act(signal));
    });
  }

  function onMachine<T>(order: MachineOrder, act: (action: QemuAction) => Promise<T>) {
    return perform(order.vm_id, order, async (signal) => {
      // What a command does now counts.
      node.stopsLate.delete(order.vm_id);
      try {
        await node.machines.requireReadable(order.vm_id);
        const done = await act(actionOf(node, { ...order, signal }));
        await networks?.sync();
        return done;
      } catch (cause) {
        await networks?.sync().catch(() => undefined);
        throw cause;
      }
    });
  }

  /** As `onMachine`, for what reads or writes files in the storage. */
  function onStorage<T>(order: MachineOrder, act: (action: QemuAction) => Promise<T>) {
    return onMachine(order, async (action) => {
      await usePool(node, storage);
      return act(action);
    });
  }

  /** A guest that shuts down after its restart was given up runs again, as it was before. */
  const leaveLate = node.machines.subscribe(({ vm_id }) => {
    const record = node.stopsLate.has(vm_id) ? node.machines.find(vm_id) : undefined;
    if (record?.stop_reason !== 'guest' || node.machines.processOf(vm_id) !== undefined) return;
    const order = { vm_id, generation: record.generation, signal: closing.signal };
    void onStorage(order, (action) => startAgain(action, record, 'guest'));
  });

  function onSnapshot<T>(order: SnapshotOrder, act: (action: SnapshotAct) => Promise<T>) {
    return perform(order.snapshot_id, order, async (signal) => {
      await usePool(node, storage);
      const images = disksOf(node, signal);
      return act({ node, order: { ...order, signal }, images });
    });
  }

  return {
    name: 'qemu',
    capabilities,
    cpuBaselines: node.host.cpuBaselines,
    numaCells: cellFacts(node),
    devices: deviceFacts(node.host.devices),
    create: (order, spec) => onStorage(order, (action) => createMachine(action, spec)),
    start: async (order, options = {}) => {
      const started = await onStorage(order, (action) => startMachine(action, options));
      if (started.ok) guests.awaitBoot(order.vm_id);
      return started;
    },
    stop: (order, mode = 'graceful') => onMachine(order, (action) => stopMachine(action, mode)),
    pause: (order) => onMachine(order, pauseMachine),
    resume: (order) => onMachine(order, resumeMachine),
    reset: (order) =>
      onMachine(order, (action) => resetMachine(action, () => usePool(node, storage))),
    define: (order, missing) => onStorage(order, (action) => defineMachine(action, missing)),
    reimage: (order, spec) => onStorage(order, (action) => reimageMachine(action, spec)),
    forget: (order) => onMachine(order, forgetMachine),
    deleteDisk: (order) => onStorage(order, deleteDisk),
    delete: (order) => onStorage(order, deleteMachine),
    configure: (order, change) => onStorage(order, (action) => configureMachine(action, change)),
    applyFirewall: (order, firewall) =>
      onMachine(order, (action) => applyFirewall(action, firewall)),
    attach: (order, volume) => onStorage(order, (action) => attachVolume(action, volume)),
    detach: (order, volumeId) => onMachine(order, (action) => detachVolume(action, volumeId)),
    prepareIncoming: (order, incoming) =>
      onStorage(order, (action) => prepareIncoming(action, incoming)),
    offerMachine: (vmId) => answerOf(() => offerMachine(node, vmId)),
    findTarget: (vmId) => answerOf(async () => findTarget(node, vmId)),
    migrate: (order, outgoing) => onStorage(order, (action) => migrateMachine(action, outgoing)),
    activate: (order, proof) => onStorage(order, (action) => activateMachine(action, proof)),
    deleteVolume: (order, pool) =>
      perform(order.volume_id, order, async (signal) => {
        await usePool(node, storage);
        return deleteVolume(node, disksOf(node, signal), {
          volumeId: order.volume_id,
          pool,
        });
      }),
    importVolume: (order, wanted) =>
      perform(order.volume_id, order, async (signal) => {
        await usePool(node, storage);
        const images = disksOf(node, signal);
        return importVolume({ node, order: { ...order, signal }, images }, wanted);
      }),
    takeSnapshot: (order, volume) => onSnapshot(order, (act) => takeSnapshot(act, volume)),
    restoreSnapshot: (order, volumeId, storageClass) =>
      onSnapshot(order, (act) => restoreSnapshot(act, { volumeId, storageClass })),
    deleteSnapshot: (order) => onSnapshot(order, deleteSnapshot),
    exportSnapshot: (order, ticket) => onSnapshot(order, (act) => exportSnapshot(act, ticket)),
    dropExport: (order) => onSnapshot(order, dropExport),
    ...(node.host.uuid === undefined ? {} : { hostUuid: node.host.uuid }),
    hostRestarted: starts.hostRestarted,
    startAfterHostRestart: (order, onStart) =>
      answerOf(async () => {
        const signal = AbortSignal.any([order.signal, closing.signal]);
        const { places, timers } = node;
        const start = (machine: MachineRecord) => {
          if (mayRunElsewhere(node, sharing, machine)) return waitsForServer(machine);
          if (isolation.wasGuarded(machine.vm_id)) return mayBeElsewhere(machine);
          return onStorage({ ...machine, signal }, (action) => startAgain(action, machine, 'host'));
        };
        await startAfterHost({ places, timers, due: starts.due, start, onStart, signal });
        return null;
      }),
    checkGuest: (vmId, conditions) => answerOf(() => checkGuest(node, vmId, conditions)),
    checkHealth: (vmId, check) => answerOf(() => checkHealth(node, vmId, check)),
    openConsole: (vmId, listener) => answerOf(() => openConsole(node, vmId, listener)),
    readConsoleTail: (vmId) => answerOf(async () => readConsoleTail(node, vmId)),
    inspectSnapshots: () =>
      answerOf(async () => {
        await usePool(node, storage);
        return listSnapshots(node);
      }),
    damaged: () => answerOf(() => node.machines.damaged()),
    inspect: () =>
      answerOf(async () => {
        await node.machines.damaged();
        return Promise.all(
          node.machines.list().map(async ({ vm_id }) => {
            const machine = await observe(node, vm_id);
            const addresses = guests.addressesOf(vm_id);
            if (machine.status !== 'running' || addresses === undefined) return machine;
            return { ...machine, guest_ip_addresses: [...addresses] };
          }),
        );
      }),
    measure: () =>
      answerOf(async () => {
        limitLogs(node);
        networks?.repair().catch(() => undefined);
        storage.look().catch(() => undefined);
        node.volumes.look().catch(() => undefined);
        thawLeft(node).catch(() => undefined);
        guests.look();
        return measure();
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      const leaveMachines = node.machines.subscribe(listener);
      return () => {
        listeners.delete(listener);
        leaveMachines();
      };
    },
    storage: () => {
      const own = announceStorage(node.places, sharing, storage.seen());
      const classes = node.volumes.announce();
      const peers = heartbeats?.peers?.();
      if (own === undefined) return undefined;
      return {
        ...own,
        ...(peers === undefined ? {} : { peers: [...peers] }),
        ...(classes === undefined ? {} : { classes }),
      };
    },
    poolHeartbeats: heartbeats,
    isolation,
    ioErrors: () => {
      const own = announceStorage(node.places, sharing, storage.seen());
      return own === undefined ? [] : ioErrors.list(own.pool);
    },
    ...(networks === undefined ? {} : { networks: mappedNetworks(networks) }),
    close: async () => {
      closing.abort(LEAVING);
      heartbeats?.close();
      leave();
      leaveLate();
      guests.close();
      await networks?.close();
      node.releases.close();
      node.machines.close();
    },
  };
}

/** Other nodes reach its root disk, or one of its volumes, which another VM may have by now. */
function mayRunElsewhere(
  { volumes: storages }: QemuNode,
  sharing: DriverStorage['sharing'],
  { volumes }: MachineRecord,
): boolean {
  return sharing === 'shared' || volumes.some(({ volume_id }) => storages.mayBeShared(volume_id));
}

async function waitsForServer({ vm_id }: MachineRecord): DriverAnswer<never> {
  const message =
    `Disks of ${vm_id} are in storage that nodes share, so another node may use them: ` +
    'it waits for a server.';
  return err({ message, next: 'final' });
}

/** It asks to be stopped when the node is isolated, so that it may start elsewhere. */
async function mayBeElsewhere({ vm_id }: MachineRecord): DriverAnswer<never> {
  const message = `${vm_id} may have been started on another node: it waits for a server.`;
  return err({ message, next: 'final' });
}

function mappedNetworks(networks: HostNetworks): NonNullable<Driver['networks']> {
  const { tunnelAddress, mapVersion } = networks;
  return {
    tunnelAddress,
    mapVersion,
    takeMap: (map) =>
      answerOf(async () => {
        await networks.takeMap(map);
        return null;
      }),
  };
}

async function usePool(
  { places, machines, volumes }: QemuNode,
  storage: StorageWatch,
): Promise<void> {
  await Promise.all([storage.look(), volumes.look()]);
  requirePool(places, machines.list().length > 0);
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
  // Such as a run directory that has become read-only.
  if (isSystemError(cause)) {
    return { message: `The host did not do it: ${reasonOf(cause)}.`, next: 'retry' };
  }
  if (!(cause instanceof QmpError)) throw cause;
  const next = cause.failure === 'refused' ? 'final' : 'retry';
  return { message: `QEMU did not do it: ${reasonOf(cause)}.`, next };
}
