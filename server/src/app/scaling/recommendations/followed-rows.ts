/** The last recommendation that was followed for each VM, as it is stored. */
import { Recommendation, RecommendationState } from '@novacron/contract/fleet/recommendation';
import type { RecommendationRow } from '../../../ports/tables/learning-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A day: it has seen a night with its backups. Unit: ms. */
export const VERIFIED_AFTER_MS = 86_400_000;

/** A recommendation that was followed. @throws damagedRow */
export function toFollowed(row: RecommendationRow): Recommendation {
  return {
    ...Recommendation.parse(JSON.parse(row.followed_json)),
    state: RecommendationState.parse(row.state),
    applied_at: toTimestamp(row.applied_at_ms),
  };
}

/** Those of a tenant, by the id of the VM. */
export async function readFollowed(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
): Promise<ReadonlyMap<string, RecommendationRow>> {
  const rows = await store.read({ from: 'recommendations', where: { tenant_id: tenantId } });
  return new Map(rows.map((row) => [row.id, row]));
}

/** The row of a recommendation that an operation follows now. */
export function newFollowed(
  recommendation: Recommendation,
  {
    tenantId,
    operationId,
    nowMs,
  }: { readonly tenantId: string; readonly operationId: string; readonly nowMs: number },
): RecommendationRow {
  return {
    id: recommendation.subject_id,
    tenant_id: tenantId,
    state: 'applied',
    operation_id: operationId,
    applied_at_ms: nowMs,
    followed_json: JSON.stringify(recommendation),
  };
}
