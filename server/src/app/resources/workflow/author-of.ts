/** Author of a workflow version. */
import { TenantId } from '@novacron/contract/ids';
import type { WorkflowVersionRow } from '../../../ports/tables/automation/workflow-rows.ts';
import { personNamed } from '../../access/identity/person-of.ts';
import type { ResourceDeps } from '../deps.ts';

/** The person behind the author: versions of earlier releases only have the author's name. */
export async function authorOf(
  deps: Pick<ResourceDeps, 'store'>,
  { created_by_person, created_by: name, tenant_id }: WorkflowVersionRow,
): Promise<string> {
  return created_by_person ?? personNamed(deps, { name, tenantId: TenantId.parse(tenant_id) });
}
