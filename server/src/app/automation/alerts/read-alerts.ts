/** Shows alerts to people. */
import type { Alert } from '@novacron/contract/monitoring/alert-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AlertRow } from '../../../ports/tables/incident-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toAlert } from './alert-rows.ts';

/** Lists the alerts of the caller's tenant, those first that were made last. */
export async function listAlerts(
  deps: CapabilityDeps,
  input: ParsedInputOf<'alert.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Alert>, Problem>> {
  const source = {
    operation: 'alert.list',
    from: 'alerts',
    where: { tenant_id: principal.tenantId },
    columns: {
      target: 'target_name',
      policy: 'policy_name',
      first_seen_at: 'first_seen_at_ms',
      last_seen_at: 'last_seen_at_ms',
    },
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toAlert)) : page;
}

/** Finds an alert of the tenant; another tenant's is not found. */
export async function findAlert(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<AlertRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'alerts', where });
  return row === undefined ? err(notFound('alert', id)) : ok(row);
}
