/** Rows of states, and what happens to them. */
import { coversState } from '@novacron/contract/access/identity';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { TerraformStateRow } from '../../../ports/tables/automation/terraform-state-rows.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';

type RowDeps = Pick<CapabilityDeps, 'store' | 'ids' | 'clock'>;

/** Why Terraform may not go on. */
export type StateRefusal =
  | { readonly kind: 'locked'; readonly lock: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** A state without a lock. */
export const UNLOCKED = {
  lock_id: null,
  lock_json: null,
  locked_by: null,
  locked_at_ms: null,
  lock_execution_id: null,
} as const;

/** Whether a caller has locked a state. The id of a lock proves nothing: a refusal names it. */
export function isHolder(
  { locked_by, lock_execution_id }: TerraformStateRow,
  { name, executionId }: Principal,
): boolean {
  return locked_by === name && lock_execution_id === (executionId ?? null);
}

/** Finds a state by its name. */
export async function findByName(
  { store }: Pick<RowDeps, 'store'>,
  tenantId: string,
  name: string,
): Promise<TerraformStateRow | undefined> {
  const where = { tenant_id: tenantId, name };
  const [row] = await store.read({ from: 'terraform_states', where });
  return row;
}

/** Refuses a state that the API key of the caller may not use; undefined when it may. */
export function refuseState(
  { principal }: Pick<CallContext, 'principal'>,
  name: string,
): Problem | undefined {
  const { terraformStates: patterns } = principal;
  if (patterns === undefined || coversState(patterns, name)) return undefined;
  return problem('forbidden', {
    detail: `${principal.name} may use only these states of Terraform: ${patterns.join(', ')}.`,
    remedy: `Use one of these, or an API key that may use ${name}.`,
  });
}

/** A state without content. */
export function newState(
  { ids, clock }: Pick<RowDeps, 'ids' | 'clock'>,
  { principal }: Pick<CallContext, 'principal'>,
  name: string,
): TerraformStateRow {
  const nowMs = clock.nowMs();
  return {
    id: ids.next('tfst'),
    tenant_id: principal.tenantId,
    name,
    version: 0,
    serial: null,
    lineage: null,
    ...UNLOCKED,
    revision: 1,
    created_at_ms: nowMs,
    created_by: principal.name,
    updated_at_ms: nowMs,
    updated_by: principal.name,
  };
}

/** Changes a state if nothing has changed it since it was read. */
export function updateState(row: TerraformStateRow, set: Partial<TerraformStateRow>): Change {
  return {
    kind: 'update',
    table: 'terraform_states',
    id: row.id,
    set: { ...set, revision: row.revision + 1 },
    expect: { revision: row.revision },
    otherwise: replan(`The state ${row.name}`),
  };
}

/** The entry of the audit log about what Terraform does with a state. */
export function auditOf(
  deps: Pick<CapabilityDeps, 'ids' | 'clock'>,
  context: CallContext,
  { id, name }: Pick<TerraformStateRow, 'id' | 'name'>,
  verb: 'write' | 'lock' | 'unlock',
  fields: Readonly<Record<string, unknown>>,
): Change {
  return auditChange(deps, context, {
    operation: `terraform_state.${verb}`,
    outcome: 'done',
    resourceKind: 'terraform_state',
    target: { id, name },
    changes: fields,
  });
}

/** A request names another lock than the one that is held. */
export function otherLock(
  { name, lock_id }: TerraformStateRow,
  { asked, remedy }: { readonly asked: string; readonly remedy: string },
): Problem {
  return problem('conflict', {
    detail:
      lock_id === null
        ? `The state ${name} is not locked.`
        : `The state ${name} is locked by ${lock_id}, not by ${asked}.`,
    remedy,
    data: { lock_id },
  });
}
