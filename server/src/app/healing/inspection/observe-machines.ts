/**
 * The health check of VMs: compares the recorded state of each VM of a node with its machine, and
 * records the differences. It repairs nothing: starting a VM is another reconciler's task.
 */
import type { Machine } from '@novacron/contract/agent/machine';
import { canonicalJson } from '@novacron/contract/json';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import type { VmStatus } from '@novacron/contract/kinds/vm/vm-status';
import type { ChangeSet } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import {
  isMachineGone,
  isPaused,
  MACHINE_GONE,
  withMachine,
  withoutHalt,
  withoutPause,
} from '../../rows/observed-machine.ts';
import { replan } from '../../rows/resource-problems.ts';
import { inspectNode } from './inspect-node.ts';
import { observePlugs, readPlugged } from './observe-attachments.ts';
import { keepGuestAddresses, type SeenGuest } from './observe-guests.ts';
import { keepHung } from './observe-hung.ts';
import {
  comparedSpecOf,
  observedAfter,
  planShape,
  readGroupsOf,
  shapeChanges,
} from './observe-machine-specs.ts';
import type { ObservingParts } from './observe-snapshots.ts';
import { type Observed, recordObservedChange } from './record-observed-change.ts';

/**
 * Inspects a node and records which of its VMs have stopped, started or vanished by themselves, and
 * which differ in size, network, firewall or attached volumes.
 * @returns the ids of VMs with an operation in progress, which were not compared
 */
export async function observeMachines(
  parts: ObservingParts,
  node: string,
): Promise<readonly string[]> {
  const { deps } = parts;
  // Read before the inspection: a VM that is changed afterwards is not touched.
  const { known, rows, busy: unseen } = await readVms(deps, node);
  if (rows.length === 0) {
    if (unseen.length === 0) await noteChecked(deps, known);
    return unseen;
  }
  const groups = await readGroupsOf(deps, rows);
  const volumes = await readPlugged(deps, rows);
  const inspection = await inspectNode(deps, node);
  if (inspection === undefined) return unseen;
  const found = inspection.machines;
  const unread = new Map<string, string>(
    inspection.unread?.map(({ vm_id, reason }) => [vm_id, reason]),
  );
  const machines = new Map<string, Machine>(found.map((machine) => [machine.vm_id, machine]));
  unseen.push(...(await observePlugs(deps, volumes, machines)));
  const settled: SeenGuest[] = [];
  for (const row of rows) {
    const machine = machines.get(row.id);
    const shaped = machine === undefined ? row : await keepShape(machine, row);
    const status = planStatus(shaped, machine);
    if (status === undefined) {
      const health = shaped === row ? await keepHung(deps, row, machine) : 'changed';
      noteHealth({ row, machine }, health);
      continue;
    }
    const done = await commitChanges(
      deps,
      statusChanges(deps, { row: shaped, ...status, node, problem: unread.get(row.id) }),
    );
    if (!done.ok) {
      unseen.push(row.id);
      continue;
    }
    const problem = unread.get(row.id);
    deps.logger.warn(
      { node, vm: row.id, ...status, problem },
      'the state of a VM changed unexpectedly',
    );
  }
  await keepGuestAddresses(deps, settled);
  await noteChecked(deps, known);
  return unseen;

  /** One that is not as it was read has an operation that works on it, or has. */
  function noteHealth(seen: SeenGuest, health: Awaited<ReturnType<typeof keepHung>>): void {
    if (health === 'as-before') settled.push(seen);
    else if (health === 'refused') unseen.push(seen.row.id);
  }

  /** @returns the row after the change; the same one where nothing was written */
  async function keepShape(machine: Machine, row: VmRow): Promise<VmRow> {
    const shape = planShape(row, machine, groups);
    if (shape === undefined) return row;
    const done = await commitChanges(deps, shapeChanges(deps, shape, node));
    if (!done.ok) {
      unseen.push(row.id);
      return row;
    }
    deps.logger.warn(
      { node, vm: row.id, seen: shape.seen ?? null },
      'the state of a machine changed unexpectedly',
    );
    return { ...row, observed_json: observedAfter(shape) };
  }
}

/** The VMs on a node without an operation in progress, and the ids of the others there. */
async function readVms(
  { store }: CapabilityDeps,
  node: string,
): Promise<{
  readonly known: NodeRow | undefined;
  readonly rows: VmRow[];
  readonly busy: string[];
}> {
  const [known] = await store.read({ from: 'nodes', where: { name: node } });
  const where = { node_id: known?.id ?? '' };
  const ids = (await store.read({ from: 'allocations', where })).map(({ vm_id }) => vm_id);
  const held =
    ids.length === 0 ? [] : await store.read({ from: 'vms', where: { id: { in: ids } } });
  const rows = held.filter((row) => row.busy_operation_id === null);
  return {
    known,
    // Of a damaged row it is not known what its machine should be.
    rows: mapReadable(rows, (row) => {
      comparedSpecOf(row);
      return observedOf(row).node === node ? [row] : [];
    }).flat(),
    busy: held.filter((row) => row.busy_operation_id !== null).map(({ id }) => id),
  };
}

/** From now on the states of its VMs are those that were observed. */
async function noteChecked(deps: CapabilityDeps, node: NodeRow | undefined): Promise<void> {
  if (node === undefined || node.unchecked_since_ms === null) return;
  // A node that has returned once more meanwhile is inspected again.
  await commitChanges(deps, [
    {
      kind: 'update',
      table: 'nodes',
      id: node.id,
      set: { unchecked_since_ms: null },
      expect: { unchecked_since_ms: node.unchecked_since_ms },
      otherwise: replan(`Node ${node.name}`),
    },
  ]);
}

interface NewStatus {
  readonly was: VmStatus;
  readonly status: VmStatus;
  /** Whether it is paused now; absent where it was so before. */
  readonly pause?: 'paused' | 'resumed';
  /** Reason why it is stopped, if its node knows it. */
  readonly reason?: StopReason;
}

/** A stuck VM stays stuck: the machine alone does not say how its operation was to end. */
function planStatus(row: VmRow, machine: Machine | undefined): NewStatus | undefined {
  const { status: was } = observedOf(row);
  if (was !== 'running' && was !== 'stopped' && !(was === 'unknown' && isMachineGone(row))) {
    return undefined;
  }
  const found = machine?.status;
  const status = found === 'running' || found === 'stopped' ? found : 'unknown';
  const known = status === 'stopped' ? machine?.stop_reason : undefined;
  const reason = known === undefined || known === null ? {} : { reason: known };
  if (status !== was) return { was, status, ...reason };
  const is = status === 'running' && machine?.paused === true;
  return is === isPaused(row) ? undefined : { was, status, pause: is ? 'paused' : 'resumed' };
}

function statusChanges(deps: CapabilityDeps, change: StatusSeen): ChangeSet {
  const { row, status, pause, reason } = change;
  const { id, name, generation, observed_json } = row;
  const gone = status === 'unknown' ? MACHINE_GONE : {};
  const halted = pause === 'paused' ? { paused: true } : {};
  const stopped = reason === undefined ? {} : { stop_reason: reason };
  const kept = withMachine(observedOf(row));
  const before = pause === undefined ? withoutHalt(kept) : withoutPause(kept);
  return [
    {
      kind: 'update',
      table: 'vms',
      id,
      set: {
        observed_json: canonicalJson({ ...before, status, ...gone, ...halted, ...stopped }),
        // It was switched off or on, so what the guest before reported is over.
        ...(pause === undefined ? { guest_addresses_json: null } : {}),
      },
      expect: { generation, observed_json, busy_operation_id: null },
      otherwise: replan(`The VM ${name}`),
    },
    ...recordObservedChange(deps, pause === undefined ? toStatus(change) : toPause(change, pause)),
  ];
}

type StatusSeen = NewStatus & {
  readonly row: VmRow;
  readonly node: string;
  /** Reason why its node cannot read it; undefined if the node does not have it. */
  readonly problem: string | undefined;
};

function toStatus({ row, was, status, node, reason, problem }: StatusSeen): Observed {
  return {
    kind: `vm.${status}`,
    resourceKind: 'vm',
    row,
    by: status === 'stopped' && isByGuest(reason) ? 'guest' : 'hypervisor',
    changes: { status: { was, is: status } },
    news: status === 'running' ? 'good' : 'bad',
    data: {
      node,
      was,
      ...(reason === undefined ? {} : { stop_reason: reason }),
      ...(problem === undefined ? {} : { problem }),
    },
  };
}

/** Nodes that do not say why a machine has stopped are taken to mean its guest, as ever. */
function isByGuest(reason: StopReason = 'guest'): boolean {
  return reason === 'guest' || reason === 'guest_reset' || reason === 'panic';
}

/** It was paused or resumed at its hypervisor: it is neither broken nor stopped. */
function toPause({ row, node }: StatusSeen, pause: 'paused' | 'resumed'): Observed {
  const is = pause === 'paused';
  return {
    kind: `vm.${pause}`,
    resourceKind: 'vm',
    row,
    by: 'hypervisor',
    changes: { paused: { was: !is, is } },
    news: is ? 'bad' : 'good',
    data: { node },
  };
}
