/**
 * Closes approvals that no execution waits for: those that too few people gave in time, and those
 * whose subject has changed or is gone. Executions close their own.
 */
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { type ApprovalChange, endApproval } from './approval-changes.ts';
import { expired, voided } from './use-approval.ts';
import type { VoteParts } from './vote-on-approval.ts';

/** Unit: milliseconds. */
const EVERY_MS = 60_000;

/** Approvals that are read at a time. */
const PAGE = 100;

/** Closes them, on one of the servers of a store. */
export function approvalClosing(parts: VoteParts): Reconciler {
  return {
    name: 'approval-closing',
    summary: 'Expires approvals that were not given in time, and voids those of changed subjects.',
    everyMs: EVERY_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      for (const status of ['pending', 'approved'] as const) await closeAll(parts, budget, status);
      return undefined;
    },
  };
}

async function closeAll(
  parts: VoteParts,
  { mayContinue, guard }: ReconcilerBudget,
  status: 'pending' | 'approved',
): Promise<void> {
  const { deps } = parts;
  // A given one that is past its time is of no use any more: it stays as it is.
  const valid = status === 'approved' ? { expires_at_ms: { above: deps.clock.nowMs() } } : {};
  let after = '';
  while (mayContinue()) {
    const rows = await deps.store.read({
      from: 'approvals',
      where: { operation_id: null, status, id: { above: after }, ...valid },
      limit: PAGE,
      damaged: 'blank',
    });
    for (const row of rows) {
      try {
        const change = await findEnd(parts, row);
        if (change === undefined) continue;
        // A vote that came first is seen in the next round.
        await commitUnder(guard, deps, endApproval(deps, row, change).changes);
      } catch (cause) {
        deps.logger.warn({ approval: row.id, cause }, 'an approval cannot be closed');
      }
    }
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

async function findEnd(
  { deps, subjects }: VoteParts,
  row: ApprovalRow,
): Promise<ApprovalChange | undefined> {
  if (row.expires_at_ms <= deps.clock.nowMs()) return expired(row);
  const digest = await subjects[row.subject_kind].digestNow(row);
  if (digest === row.digest) return undefined;
  if (digest !== undefined) return voided(row, 'its subject has changed');
  // What was approved has been done, or is not needed any more.
  return row.status === 'pending' ? voided(row, 'there is nothing left to decide') : undefined;
}
