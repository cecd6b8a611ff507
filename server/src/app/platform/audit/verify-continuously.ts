/** Verifies the audit logs of all tenants all the time, a part in each round. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Tables } from '../../../ports/tables/tables.ts';
import { readAuditMark } from '../../kernel/audit/audit-mark.ts';
import { readAuditPage } from '../../kernel/audit/read-audit-page.ts';
import {
  type AuditWalk,
  checkEnd,
  positionOf,
  visitEntry,
} from '../../kernel/audit/verify-audit-chain.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';

/** Unit: ms. */
const ROUND_MS = 60_000;

/** A part of a large log: seven million entries a day. Unit: pages of 500 entries. */
const PAGES_PER_ROUND_MAX = 10;

/** Verified entries may be changed later, so each walk begins again at the start. Unit: ms. */
const WALK_MS = 86_400_000;

/** No end of the chain was noted elsewhere. */
const NOTHING_NOTED: ParsedInputOf<'audit.verify'> = {};

type Progress = Tables['audit_verifications'];
type Deps = Pick<KernelDeps, 'store' | 'clock' | 'logger'>;

/** Verifies the audit log of each tenant, resuming where the last round stopped. */
export function auditVerification(deps: Deps): Reconciler {
  return {
    name: 'audit-verification',
    summary: 'Verifies the audit log of each tenant, from its start once a day.',
    everyMs: ROUND_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const { heads, known } = await deps.store.snapshot({
        heads: { from: 'audit_heads' },
        known: { from: 'audit_verifications' },
      });
      const progressOf = new Map(known.map((row) => [row.id, row]));
      // The tenant comes first whose end was not reached for the longest time.
      const waitedFor = ({ id }: { readonly id: string }) =>
        progressOf.get(id)?.verified_at_ms ?? 0;
      const due = heads.toSorted((one, two) => waitedFor(one) - waitedFor(two));
      let pages = PAGES_PER_ROUND_MAX;
      for (const head of due) {
        if (pages <= 0 || !budget.mayContinue()) break;
        const walked = await walkOn(deps, { head, known: progressOf.get(head.id), pages });
        pages -= walked.pages;
        await store(deps, budget, walked);
      }
      return undefined;
    },
  };
}

interface Task {
  readonly head: Tables['audit_heads'];
  readonly known: Progress | undefined;
  readonly pages: number;
}

interface Walked {
  readonly pages: number;
  readonly next: Progress | undefined;
  readonly findings: AuditWalk['findings'];
}

async function walkOn(deps: Deps, { head, known, pages }: Task): Promise<Walked> {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  const mark = await readAuditMark(store, head.id);
  const isNew = known === undefined || nowMs - known.started_at_ms >= WALK_MS;
  const begun = isNew ? undefined : known;
  // Retention has deleted entries that were not visited yet.
  const isBehind = begun !== undefined && begun.position < mark.position;
  const from = begun === undefined || isBehind ? mark : { ...begun, hash: begun.hash ?? undefined };
  const walk: AuditWalk = {
    findings: [],
    entries: 0,
    position: from.position,
    hash: from.hash,
  };
  let read = 0;
  for (let isMore = true; isMore && read < pages && walk.position < head.position; read += 1) {
    const page = await readAuditPage(store, { tenantId: head.id, after: walk.position });
    const found = page.filter((entry) => positionOf(entry) <= head.position);
    for (const entry of found) visitEntry(walk, entry, NOTHING_NOTED);
    isMore = found.length > 0;
  }
  const isEnd = read < pages || walk.position >= head.position;
  if (isEnd) checkEnd(walk, head, NOTHING_NOTED);
  const after = await readAuditMark(store, head.id);
  // Entries deleted by retention during the walk look as if they were missing.
  if (after.position !== mark.position) return { pages: read, next: undefined, findings: [] };
  const startedMs = begun?.started_at_ms ?? nowMs;
  const brokenMs = walk.findings.length > 0 ? nowMs : (known?.broken_at_ms ?? null);
  const isHealed = isEnd && brokenMs !== null && brokenMs < startedMs;
  return {
    pages: Math.max(1, read),
    findings: walk.findings,
    next: {
      id: head.id,
      position: walk.position,
      hash: walk.hash ?? null,
      started_at_ms: startedMs,
      verified_at_ms: isEnd ? nowMs : (known?.verified_at_ms ?? null),
      broken_at_ms: isHealed ? null : brokenMs,
    },
  };
}

async function store(
  deps: Deps,
  { guard }: ReconcilerBudget,
  { next, findings }: Walked,
): Promise<void> {
  if (next === undefined) return;
  if (findings.length > 0) {
    deps.logger.error({ tenantId: next.id, findings }, 'the audit log was changed');
  }
  const done = await commitUnder(guard, deps, [
    { kind: 'put', into: 'audit_verifications', row: next },
  ]);
  if (!done.ok) deps.logger.info({ problem: done.error }, 'the verification waits for its round');
}
