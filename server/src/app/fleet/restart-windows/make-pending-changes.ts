/**
 * Makes changes of VMs that wait for a restart: in the restart window of the VM, or while it is
 * stopped. One server does it, under the lease.
 */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { ChangeSet } from '../../../ports/store.ts';
import type { PendingRestartRow } from '../../../ports/tables/pending-restart-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Check } from '../../resources/scope.ts';
import { prepareVmUpdate } from '../../resources/vm/update/prepare-vm-update.ts';
import { restartWindowOf } from '../../resources/vm/update/restart-window.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { isOff } from '../../rows/observed-machine.ts';
import { replan } from '../../rows/resource-problems.ts';

/** The shortest window has five minutes. Unit: ms. */
const LOOK_MS = 30_000;

/** Maximum number of changes that are begun in a round; the others wait for the next one. */
const CHANGES_PER_ROUND_MAX = 16;

/** Rows that a round looks at; those that were tried longest ago come first. */
const ROWS_PER_ROUND_MAX = 1_000;

/** Backoff of a stopped VM whose change has failed. Unit: ms. */
const AGAIN_MS = 600_000;

/** Dependencies of making pending changes. */
export type PendingParts = BeginParts<CapabilityDeps>;

/** Makes changes that wait for a restart. */
export function pendingChanges(parts: PendingParts): Reconciler {
  return {
    name: 'pending-restarts',
    summary: 'Applies pending changes of VMs in their restart windows.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await changeSome(parts, budget);
      return undefined;
    },
  };
}

interface Due {
  readonly row: VmRow;
  readonly waiting: PendingRestartRow;
}

async function changeSome(parts: PendingParts, budget: ReconcilerBudget): Promise<void> {
  const due = await findDue(parts.deps);
  for (const each of due.slice(0, CHANGES_PER_ROUND_MAX)) {
    if (!budget.mayContinue()) break;
    await change(parts, budget, each);
  }
}

/** VMs without an operation that may be restarted now, or need not be. */
async function findDue({ store, clock }: CapabilityDeps): Promise<readonly Due[]> {
  const waiting = await store.read({
    from: 'pending_restarts',
    orderBy: { column: 'tried_at_ms', direction: 'asc' },
    limit: ROWS_PER_ROUND_MAX,
    damaged: 'blank',
  });
  if (waiting.length === 0) return [];
  const ids = waiting.map(({ id }) => id);
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: ids }, busy_operation_id: null },
  });
  const byId = new Map(waiting.map((each) => [each.id, each]));
  const nowMs = clock.nowMs();
  const due = mapReadable(rows, (row): readonly Due[] => {
    const own = byId.get(row.id);
    return own !== undefined && isDue(row, own, nowMs) ? [{ row, waiting: own }] : [];
  });
  return due.flat();
}

/** Once in each window: a change that has failed would restart the VM again and again. */
function isDue(row: VmRow, { tried_at_ms: triedMs }: PendingRestartRow, nowMs: number): boolean {
  if (isOff(row)) return nowMs - triedMs >= AGAIN_MS;
  const window = restartWindowOf(desiredAs(row, VmSpec));
  // A VM without a window is restarted at once.
  if (window === undefined) return nowMs - triedMs >= AGAIN_MS;
  const openedMs = window.openedAt(nowMs);
  return openedMs !== undefined && triedMs < openedMs;
}

async function change(
  parts: PendingParts,
  { guard }: ReconcilerBudget,
  { row, waiting }: Due,
): Promise<void> {
  const { deps } = parts;
  const tried = triedAt(waiting, deps.clock.nowMs());
  const begun = await beginWrite(parts, {
    who: 'pending-restarts',
    class: 'maintenance',
    target: {
      kind: 'vm',
      row,
      effect: isOff(row) ? 'none' : 'stops',
      priority: desiredAs(row, VmSpec).priority,
    },
    guard,
    name: 'vm.update',
    input: { id: row.id, restart: 'allowed' as const },
    prepare: afterMark([guard(), tried]),
    context: platformContext(deps, row.tenant_id, 'platform'),
  });
  if (begun.kind !== 'refused') return;
  deps.logger.info({ vm: row.id, problem: begun.problem }, 'a change is still waiting');
  // No request asked for it now, so the refusal is an event.
  await commitUnder(guard, deps, [
    { kind: 'patch', table: 'pending_restarts', id: row.id, set: tried.set },
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: 'vm.update.refused',
      source: 'vm',
      target: row.id,
      priority: 'high',
      data: { name: row.name, detail: begun.problem.detail },
    }),
  ]);
}

/**
 * The mark is committed first, and then the change is prepared again: its rollback restores the row
 * with the mark. A change that waits for something more urgent is not marked.
 */
function afterMark(mark: ChangeSet): Check<ParsedInputOf<'vm.update'>> {
  let isMarked = false;
  return async (input, scope) => {
    return extendPlan(await prepareVmUpdate(input, scope), (write) => {
      if (isMarked) return write;
      isMarked = true;
      return { ...write, prerequisites: [...(write.prerequisites ?? []), ...mark] };
    });
  };
}

function triedAt({ id, tried_at_ms, created_at_ms }: PendingRestartRow, nowMs: number) {
  return {
    kind: 'update',
    table: 'pending_restarts',
    id,
    set: { tried_at_ms: nowMs },
    expect: { tried_at_ms, created_at_ms },
    otherwise: replan(`The change of ${id} that waits`),
  } as const;
}
