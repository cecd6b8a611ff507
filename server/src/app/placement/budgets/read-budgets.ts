/** Reads budgets: operators of NovaCron see all of them, other callers those of their tenant. */
import type { Budget } from '@novacron/contract/cost/budget';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { BudgetRow } from '../../../ports/tables/cost-rows.ts';
import { findOwnTenant, runsPlatform } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import type { Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { PlacementDeps } from '../deps.ts';
import { type BudgetStanding, toShownBudget } from '../prices/budget-rows.ts';
import { countRate } from '../prices/move-rates.ts';
import { readSpent } from '../prices/read-spent.ts';

type ReadDeps = Pick<KernelDeps, 'store' | 'clock'> & Pick<PlacementDeps, 'prices'>;

/** Shows a budget. Problems: `not-found`, also for one of another tenant. */
export async function getBudget(
  deps: ReadDeps,
  { id }: ParsedInputOf<'budget.get'>,
  context: CallContext,
): Promise<Result<Budget, Problem>> {
  const [row] = await readVisible(deps, context, { id });
  if (row === undefined) return err(notFound('budget', id));
  return ok(toShownBudget(row, await readStanding(deps, row.tenant_id)));
}

/** Lists budgets in the order of their creation. */
export async function listBudgets(
  deps: ReadDeps,
  input: ParsedInputOf<'budget.list'>,
  context: CallContext,
): Promise<Result<Page<Budget>, Problem>> {
  const rows = await readVisible(deps, context, {});
  const standings = new Map<string, BudgetStanding>();
  for (const { tenant_id: id } of rows) {
    if (!standings.has(id)) standings.set(id, await readStanding(deps, id));
  }
  const shown = rows.flatMap((row) => {
    const standing = standings.get(row.tenant_id);
    return standing === undefined ? [] : [toShownBudget(row, standing)];
  });
  return listItems({ operation: 'budget.list', input, nowMs: deps.clock.nowMs() }, shown);
}

async function readVisible(
  { store }: ReadDeps,
  { principal }: CallContext,
  asked: { readonly id?: string },
): Promise<readonly BudgetRow[]> {
  const own = await findOwnTenant(store, principal);
  const visible = runsPlatform(own, principal) ? {} : { tenant_id: principal.tenantId };
  return store.read({ from: 'budgets', where: { ...asked, ...visible } });
}

/** What a tenant uses of its budgets now. */
export async function readStanding(deps: ReadDeps, tenantId: string): Promise<BudgetStanding> {
  const { store, clock, prices } = deps;
  const rate = await countRate(store, tenantId);
  const spent = await readSpent(deps, tenantId);
  const currency = prices.current()?.currency ?? null;
  return { use: { rate, spent }, currency, nowMs: clock.nowMs() };
}
