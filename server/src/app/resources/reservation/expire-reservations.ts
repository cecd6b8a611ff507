/** Gives the room of reservations back whose deadline is over, on one of the servers of a store. */
import type { ReservationRow } from '../../../ports/reservation-row.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { OfInstance } from '../../kernel/context/deps.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { Lease } from '../../kernel/leases/leases.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import { type Repeating, repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import { releaseReservation } from '../../placement/reservations/reservation-row.ts';
import type { ResourceDeps } from '../deps.ts';

/** How late room may be given back. Nobody can use it in the meantime. Unit: ms. */
export const EXPIRY_MS = 15_000;

/** Given back in one round; the others wait for the next one. */
const EXPIRED_PER_ROUND_MAX = 100;

/** What expiry acts through. */
export interface ExpiryParts {
  readonly deps: OfInstance<ResourceDeps>;
  readonly lease: Pick<Lease, 'isHeld' | 'guard'>;
  readonly onEvents: () => void;
}

/** Starts it. */
export function expireReservations(parts: ExpiryParts): Repeating {
  const { deps, lease } = parts;
  return repeatWork(deps.timers, {
    everyMs: EXPIRY_MS,
    work: async () => {
      if (lease.isHeld()) await expireSome(parts);
    },
    onFailure: (cause) =>
      deps.logger.warn({ cause }, 'reservations that are over are looked for again later'),
  });
}

async function expireSome(parts: ExpiryParts): Promise<void> {
  const { deps, onEvents } = parts;
  const rows = await deps.store.read({
    from: 'reservations',
    where: { deadline_ms: { below: deps.clock.nowMs() + 1 } },
    orderBy: { column: 'deadline_ms', direction: 'asc' },
    limit: EXPIRED_PER_ROUND_MAX,
  });
  for (const row of rows) await expire(parts, row);
  if (rows.length > 0) onEvents();
}

async function expire({ deps, lease }: ExpiryParts, row: ReservationRow): Promise<void> {
  const target = { id: row.id, name: row.name };
  const done = await deps.store.commit([
    lease.guard(),
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
  // Somebody has used or deleted it, or another server does this now.
  if (!done.ok) deps.logger.info({ reservation: row.id, problem: done.error }, 'not given back');
}
