/** A simulated node: its machines, its capacity and the subscribers to its events. */

import type { MachineUsage } from '@novacron/contract/agent/agent-usage';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { SnapshotId, VmId, VolumeId } from '@novacron/contract/ids';
import type { ForeignDevice } from '@novacron/contract/kinds/vm/foreign-device';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { Clock } from '@novacron/runtime/clock';
import type { AgentDatabase } from '../../database/agent-database.ts';
import type { LocalWrite } from '../../database/group-commits.ts';
import { capacityOf, type FleetNode } from '../../fleet/fleet.ts';
import { type Room, sumOf } from '../capacity.ts';
import type { Driver, DriverCapabilities, DriverEvent, MachineOrder } from '../driver.ts';
import { byName } from '../explain-foreign.ts';
import { GUEST_BOOT_MS } from './check-simulated-guest.ts';
import { measureMachine } from './load-model.ts';
import { openMachineStore, type SimulatedMachine } from './machine-store.ts';
import { hungSince, type Scene, stopped, withoutPause } from './plan-action.ts';
import type { SnapshotScene } from './plan-snapshot.ts';
import type { SharedWorkloads } from './shared-workloads.ts';
import { openSnapshotStore, type SimulatedSnapshot } from './snapshot-store.ts';

/** A change of a machine that no command asked for. */
export type Disturbance =
  /** It stops by itself: its guest has shut down, unless another reason is given. */
  | { readonly kind: 'power-off'; readonly reason?: StopReason }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Its guest hangs until it is started again: it runs, and serves nothing. */
  | { readonly kind: 'hang' }
  /** Its hypervisor process hangs until it is started again: it answers nothing. */
  | { readonly kind: 'process-hang' }
  /** Its guest runs, and serves nothing until a program restarts its service. */
  | { readonly kind: 'service'; readonly is: 'down' | 'up' }
  /** From now on its guest needs so much: it serves nothing while it has less. */
  | { readonly kind: 'need'; readonly memory_mib?: number; readonly cpu_cores?: number }
  | { readonly kind: 'vanish' }
  | { readonly kind: 'unplug'; readonly volume_id: VolumeId }
  /** The interface in a further network is unplugged. */
  | { readonly kind: 'unplug-interface'; readonly network_id: string }
  /** Interfaces that were unplugged are plugged in again. */
  | { readonly kind: 'plug-interfaces' }
  /** A device is plugged in past NovaCron. */
  | { readonly kind: 'plug-device'; readonly device: ForeignDevice }
  | { readonly kind: 'alter'; readonly spec: Partial<MachineSpec> };

/** Dependencies of a simulated node. */
export interface SimulatedNodeOptions {
  readonly node: FleetNode;
  readonly database: AgentDatabase;
  readonly clock: Clock;
  readonly capabilities: DriverCapabilities;
  /** Demand that machines of several nodes share; none when absent. */
  readonly workloads?: SharedWorkloads | undefined;
}

/** A node that actions find and change. */
export interface SimulatedNode {
  readonly sceneOf: (order: MachineOrder) => Scene;
  /**
   * Makes a machine what an action made of it; null removes it. Listeners hear when it is written.
   * @returns the write that makes the change durable; undefined where nothing changes
   */
  readonly stage: (vmId: VmId, machine: SimulatedMachine | null) => LocalWrite | undefined;
  readonly sceneOfSnapshot: (snapshotId: SnapshotId) => SnapshotScene;
  /** Same as `stage`, for a snapshot; snapshots have no events. */
  readonly stageSnapshot: (
    snapshotId: SnapshotId,
    snapshot: SimulatedSnapshot | null,
  ) => LocalWrite | undefined;
  /** Loses a snapshot that no command deleted. */
  readonly loseSnapshot: (snapshotId: SnapshotId) => void;
  /** In the order of their ids. */
  readonly inspectSnapshots: () => readonly SimulatedSnapshot[];
  readonly disturb: (vmId: VmId, disturbance: Disturbance) => void;
  /** The machine as it was written last. */
  readonly find: (vmId: VmId) => SimulatedMachine | undefined;
  /** In the order of their ids. */
  readonly inspect: () => readonly SimulatedMachine[];
  /** Returns each machine's current usage, without waiting for writes. */
  readonly measure: () => readonly MachineUsage[];
  readonly subscribe: Driver['subscribe'];
}

/** Opens the node; its file is touched when the first machine is. */
export function openSimulatedNode(options: SimulatedNodeOptions): SimulatedNode {
  const { clock, capabilities, workloads } = options;
  const { name: node, guest_boot_ms: bootMs = GUEST_BOOT_MS } = options.node;
  const { commits } = options.database;
  const store = openMachineStore(options.database);
  const snapshots = openSnapshotStore(options.database);
  const capacity = capacityOf(options.node);
  const listeners = new Set<(event: DriverEvent) => void>();
  const recordLoad = (vmId: VmId, machine: SimulatedMachine | null): void =>
    workloads?.record({ node, vmId, machine, bootMs });
  if (workloads !== undefined)
    for (const machine of store.listWritten()) recordLoad(machine.vm_id, machine);

  function stage(vmId: VmId, machine: SimulatedMachine | null): LocalWrite | undefined {
    if (machine === null && store.find(vmId) === undefined) return undefined;
    const staged = store.stage(vmId, machine);
    const kind = machine === null ? 'gone' : 'changed';
    return {
      ...staged,
      written: () => {
        staged.written();
        recordLoad(vmId, machine);
        for (const listener of listeners) listener({ kind, vm_id: vmId, atMs: clock.nowMs() });
      },
    };
  }

  function stageSnapshot(
    id: SnapshotId,
    snapshot: SimulatedSnapshot | null,
  ): LocalWrite | undefined {
    if (snapshot === null && snapshots.find(id) === undefined) return undefined;
    return snapshots.stage(id, snapshot);
  }

  /** Written before it returns, like everything that waited. */
  function keep(what: string, change: LocalWrite | undefined): void {
    if (change === undefined) return;
    let failure: { readonly cause: unknown } | undefined;
    const lost = (cause: unknown): void => {
      change.lost(cause);
      failure = { cause };
    };
    // It has been heard of by the time that the promise is broken.
    commits.submit(() => undefined, { ...change, lost }).catch(() => undefined);
    commits.flush();
    if (failure !== undefined) throw new Error(`cannot write ${what}`, failure);
  }

  return {
    sceneOf: ({ vm_id, generation }) => {
      // Asked for by few actions, and there may be a thousand machines to add up.
      const room = (): Room => {
        const others = store.list().filter((machine) => machine.vm_id !== vm_id);
        // What arrives switched off takes no memory.
        const held = others.map(({ status, spec, arrives }) => ({
          status: arrives === undefined ? status : 'stopped',
          spec,
        }));
        return { capacity, held: sumOf(held) };
      };
      return {
        vm_id,
        generation,
        machine: store.find(vm_id),
        capabilities,
        nowMs: clock.nowMs(),
        room,
      };
    },
    stage,
    sceneOfSnapshot: (snapshot_id) => {
      return { snapshot_id, snapshot: snapshots.find(snapshot_id), capabilities };
    },
    stageSnapshot,
    loseSnapshot: (id) => {
      commits.flush();
      keep(id, stageSnapshot(id, null));
    },
    inspectSnapshots: () => {
      commits.flush();
      return [...snapshots.listWritten()].sort((left, right) =>
        left.snapshot_id < right.snapshot_id ? -1 : 1,
      );
    },
    disturb: (vmId, disturbance) => {
      commits.flush();
      const machine = store.find(vmId);
      if (machine === undefined) return;
      keep(vmId, stage(vmId, disturbed(machine, disturbance, clock.nowMs())));
    },
    find: store.find,
    inspect: () => {
      commits.flush();
      const nowMs = clock.nowMs();
      const found = store.listWritten().map((each) => withSilence(withPluggedOnly(each), nowMs));
      return found.sort((left, right) => (left.vm_id < right.vm_id ? -1 : 1));
    },
    measure: () => {
      const nowMs = clock.nowMs();
      return store
        .listWritten()
        .map((machine) => measureMachine(machine, nowMs, workloads?.ratioOf(machine, nowMs)));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The machine with the interfaces that are plugged in. */
function withPluggedOnly(machine: SimulatedMachine): SimulatedMachine {
  const { unplugged_networks: gone } = machine;
  if (gone === undefined) return machine;
  const { further_networks: further = [] } = machine.spec;
  const further_networks = further.filter(({ network_id }) => !gone.includes(network_id));
  return { ...machine, spec: { ...machine.spec, further_networks } };
}

/** The machine with how long its process has answered nothing, where it hangs. */
function withSilence(machine: SimulatedMachine, nowMs: number): SimulatedMachine {
  const sinceMs = hungSince(machine);
  return sinceMs === undefined ? machine : { ...machine, unresponsive_ms: nowMs - sinceMs };
}

/** Returns the disturbed machine; null if gone. */
function disturbed(
  machine: SimulatedMachine,
  disturbance: Disturbance,
  nowMs: number,
): SimulatedMachine | null {
  switch (disturbance.kind) {
    case 'vanish':
      return null;
    case 'power-off':
      return machine.status === 'running'
        ? stopped(machine, disturbance.reason ?? 'guest')
        : { ...withoutPause(machine), status: 'stopped' };
    case 'pause':
      return machine.status === 'running' ? { ...machine, paused: true } : machine;
    case 'hang':
      return { ...machine, hung_at_ms: machine.started_at_ms ?? 0 };
    case 'process-hang': {
      const process_hung = { start_ms: machine.started_at_ms ?? 0, at_ms: nowMs };
      return { ...machine, process_hung };
    }
    case 'service': {
      const { service: _before, ...others } = machine;
      return disturbance.is === 'down' ? { ...others, service: 'down' } : others;
    }
    case 'need': {
      const { kind: _need, ...needs } = disturbance;
      return { ...machine, needs };
    }
    case 'resume':
      return withoutPause(machine);
    case 'unplug': {
      const { volume_id } = disturbance;
      return {
        ...machine,
        volumes: machine.volumes.filter((each) => each.volume_id !== volume_id),
      };
    }
    case 'unplug-interface': {
      const { unplugged_networks: others = [] } = machine;
      return { ...machine, unplugged_networks: [...others, disturbance.network_id] };
    }
    case 'plug-interfaces': {
      const { unplugged_networks: _gone, ...whole } = machine;
      return whole;
    }
    case 'plug-device': {
      const { foreign_devices: others = [] } = machine;
      const devices = [...others, disturbance.device];
      return { ...machine, foreign_devices: devices.sort(byName) };
    }
    case 'alter':
      return { ...machine, spec: { ...machine.spec, ...disturbance.spec } };
  }
}
