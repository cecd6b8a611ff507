/** Requests complete scans of a tenant: an event, which the server that scans finds. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const REQUESTED = 'compliance_scan.requested';

/** Requests a complete scan. Problems: those of the store. */
export async function requestScan(
  deps: CapabilityDeps,
  context: CallContext,
): Promise<Result<{ readonly requested_at: string }, Problem>> {
  const { tenantId, name } = context.principal;
  const event = eventChange(deps, {
    tenantId,
    type: REQUESTED,
    source: name,
    target: tenantId,
    priority: 'normal',
    data: {},
  });
  const audited = auditChange(deps, context, {
    operation: 'compliance.scan',
    outcome: 'done',
    resourceKind: '',
    target: { id: tenantId, name: tenantId },
    changes: {},
  });
  const requested_at = toTimestamp(deps.clock.nowMs());
  const done = await commitChanges(deps, [event, audited]);
  return done.ok ? ok({ requested_at }) : done;
}

/** Position of the last request behind a position of the events; undefined without one. */
export async function readLastRequest(
  { store }: Pick<CapabilityDeps, 'store'>,
  { tenantId, position }: { readonly tenantId: string; readonly position: number },
): Promise<number | undefined> {
  const where = { tenant_id: tenantId, type: REQUESTED, position: { above: position } };
  const orderBy = { column: 'position', direction: 'desc' } as const;
  const [row] = await store.read({ from: 'events', where, orderBy, limit: 1 });
  return row?.position ?? undefined;
}
