/** Finds disks of an incident that are still in use although nothing should use them. */
import type { DiskLock } from '@novacron/engine/healing/diagnose/model/diagnosis';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainProblem } from '../../rows/explain-problem.ts';
import { findOccurrence } from './find-occurrence.ts';

/** Failed starts that are looked at. */
const OPERATIONS_MAX = 1_000;

/** Error of QEMU for an image that another process has open (`block/file-posix.c`). */
const LOCKED = /failed to get (shared )?["'](write|consistent read)["'] lock/i;

/** Finds the latest of each VM, by recoveries and starts that failed since it last opened. */
export async function findDiskLocks(
  { store }: Pick<CapabilityDeps, 'store'>,
  row: IncidentRow,
  members: readonly IncidentMemberRow[],
): Promise<readonly DiskLock[]> {
  const { sinceMs, members: own } = findOccurrence(row, members);
  const nodeOf = new Map(own.map(({ vm_id, node_name }) => [vm_id, node_name]));
  const failed = await store.read({
    from: 'operations',
    where: {
      target_id: { in: [...nodeOf.keys()] },
      kind: { in: ['vm.recover', 'vm.start'] },
      status: { in: ['failed', 'stuck'] },
      created_at_ms: { above: sinceMs - 1 },
    },
    orderBy: { column: 'created_at_ms', direction: 'asc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const endMs = row.resolved_at_ms ?? Number.MAX_SAFE_INTEGER;
  const locks = new Map<string, DiskLock>();
  for (const { target_id: id, target_name: vm, finished_at_ms, ...operation } of failed) {
    const atMs = finished_at_ms ?? operation.created_at_ms;
    const node = nodeOf.get(id);
    if (node === undefined || atMs > endMs || !LOCKED.test(explainProblem(operation.problem_json)))
      continue;
    locks.set(id, { vm, node, atMs });
  }
  return [...locks.values()];
}
