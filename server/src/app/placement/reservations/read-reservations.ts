/** Shows and lists the reservations of the caller's tenant. */

import type { Reservation } from '@novacron/contract/kinds/reservation/reservation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import type { PlacementDeps } from '../deps.ts';
import type { WriteScope } from '../scope.ts';
import { reservationGone, toReservation } from './reservation-row.ts';

/** Finds a reservation of the tenant; `not-found` for any other, and after its deadline. */
export async function findReservation(
  { store, clock }: Pick<PlacementDeps, 'store' | 'clock'>,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
): Promise<Result<ReservationRow, Problem>> {
  const [row] = await store.read({ from: 'reservations', where: { id, tenant_id: tenantId } });
  return row === undefined || row.deadline_ms <= clock.nowMs() ? err(reservationGone(id)) : ok(row);
}

/** Shows a reservation. */
export async function getReservation(
  deps: PlacementDeps,
  id: string,
  { principal }: CallContext,
): Promise<Result<Reservation, Problem>> {
  const found = await findReservation(deps, { tenantId: principal.tenantId, id });
  return found.ok ? ok(toReservation(found.value)) : found;
}

/** Lists reservations, including those past their deadline that are not released yet. */
export async function listReservations(
  deps: PlacementDeps,
  input: ParsedInputOf<'reservation.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Reservation>, Problem>> {
  const source = {
    operation: 'reservation.list',
    from: 'reservations',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'rsv',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toReservation)) : page;
}

/** Finds the reservation that a create names; undefined where it names none. */
export async function findNamedReservation(
  input: { readonly reservation_id?: string | undefined },
  { deps, context }: Pick<WriteScope, 'deps' | 'context'>,
): Promise<Result<ReservationRow | undefined, Problem>> {
  const id = input.reservation_id;
  if (id === undefined) return ok(undefined);
  return findReservation(deps, { tenantId: context.principal.tenantId, id });
}
