/** In whose name steps of executions act. */
import { TenantId } from '@novacron/contract/ids';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { findCurrentPrincipal } from '../../../access/identity/find-current-principal.ts';
import { forbiddenCall, mayCall } from '../../../access/identity/may-call.ts';
import { checkTenantAccess } from '../../../access/tenants/tenant-access.ts';
import { beginRequest, type CallContext } from '../../../kernel/context/call-context.ts';
import type { ExecutionPlan } from '../../../kernel/definitions/operation-definition.ts';
import type { CapabilityStepParts } from '../../../platform/deps.ts';

/** An attempt at a step that acts for who started its execution. */
export interface ContextRun {
  readonly parts: CapabilityStepParts;
  readonly execution: ExecutionPlan;
  readonly row: Tables['operations'];
  readonly signal: AbortSignal;
}

/** The requester as of now: a right that was taken away since is refused. */
export async function contextOf(
  run: ContextRun,
  name: OperationName,
): Promise<Result<CallContext, Problem>> {
  const { parts, execution, row, signal } = run;
  const { by, onBehalfOf } = execution;
  const tenantId = TenantId.parse(row.tenant_id);
  const found = await findCurrentPrincipal(parts.deps, { ...by, tenantId });
  if (!found.ok) return found;
  const behalf = onBehalfOf === undefined ? {} : { onBehalfOf };
  const principal = { ...found.value, kind: by.kind, executionId: row.id, ...behalf };
  if (!mayCall(principal, name)) {
    return err(forbiddenCall(name, operationRow(name).role, principal));
  }
  const served = await checkTenantAccess(parts.deps, name, {}, principal);
  if (!served.ok) return served;
  return ok({
    principal,
    requestId: parts.deps.ids.next('req'),
    client: by.client,
    deployment: 'default',
    signal,
    request: beginRequest(),
  });
}
