/**
 * The health check of VMs: compares what each VM of a node is said to do, and what guards it, with
 * what its machine does, and writes down where they differ. It mends nothing: a start makes a VM
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
import { replan } from '../write.ts';
import { inspectNode } from './inspect-node.ts';
import { firewallChanges, planFirewalls, readGroupsOf } from './observe-firewalls.ts';
import type { ObservingParts } from './observe-snapshots.ts';
import { platformCaller } from './platform-caller.ts';

/**
 * Inspects a node and writes down which of its VMs have stopped, started or vanished by themselves,
 * and whose firewall is another one there.
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
  let changed = 0;
  for (const firewall of planFirewalls(rows, found, groups)) {
    const done = await deps.store.commit(firewallChanges(deps, firewall, node));
    if (!done.ok) continue;
    changed += 1;
    const { row, seen } = firewall;
    deps.logger.warn({ node, vm: row.id, seen: seen ?? null }, 'a firewall changed by itself');
  }
  for (const { row, was, status } of planStatuses(rows, found)) {
    const done = await deps.store.commit(statusChanges(deps, { row, was, status, node }));
    if (!done.ok) continue;
    changed += 1;
    deps.logger.warn({ node, vm: row.id, was, status }, 'a VM changed by itself');
  }
  if (changed > 0) parts.onEvents();
  return changed;
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
  readonly row: VmRow;
  readonly was: VmStatus;
  readonly status: VmStatus;
}

/** What got stuck stays so: a machine that is there does not say what was to become of it. */
function planStatuses(rows: readonly VmRow[], found: readonly Machine[]): readonly NewStatus[] {
  const statuses = new Map<string, Machine['status']>(
    found.map(({ vm_id, status }) => [vm_id, status]),
  );
  return rows.flatMap((row): NewStatus[] => {
    const { status: was } = observedOf(row);
    if (was !== 'running' && was !== 'stopped') return [];
    const machine = statuses.get(row.id);
    const status = machine === 'running' || machine === 'stopped' ? machine : 'unknown';
    return status === was ? [] : [{ row, was, status }];
  });
}

function statusChanges(
  deps: AppDeps,
  { row, was, status, node }: NewStatus & { readonly node: string },
): Change[] {
  const { id, name, tenant_id: tenantId, generation, observed_json } = row;
  const kind = `vm.${status}`;
  return [
    {
      kind: 'update',
      table: 'vms',
      id,
      set: { observed_json: canonicalJson({ ...observedOf(row), status }) },
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
