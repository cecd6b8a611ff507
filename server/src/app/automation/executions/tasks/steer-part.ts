/** Cancels, pauses and resumes executions that are parts of another one, with that one. */
import { TenantId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { type SteeringParts, steer } from '../../../kernel/operations/steer-operations.ts';
import type { OperationCaller, Steering } from '../../../kernel/operations/steering-changes.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import type { AutomationRun } from './automation-run.ts';

type OperationRow = Tables['operations'];

/** Dependencies of pausing and resuming. */
export interface PartsOfSteering extends SteeringParts {
  readonly deps: CapabilityDeps;
}

/** Plans what becomes of an execution; a problem where that is refused. */
export type PlanOfPart = (
  deps: CapabilityDeps,
  of: { readonly row: OperationRow; readonly log: readonly LogEntry[] },
  by: OperationCaller,
) => Result<Steering, Problem>;

/** Returns the caller for a server that forwards a person's request. */
export function callerOf(
  { parts, row }: Pick<AutomationRun, 'parts' | 'row'>,
  name: string,
): OperationCaller {
  return {
    principal: { name, tenantId: TenantId.parse(row.tenant_id) },
    client: 'platform',
    requestId: parts.deps.ids.next('req'),
  };
}

/** Steers one execution; what it does not allow, such as a second pause, changes nothing. */
export async function steerPart(
  parts: PartsOfSteering,
  id: string,
  by: OperationCaller,
  plan: PlanOfPart,
): Promise<void> {
  const done = await steer(parts, id, by, async (row, log) => plan(parts.deps, { row, log }, by));
  if (!done.ok) parts.deps.logger.debug({ execution: id, why: done.error.detail }, 'left as it is');
}

/** Executions that the steps of another one have started and that have not ended. */
export async function findParts(
  { store }: Pick<CapabilityDeps, 'store'>,
  executionId: string,
): Promise<readonly OperationRow[]> {
  const rows = await store.read({
    from: 'execution_steps',
    where: { execution_id: executionId, result: null },
  });
  const ids = rows.flatMap(({ operation_id }) => (operation_id === null ? [] : [operation_id]));
  if (ids.length === 0) return [];
  return store.read({
    from: 'operations',
    where: { id: { in: ids }, kind: 'workflow.run', finished_at_ms: null },
    damaged: 'blank',
  });
}
