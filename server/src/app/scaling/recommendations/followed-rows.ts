/** The last recommendation that was followed for each VM and for the fleet, as it is stored. */
import { Recommendation, RecommendationState } from '@novacron/contract/fleet/recommendation';
import type { RecommendationRow } from '../../../ports/tables/learning-rows.ts';
import type { Saga } from '../../kernel/operations/saga.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { WriteScope } from '../../resources/scope.ts';
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

/** Those of a tenant, by the id of the VM, or `fleet`. */
export async function readFollowed(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
): Promise<ReadonlyMap<string, RecommendationRow>> {
  const rows = await store.read({ from: 'recommendations', where: { tenant_id: tenantId } });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Whether it was a size, of which something is measured; plans have no such end. */
export function isSize(row: RecommendationRow): boolean {
  return toFollowed(row).source === 'right_sizing';
}

/** Changes that record a recommendation with the operation that follows it. */
export function recordFollowed(
  recommendation: Recommendation,
): (scope: WriteScope) => Partial<Saga> {
  return ({ context, operationId, nowMs }) => {
    const row: RecommendationRow = {
      id: recommendation.subject_id,
      tenant_id: context.principal.tenantId,
      state: 'applied',
      operation_id: operationId,
      applied_at_ms: nowMs,
      followed_json: JSON.stringify(recommendation),
    };
    return {
      reserve: [{ kind: 'put', into: 'recommendations', row }],
      rollback: [{ kind: 'drop', from: 'recommendations', id: row.id }],
    };
  };
}
