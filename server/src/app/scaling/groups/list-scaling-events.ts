/** Lists decisions about the sizes of VM groups. */

import type { ScalingEvent } from '@novacron/contract/kinds/vm-group/scaling-event';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { toScalingEvent } from './scaling-event-answers.ts';

/** Lists the scaling events of the caller's tenant, latest first. */
export async function listScalingEvents(
  deps: CapabilityDeps,
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
