/** Lists how NovaCron itself has changed the sizes of VM groups. */

import { ScalingEvent } from '@novacron/contract/kinds/vm-group/scaling-event';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { OrchestrationDeps } from './deps.ts';

/** Lists the scaling events of the caller's tenant, latest first. */
export async function listScalingEvents(
  deps: OrchestrationDeps,
  input: ParsedInputOf<'scaling_event.list'>,
  { principal }: CallContext,
): Promise<Result<Page<ScalingEvent>, Problem>> {
  const source = {
    operation: 'scaling_event.list',
    from: 'scaling_events',
    where: { tenant_id: principal.tenantId },
    columns: { group_id: 'cluster_id', at: 'timestamp' },
    idPrefix: 'sce',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toScalingEvent)) : page;
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
