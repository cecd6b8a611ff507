/**
 * Compares the snapshots that a node should have with those that it has. A missing one is marked as
 * lost and kept on record: a person decides what that means. One that is found again, such as after
 * its disk was mounted again, is ready again.
 */
import type { StoredSnapshot } from '@novacron/contract/agent/agent-actions';
import type { SnapshotStatus } from '@novacron/contract/kinds/snapshot/snapshot';
import type { Change } from '../../../ports/store.ts';
import type { SnapshotRow } from '../../../ports/tables/tables.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { releaseSnapshot, snapshotStatusOf } from '../../resources/volume/snapshot-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import { inspectNode } from './inspect-node.ts';

/** Dependencies of the check. */
export interface ObservingParts {
  readonly deps: CapabilityDeps;
}

/** Inspects a node and records what happened to its snapshots. */
export async function observeSnapshots(parts: ObservingParts, node: string): Promise<void> {
  const { deps } = parts;
  // Read before the inspection: a snapshot that is ready by then must be found.
  const rows = await deps.store.read({
    from: 'snapshots',
    where: { node, busy_operation_id: null },
  });
  if (rows.length === 0) return;
  const found = (await inspectNode(deps, node))?.snapshots;
  // An agent that reports no snapshot inventory does not say that there are none.
  if (found === undefined) return;
  for (const { row, status } of planStatuses(rows, found)) {
    const done = await commitChanges(deps, statusChanges(deps, row, status));
    if (!done.ok) continue;
    deps.logger.warn({ node, snapshot: row.id }, `the snapshot ${row.name} is ${status}`);
  }
}

interface NewStatus {
  readonly row: SnapshotRow;
  readonly status: SnapshotStatus;
}

/** A stuck snapshot stays stuck: its presence does not say what it contains. */
function planStatuses(
  rows: readonly SnapshotRow[],
  found: readonly StoredSnapshot[],
): readonly NewStatus[] {
  const ids = new Set<string>(found.map(({ snapshot_id }) => snapshot_id));
  return rows.flatMap((row): NewStatus[] => {
    const status = snapshotStatusOf(row);
    if (status === 'ready' && !ids.has(row.id)) return [{ row, status: 'lost' }];
    if (status === 'lost' && ids.has(row.id)) return [{ row, status: 'ready' }];
    return [];
  });
}

function statusChanges(deps: CapabilityDeps, row: SnapshotRow, status: SnapshotStatus): Change[] {
  const kind = status === 'lost' ? 'snapshot.lost' : 'snapshot.found';
  const { observed_json, busy_operation_id } = row;
  const was = snapshotStatusOf(row);
  const otherwise = replan(`The snapshot ${row.name}`);
  const expect = { generation: row.generation, observed_json, busy_operation_id };
  return [
    { kind: 'update', table: 'snapshots', id: row.id, set: { observed_json }, expect, otherwise },
    releaseSnapshot(row, status),
    auditChange(deps, platformCaller(deps, row.tenant_id, 'hypervisor'), {
      operation: kind,
      outcome: 'done',
      resourceKind: 'snapshot',
      target: { id: row.id, name: row.name },
      changes: { status: { was, is: status } },
      atMs: deps.clock.nowMs(),
    }),
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: kind,
      source: 'healing',
      target: row.id,
      priority: status === 'lost' ? 'high' : 'normal',
      data: { name: row.name, node: row.node, volume_id: row.volume_id },
    }),
  ];
}
