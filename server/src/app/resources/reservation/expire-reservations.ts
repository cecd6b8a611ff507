/** Releases expired reservations, on one of the servers of a store. */

import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { releaseReservation } from '../../placement/reservations/reservation-row.ts';
import type { ResourceDeps } from '../deps.ts';

/**
 * Maximum delay before an expired reservation is released. Its capacity stays unused until then.
 * Unit: ms.
 */
export const EXPIRY_MS = 15_000;

/** Released in one round; the others wait for the next one. */
const EXPIRED_PER_ROUND_MAX = 100;

/** Dependencies of reservation expiry. */
export interface ExpiryParts {
  readonly deps: ResourceDeps;
}

/** Releases reservations whose deadline has passed. */
export function reservationExpiry(parts: ExpiryParts): Reconciler {
  return {
    name: 'reservation-expiry',
    summary: 'Releases reservations whose deadline has passed.',
    everyMs: EXPIRY_MS,
    lease: 'reconcilers',
    run: (budget) => expireSome(parts, budget),
  };
}

async function expireSome(parts: ExpiryParts, budget: ReconcilerBudget): Promise<undefined> {
  const { deps } = parts;
  const rows = await deps.store.read({
    from: 'reservations',
    where: { deadline_ms: { below: deps.clock.nowMs() + 1 } },
    orderBy: { column: 'deadline_ms', direction: 'asc' },
    limit: EXPIRED_PER_ROUND_MAX,
  });
  for (const row of rows) await expire(parts, budget, row);
}

async function expire(
  { deps }: ExpiryParts,
  { guard }: ReconcilerBudget,
  row: ReservationRow,
): Promise<void> {
  const target = { id: row.id, name: row.name };
  const done = await commitUnder(guard, deps, [
    ...releaseReservation(row),
    auditChange(deps, platformCaller(deps, row.tenant_id), {
      operation: 'reservation.expire',
      outcome: 'done',
      resourceKind: 'reservation',
      target,
      changes: {},
    }),
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: 'reservation.expired',
      source: 'platform',
      target: row.id,
      priority: 'normal',
      data: { name: row.name, node_id: row.node_id },
    }),
  ]);
  // It was used or deleted in the meantime, or another server holds the lease now.
  if (!done.ok) deps.logger.info({ reservation: row.id, problem: done.error }, 'not given back');
}
