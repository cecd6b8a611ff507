/** Reads which changes NovaCron intends to make, and why they wait. */
import { OperationId } from '@novacron/contract/ids';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import type { KernelDeps } from '../context/deps.ts';
import { isWaiting } from './claim-rows.ts';

/** Rows that are looked at. */
const ROWS_MAX = 10_000;

/** Reads those of a tenant, the longest wait first. Those of nodes belong to the platform. */
export async function readWaiting(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  tenantId: string,
): Promise<readonly ArbiterClaimRow[]> {
  const rows = await store.read({
    from: 'arbiter_claims',
    where: { tenant_id: tenantId, operation_id: null },
    limit: ROWS_MAX,
  });
  const nowMs = clock.nowMs();
  return rows
    .filter((row) => isWaiting(row, nowMs))
    .sort((left, right) => left.since_ms - right.since_ms || (left.id < right.id ? -1 : 1));
}

/** The operation that an intent waits for; null where it waits for something else. */
export function holdingOperation({ holder }: ArbiterClaimRow): OperationId | null {
  const parsed = OperationId.safeParse(holder);
  return parsed.success ? parsed.data : null;
}
