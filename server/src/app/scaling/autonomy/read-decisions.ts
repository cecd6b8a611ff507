/** Shows autonomous decisions. */
import type { AutonomousDecision } from '@novacron/contract/autonomy/autonomous-decision';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AutonomousDecisionRow } from '../../../ports/tables/autonomy-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toAutonomousDecision } from './decision-rows.ts';

/** Lists decisions about the groups of the caller's tenant, latest first. */
export async function listAutonomousDecisions(
  deps: CapabilityDeps,
  input: ParsedInputOf<'autonomous_decision.list'>,
  { principal }: CallContext,
): Promise<Result<Page<AutonomousDecision>, Problem>> {
  const source = {
    operation: 'autonomous_decision.list',
    from: 'autonomous_decisions',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'adec',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toAutonomousDecision)) : page;
}

/** Shows a decision. Problems: `not-found`. */
export async function getAutonomousDecision(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'autonomous_decision.get'>,
  context: CallContext,
): Promise<Result<AutonomousDecision, Problem>> {
  const row = await findDecision(deps, id, context);
  return row.ok ? ok(toAutonomousDecision(row.value)) : row;
}

/** Finds the row of a decision; another tenant's does not exist. Problems: `not-found`. */
export async function findDecision(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<AutonomousDecisionRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'autonomous_decisions', where });
  return row === undefined ? err(notFound('autonomous decision', id)) : ok(row);
}
