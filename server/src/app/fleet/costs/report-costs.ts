/** Reports what resources have cost in a period. */

import {
  COST_LINES_MAX,
  type CostLine,
  type CostReport,
} from '@novacron/contract/cost/cost-operations';
import { toAmount } from '@novacron/contract/cost/money';
import { TenantId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainBill } from '@novacron/engine/cost/explain-bill';
import type { BillGroup, BillLine } from '@novacron/engine/cost/model/bill';
import { addCharges, BILL_FIELDS, NO_SUMS, planBill } from '@novacron/engine/cost/plan-bill';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type CostDeps, currencyOf, periodOf, scopeOf, toHours } from './cost-scope.ts';
import { readLedger } from './read-ledger.ts';

const LABEL = 'label:';

/** Reports it. Problems: `forbidden`, `validation-failed`. */
export async function reportCosts(
  deps: CostDeps,
  input: ParsedInputOf<'cost.report'>,
  context: Pick<CallContext, 'principal'>,
): Promise<Result<CostReport, Problem>> {
  const nowMs = deps.clock.nowMs();
  const tenant = await scopeOf(deps, input.tenant_id, context);
  if (!tenant.ok) return tenant;
  const period = periodOf(input, nowMs);
  if (!period.ok) return period;
  const request = { period: period.value, groupBy: input.group_by.map(toGroup) };
  const query = { period: period.value, tenantId: tenant.value, labels: input.labels, nowMs };
  let sums = NO_SUMS;
  const damaged: string[] = [];
  for await (const page of readLedger(deps.store, query)) {
    sums = addCharges(sums, page.intervals, request);
    if (sums.size > COST_LINES_MAX) return err(tooManyLines());
    damaged.push(...page.damaged);
  }
  const bill = planBill(sums);
  const currency = await currencyOf(deps);
  const names = await readTenantNames(deps, input.group_by);
  return ok({
    period: { from: toTimestamp(period.value.fromMs), to: toTimestamp(period.value.untilMs) },
    currency: currency ?? null,
    group_by: input.group_by,
    lines: bill.lines.map((line) => toLine(line, request.groupBy, names)),
    total: toAmount(bill.total),
    hours: toHours(bill.chargedMs),
    unknown_hours: toHours(bill.unknownMs),
    damaged,
    explanation: [...explainBill(bill, { period: period.value, currency, damaged })],
  });
}

function toGroup(text: string): BillGroup {
  if (text.startsWith(LABEL)) return { label: text.slice(LABEL.length) };
  return BILL_FIELDS.find((group) => group === text) ?? 'kind';
}

async function readTenantNames({ store }: CostDeps, groups: readonly string[]) {
  const rows = groups.includes('tenant') ? await store.read({ from: 'tenants' }) : [];
  return new Map<string, string>(rows.map(({ id, name }) => [id, name]));
}

function toLine(
  { keys, latest, amount, chargedMs, unknownMs }: BillLine,
  groupBy: readonly BillGroup[],
  tenants: ReadonlyMap<string, string>,
): CostLine {
  const labels: Record<string, string | null> = {};
  const fields: Partial<CostLine> = {};
  for (const [at, group] of groupBy.entries()) {
    const key = keys[at] ?? null;
    if (typeof group === 'object') labels[group.label] = key;
    else if (group === 'class') fields.class = key;
    else if (group === 'tenant') {
      fields.tenant_id = TenantId.parse(latest.tenantId);
      fields.tenant = tenants.get(latest.tenantId) ?? null;
    } else if (group === 'resource') {
      fields.resource_id = latest.resourceId;
      fields.resource = latest.name;
      fields.kind = latest.kind;
      Object.assign(labels, latest.labels);
    } else if (key !== null) fields[group] = key;
  }
  if (Object.keys(labels).length > 0) fields.labels = labels;
  const figures = { hours: toHours(chargedMs), unknown_hours: toHours(unknownMs) };
  return { ...fields, amount: toAmount(amount), ...figures };
}

function tooManyLines(): Problem {
  return problem('validation-failed', {
    detail: `The report would have more than ${COST_LINES_MAX} lines.`,
    remedy: 'Choose a shorter period, a tenant or labels, or fewer groups.',
    fields: [{ path: ['group_by'], message: `must lead to at most ${COST_LINES_MAX} lines` }],
  });
}
