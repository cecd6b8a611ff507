/** Creates, changes and deletes budgets. Only operators of NovaCron get this far. */

import { BUDGET_DEFAULTS, type Budget } from '@novacron/contract/cost/budget';
import { toAmount, toMicros } from '@novacron/contract/cost/money';
import { BudgetId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { BudgetRow } from '../../../ports/tables/cost-rows.ts';
import { findTargetTenant } from '../../access/tenants/target-tenant.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { notFound, replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { PlacementDeps } from '../deps.ts';
import { toShownBudget } from '../prices/budget-rows.ts';
import { getBudget, readStanding } from './read-budgets.ts';

type WriteDeps = KernelDeps & Pick<PlacementDeps, 'prices'>;
type Written = Promise<Result<{ readonly resource: Budget }, Problem>>;
type Checked = CheckedObject<{ readonly resource: Budget }>;

/** Creates a budget. Problems: `name-taken`, `not-found` for its tenant, `policy-denied`. */
export async function createBudget(
  deps: WriteDeps,
  input: ParsedInputOf<'budget.create'>,
  context: CallContext,
): Written {
  const show = async (id: string): Written => {
    const found = await getBudget(deps, { id: BudgetId.parse(id) }, context);
    return found.ok ? ok({ resource: found.value }) : found;
  };
  const check = () => checkBudgetCreate(deps, input, context);
  return admitObject(deps, context, { name: 'budget.create', check, keyed: { input, show } });
}

/** Checks the creation of a budget. */
export async function checkBudgetCreate(
  deps: WriteDeps,
  input: ParsedInputOf<'budget.create'>,
  { principal }: CallContext,
): Checked {
  const tenant = await findTargetTenant(deps, principal, input.tenant_id);
  if (!tenant.ok) return tenant;
  const nowMs = deps.clock.nowMs();
  const row: BudgetRow = {
    id: deps.ids.next('bud'),
    tenant_id: tenant.value.id,
    name: input.name,
    description: input.description ?? null,
    hourly: toLimit(input.hourly_limit),
    monthly: toLimit(input.monthly_limit),
    warn_ratio: input.warn_ratio,
    alert_ratio: input.alert_ratio,
    refuses: input.enforcement === 'refuse' ? 1 : 0,
    level: 'ok',
    revision: 1,
    created_at_ms: nowMs,
    created_by: principal.name,
    updated_at_ms: nowMs,
    updated_by: principal.name,
  };
  const [namesake] = await deps.store.read({ from: 'budgets', where: { name: row.name } });
  const taken = nameTaken(row.name, namesake?.id);
  return ok({
    ...writeOf('budget.create', row),
    before: null,
    wanted: fieldsOf(row),
    found: refuseRatios(row) ?? (namesake === undefined ? undefined : taken),
    changes: [{ kind: 'insert', into: 'budgets', row, otherwise: taken }],
    answer: { resource: toShownBudget(row, await readStanding(deps, row.tenant_id)) },
  });
}

/** Changes a budget, for requests from now on. */
export function updateBudget(
  deps: WriteDeps,
  input: ParsedInputOf<'budget.update'>,
  context: CallContext,
): Written {
  const check = () => checkBudgetUpdate(deps, input, context);
  return admitObject(deps, context, { name: 'budget.update', check });
}

/** Checks a change of a budget. */
export async function checkBudgetUpdate(
  deps: WriteDeps,
  input: ParsedInputOf<'budget.update'>,
  { principal }: CallContext,
): Checked {
  const current = await findCurrent(deps, input);
  if (!current.ok) return current;
  const row = current.value;
  const next: BudgetRow = {
    ...changed(row, input),
    revision: row.revision + 1,
    updated_at_ms: deps.clock.nowMs(),
    updated_by: principal.name,
  };
  // Its level is written by another.
  const { id, level: _level, ...set } = next;
  const expect = { revision: row.revision };
  const otherwise = replan(`The budget ${row.name}`);
  return ok({
    ...writeOf('budget.update', row),
    before: fieldsOf(row),
    wanted: fieldsOf(next),
    found: refuseRatios(next),
    changes: [{ kind: 'update', table: 'budgets', id, set, expect, otherwise }],
    answer: { resource: toShownBudget(next, await readStanding(deps, row.tenant_id)) },
  });
}

function changed(row: BudgetRow, input: ParsedInputOf<'budget.update'>): BudgetRow {
  const { description, hourly_limit, monthly_limit, enforcement } = input;
  const { warn_ratio, alert_ratio } = input;
  const refuses = (enforcement ?? BUDGET_DEFAULTS.enforcement) === 'refuse' ? 1 : 0;
  return {
    ...row,
    description: description === undefined ? row.description : description,
    hourly: hourly_limit === undefined ? row.hourly : toLimit(hourly_limit),
    monthly: monthly_limit === undefined ? row.monthly : toLimit(monthly_limit),
    warn_ratio:
      warn_ratio === undefined ? row.warn_ratio : (warn_ratio ?? BUDGET_DEFAULTS.warn_ratio),
    alert_ratio:
      alert_ratio === undefined ? row.alert_ratio : (alert_ratio ?? BUDGET_DEFAULTS.alert_ratio),
    refuses: enforcement === undefined ? row.refuses : refuses,
  };
}

/** Deletes a budget. */
export function deleteBudget(
  deps: WriteDeps,
  input: ParsedInputOf<'budget.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = () => checkBudgetDelete(deps, input);
  return admitObject(deps, context, { name: 'budget.delete', check });
}

/** Checks the deletion of a budget. */
export async function checkBudgetDelete(
  deps: WriteDeps,
  input: ParsedInputOf<'budget.delete'>,
): CheckedObject<Record<string, never>> {
  const current = await findCurrent(deps, input);
  if (!current.ok) return current;
  const row = current.value;
  const expect = { revision: row.revision };
  const otherwise = replan(`The budget ${row.name}`);
  return ok({
    ...writeOf('budget.delete', row),
    before: fieldsOf(row),
    wanted: null,
    found: undefined,
    changes: [{ kind: 'delete', from: 'budgets', id: row.id, expect, otherwise }],
    answer: {},
  });
}

async function findCurrent(
  { store }: WriteDeps,
  { id, if_revision }: { readonly id: string; readonly if_revision?: number | undefined },
): Promise<Result<BudgetRow, Problem>> {
  const [row] = await store.read({ from: 'budgets', where: { id } });
  if (row === undefined) return err(notFound('budget', id));
  if (if_revision === undefined || if_revision === row.revision) return ok(row);
  return err(revisionMismatch('budget', row, if_revision));
}

function toLimit(amount: number | null | undefined): number | null {
  return amount == null ? null : toMicros(amount);
}

function refuseRatios({ name, warn_ratio, alert_ratio }: BudgetRow): Problem | undefined {
  if (warn_ratio <= alert_ratio) return undefined;
  return problem('validation-failed', {
    detail: `The budget ${name} warns at ${warn_ratio}, after its alert at ${alert_ratio}.`,
    remedy: 'Set a warn_ratio that is at most the alert_ratio.',
    fields: [{ path: ['warn_ratio'], message: `must be at most ${alert_ratio}` }],
  });
}

function nameTaken(name: string, id: string | undefined): Problem {
  return problem('name-taken', {
    detail: `A budget named ${name} exists already.`,
    remedy: 'Choose another name, or change that budget.',
    fields: [{ path: ['name'], message: `${name} is taken` }],
    ...(id === undefined ? {} : { data: { resource_id: id } }),
  });
}

function writeOf(
  operation: 'budget.create' | 'budget.update' | 'budget.delete',
  { id, name }: BudgetRow,
) {
  return { operation, resourceKind: 'budget', target: { id, name } } as const;
}

/** What policies read, and the audit log records. */
function fieldsOf(row: BudgetRow): JsonObject {
  const { name, tenant_id, description, hourly, monthly, warn_ratio, alert_ratio } = row;
  return {
    name,
    tenant_id,
    description,
    hourly_limit: toAmount(hourly),
    monthly_limit: toAmount(monthly),
    warn_ratio,
    alert_ratio,
    enforcement: row.refuses === 1 ? 'refuse' : 'warn',
  };
}
