/** The port `Driver` on an open node: which action does what, and in which order. */
import { err } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import {
  type Driver,
  type DriverAnswer,
  type DriverCapabilities,
  type DriverEvent,
  type DriverStorage,
  LEAVING,
  type MachineOrder,
  type Order,
  type SnapshotOrder,
} from '../../driver.ts';
import { checkGuest } from '../actions/check-guest.ts';
import { checkHealth } from '../actions/check-health.ts';
import { configureMachine } from '../actions/configure.ts';
import type { SnapshotAct } from '../actions/copy-in-use.ts';
import { defineMachine } from '../actions/define-machine.ts';
import { dropExport, exportSnapshot } from '../actions/export-snapshot.ts';
import { thawLeft } from '../actions/freeze-guest.ts';
import { pauseMachine, resetMachine, resumeMachine, stopMachine } from '../actions/halt.ts';
import { createMachine, startAgain, startMachine } from '../actions/life.ts';
import { findTarget, prepareIncoming } from '../actions/receive-machine.ts';
import { reimageMachine } from '../actions/reimage.ts';
import { deleteDisk, deleteMachine, forgetMachine } from '../actions/remove-machine.ts';
import { activateMachine, migrateMachine, offerMachine } from '../actions/send-machine.ts';
import {
  deleteSnapshot,
  listSnapshots,
  restoreSnapshot,
  takeSnapshot,
} from '../actions/snapshots.ts';
import { startAfterHost } from '../actions/start-after-host.ts';
import { applyFirewall, attachVolume, deleteVolume, detachVolume } from '../actions/volumes.ts';
import { watchGuests } from '../actions/watch-guests.ts';
import { limitLog } from '../files/limit-log.ts';
import { announceStorage } from '../files/storage-pool.ts';
import { roomOf } from '../files/volume-storages.ts';
import type { StorageWatch } from '../files/watch-storage.ts';
import type { isolateMachines } from '../heartbeat/isolate-machines.ts';
import type { OpenHeartbeats } from '../heartbeat/open-heartbeats.ts';
import { importVolume } from '../images/import-volume.ts';
import { cellFacts } from '../machine/bind-to-cell.ts';
import { deviceFacts } from '../machine/host-devices.ts';
import type { MachineRecord } from '../machine/machine-record.ts';
import { createMeter } from '../machine/measure-machines.ts';
import { openConsole, readConsoleTail } from '../machine/open-console.ts';
import {
  actionOf,
  disksOf,
  observe,
  type QemuAction,
  type QemuNode,
} from '../machine/qemu-node.ts';
import type { HostNetworks } from '../network/open-host-networks.ts';
import type { IoErrors } from '../qmp/record-io-errors.ts';
import { answerOf } from './answer-of.ts';
import { explainEnd } from './explain-end.ts';
import type { createLanes } from './lanes.ts';
import { listStoragesAway, usePool } from './use-pool.ts';

/** Dependencies of the driver; its node is open. */
export interface DriverParts {
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
  readonly hostSecurity: NonNullable<Driver['hostSecurity']>;
  /** Aborted when the driver is closed. */
  readonly closing: AbortController;
}

/** Makes the driver of a node: one action at a time on each target, trouble becomes answers. */
export function makeDriver(parts: DriverParts): Driver {
  const { node, storage, capabilities, clock, inTurn, closing, sharing, starts } = parts;
  const { heartbeats, ioErrors, isolation, hostSecurity } = parts;
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
        throw await explainEnd(node.machines, order.vm_id, cause);
      }
    });
  }

  /** Same as `onMachine`, for actions that read or write files in the storage. */
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
    const keyOf = node.stopsLate.get(vm_id);
    const order = { vm_id, generation: record.generation, signal: closing.signal, keyOf };
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
    restoreSnapshot: (order, volumeId, restored = {}) =>
      onSnapshot(order, (act) => restoreSnapshot(act, { ...restored, volumeId })),
    deleteSnapshot: (order) => onSnapshot(order, deleteSnapshot),
    exportSnapshot: (order, ticket) => onSnapshot(order, (act) => exportSnapshot(act, ticket)),
    dropExport: (order) => onSnapshot(order, dropExport),
    ...(node.host.uuid === undefined ? {} : { hostUuid: node.host.uuid }),
    hostSecurity,
    hostRestarted: starts.hostRestarted,
    startAfterHostRestart: (order, onStart) =>
      answerOf(async () => {
        const signal = AbortSignal.any([order.signal, closing.signal]);
        const { places, timers } = node;
        const start = (machine: MachineRecord) => {
          if (mayRunElsewhere(node, sharing, machine)) return waitsForServer(machine);
          if (isolation.wasGuarded(machine.vm_id)) return mayBeElsewhere(machine);
          const { vm_id, generation } = machine;
          const own = { vm_id, generation, signal, keyOf: order.keyOf };
          return onStorage(own, (action) => startAgain(action, machine, 'host'));
        };
        await startAfterHost({ places, timers, due: starts.due, start, onStart, signal });
        return null;
      }),
    checkGuest: (vmId, conditions) =>
      answerOf(() => checkGuest(node, vmId, conditions, () => guests.ask(vmId))),
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
    storagesAway: () => listStoragesAway(node, storage),
    storageRoom: () => [...roomOf(node.places, storage), ...node.volumes.room()],
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

/** Called whenever the node is measured: the agent does that all the time. */
function limitLogs({ places, machines }: QemuNode): void {
  for (const { vm_id } of machines.list()) {
    limitLog(places.files(vm_id).consoleLog);
    limitLog(places.qemuLog(vm_id));
  }
}
