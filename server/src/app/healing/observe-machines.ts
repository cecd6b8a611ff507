/**
 * The health check of VMs: compares what each VM of a node is said to do and to be with what its
 * machine does and is, and writes down where they differ. It mends nothing: a start makes a VM
 * run again.
 */
import type { Machine } from '@novacron/contract/agent';
import { canonicalJson } from '@novacron/contract/json';
import type { VmStatus } from '@novacron/contract/vm';
import type { Change } from '../../ports/store.ts';
import type { VmRow } from '../../ports/tables.ts';
import { auditChange } from '../audit.ts';
import type { AppDeps } from '../deps.ts';
import { eventChange } from '../events.ts';
import { observedOf } from '../resources/answer-resource.ts';
import { isMachineGone, MACHINE_GONE, withMachine } from '../resources/seen-machine.ts';
import { replan } from '../write.ts';
import { inspectNode } from './inspect-node.ts';
import { observedAfter, planShape, readGroupsOf, shapeChanges } from './observe-shapes.ts';
import type { ObservingParts } from './observe-snapshots.ts';
import { platformCaller } from './platform-caller.ts';

/**
 * Inspects a node and writes down which of its VMs have stopped, started or vanished by themselves,
 * and which are larger, smaller or guarded otherwise there.
 * @returns how many
 */
export async function observeMachines(parts: ObservingParts, node: string): Promise<number> {
  const { deps } = parts;
  // Read before the inspection: whatever is changed afterwards is not touched.
  const rows = await readIdleVms(deps, node);
  if (rows.length === 0) return 0;
  const groups = await readGroupsOf(deps, rows);
  const found = (await inspectNode(deps, node))?.machines;
  if (found === undefined) return 0;
  const machines = new Map<string, Machine>(found.map((machine) => [machine.vm_id, machine]));
  let changed = 0;
  for (const row of rows) {
    const machine = machines.get(row.id);
    const shaped = machine === undefined ? row : await keepShape(machine, row);
    if (shaped !== row) changed += 1;
    const status = planStatus(shaped, machine);
    if (status === undefined) continue;
    const done = await deps.store.commit(statusChanges(deps, { row: shaped, ...status, node }));
    if (!done.ok) continue;
    changed += 1;
    deps.logger.warn({ node, vm: row.id, ...status }, 'a VM changed by itself');
  }
  if (changed > 0) parts.onEvents();
  return changed;

  /** @returns the row as it is then; itself where nothing was written */
  async function keepShape(machine: Machine, row: VmRow): Promise<VmRow> {
    const shape = planShape(row, machine, groups);
    if (shape === undefined) return row;
    const done = await deps.store.commit(shapeChanges(deps, shape, node));
    if (!done.ok) return row;
    deps.logger.warn({ node, vm: row.id, seen: shape.seen ?? null }, 'a machine changed by itself');
    return { ...row, observed_json: observedAfter(shape) };
  }
}

/** The VMs on a node that no operation works on. */
async function readIdleVms({ store }: AppDeps, node: string): Promise<readonly VmRow[]> {
  const [known] = await store.read({ from: 'nodes', where: { name: node } });
  if (known === undefined) return [];
  const held = await store.read({ from: 'allocations', where: { node_id: known.id } });
  const ids = held.map(({ vm_id }) => vm_id);
  if (ids.length === 0) return [];
  const where = { id: { in: ids }, busy_operation_id: null };
  const rows = await store.read({ from: 'vms', where });
  return rows.filter((row) => observedOf(row).node === node);
}

interface NewStatus {
  readonly was: VmStatus;
  readonly status: VmStatus;
}

/** What got stuck stays so: a machine that is there does not say what was to become of it. */
function planStatus(row: VmRow, machine: Machine | undefined): NewStatus | undefined {
  const { status: was } = observedOf(row);
  if (was !== 'running' && was !== 'stopped' && !(was === 'unknown' && isMachineGone(row))) {
    return undefined;
  }
  const found = machine?.status;
  const status = found === 'running' || found === 'stopped' ? found : 'unknown';
  return status === was ? undefined : { was, status };
}

function statusChanges(
  deps: AppDeps,
  { row, was, status, node }: NewStatus & { readonly row: VmRow; readonly node: string },
): Change[] {
  const { id, name, tenant_id: tenantId, generation, observed_json } = row;
  const kind = `vm.${status}`;
  const gone = status === 'unknown' ? MACHINE_GONE : {};
  return [
    {
      kind: 'update',
      table: 'vms',
      id,
      set: { observed_json: canonicalJson({ ...withMachine(observedOf(row)), status, ...gone }) },
      expect: { generation, observed_json, busy_operation_id: null },
      otherwise: replan(`The VM ${name}`),
    },
    auditChange(
      deps,
      platformCaller(deps, tenantId, status === 'stopped' ? 'guest' : 'hypervisor'),
      {
        operation: kind,
        outcome: 'done',
        resourceKind: 'vm',
        target: { id, name },
        changes: { status: { was, is: status } },
        atMs: deps.clock.nowMs(),
      },
    ),
    eventChange(deps, {
      tenantId,
      type: kind,
      source: 'healing',
      target: id,
      priority: status === 'running' ? 'normal' : 'high',
      data: { name, node, was },
    }),
  ];
}
