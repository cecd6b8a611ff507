/** Lists how NovaCron itself has changed the sizes of VM groups. */

import { ScalingEvent } from '@novacron/contract/kinds/vm-group/scaling-event';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { type Page, pageOf } from '../../rows/page.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { OrchestrationDeps } from './deps.ts';

/** Lists the scaling events of the caller's tenant, latest first. */
export async function listScalingEvents(
  { store }: OrchestrationDeps,
  { limit, cursor, group_id }: ParsedInputOf<'scaling_event.list'>,
  { principal }: CallContext,
): Promise<Result<Page<ScalingEvent>, Problem>> {
  const rows = await store.read({
    from: 'scaling_events',
    where: {
      tenant_id: principal.tenantId,
      ...(group_id === undefined ? {} : { cluster_id: group_id }),
      ...(cursor === undefined ? {} : { id: { below: cursor } }),
    },
    orderBy: { column: 'id', direction: 'desc' },
    limit: limit + 1,
  });
  return ok(pageOf(rows, limit, toScalingEvent));
}

function toScalingEvent(row: ScalingEventRow): ScalingEvent {
  const { policy = null, rule = null, from = null, to = null, ...rest } = JSON.parse(row.action);
  return ScalingEvent.parse({
    id: row.id,
    at: toTimestamp(row.timestamp),
    group_id: row.cluster_id,
    trigger_type: row.trigger_type,
    policy,
    rule,
    from,
    to,
    operation_id: rest.operation_id ?? null,
    metrics: JSON.parse(row.metrics),
    prediction: JSON.parse(row.prediction),
  });
}
