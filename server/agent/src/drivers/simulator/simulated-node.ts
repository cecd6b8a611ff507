/** A simulated node: its machines, its capacity and whoever listens to what happens on it. */
import type { MachineSpec } from '@novacron/contract/agent';
import type { VmId } from '@novacron/contract/ids';
import type { AgentDatabase } from '../../agent-database.ts';
import type { Clock } from '../../clock.ts';
import type { Driver, DriverCapabilities, DriverEvent, MachineOrder } from '../../driver.ts';
import { capacityOf, type FleetNode } from '../../fleet.ts';
import type { LocalWrite } from '../../group-commits.ts';
import { openMachineStore, type SimulatedMachine } from './machine-store.ts';
import type { Scene } from './plan-action.ts';
import { sumOf } from './room.ts';

/** What happens to a machine without anybody having commanded it. */
export type Disturbance =
  | { readonly kind: 'power-off' }
  | { readonly kind: 'vanish' }
  | { readonly kind: 'alter'; readonly spec: Partial<MachineSpec> };

/** What a simulated node is made of. */
export interface SimulatedNodeOptions {
  readonly node: FleetNode;
  readonly database: AgentDatabase;
  readonly clock: Clock;
  readonly capabilities: DriverCapabilities;
}

/** A node that actions find and change. */
export interface SimulatedNode {
  readonly sceneOf: (order: MachineOrder) => Scene;
  /**
   * Makes a machine what an action made of it; null removes it. Listeners hear when it is written.
   * @returns the write that makes it so for good; undefined where nothing changes
   */
  readonly stage: (vmId: VmId, machine: SimulatedMachine | null) => LocalWrite | undefined;
  readonly disturb: (vmId: VmId, disturbance: Disturbance) => void;
  /** In the order of their ids. */
  readonly inspect: () => readonly SimulatedMachine[];
  readonly subscribe: Driver['subscribe'];
}

/** Opens the node; its file is touched when the first machine is. */
export function openSimulatedNode(options: SimulatedNodeOptions): SimulatedNode {
  const { clock, capabilities } = options;
  const { commits } = options.database;
  const store = openMachineStore(options.database);
  const capacity = capacityOf(options.node);
  const listeners = new Set<(event: DriverEvent) => void>();

  function stage(vmId: VmId, machine: SimulatedMachine | null): LocalWrite | undefined {
    if (machine === null && store.find(vmId) === undefined) return undefined;
    const staged = store.stage(vmId, machine);
    const kind = machine === null ? 'gone' : 'changed';
    return {
      ...staged,
      written: () => {
        staged.written();
        for (const listener of listeners) listener({ kind, vm_id: vmId, atMs: clock.nowMs() });
      },
    };
  }

  /** Written before it returns, like everything that waited. */
  function keep(vmId: VmId, machine: SimulatedMachine | null): void {
    const change = stage(vmId, machine);
    if (change === undefined) return;
    let failure: { readonly cause: unknown } | undefined;
    const lost = (cause: unknown): void => {
      change.lost(cause);
      failure = { cause };
    };
    // It has been heard of by the time that the promise is broken.
    commits.submit(() => undefined, { ...change, lost }).catch(() => undefined);
    commits.flush();
    if (failure !== undefined) throw new Error(`cannot write ${vmId}`, failure);
  }

  return {
    sceneOf: ({ vm_id, generation }) => {
      const others = store.list().filter((machine) => machine.vm_id !== vm_id);
      const room = { capacity, held: sumOf(others.map(({ spec }) => spec)) };
      return { vm_id, generation, machine: store.find(vm_id), capabilities, room };
    },
    stage,
    disturb: (vmId, disturbance) => {
      commits.flush();
      const machine = store.find(vmId);
      if (machine === undefined) return;
      if (disturbance.kind === 'vanish') keep(vmId, null);
      else if (disturbance.kind === 'power-off') keep(vmId, { ...machine, status: 'stopped' });
      else keep(vmId, { ...machine, spec: { ...machine.spec, ...disturbance.spec } });
    },
    inspect: () => {
      commits.flush();
      return [...store.listWritten()].sort((left, right) => (left.vm_id < right.vm_id ? -1 : 1));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
