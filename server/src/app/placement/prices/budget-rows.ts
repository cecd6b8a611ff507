/** Budgets as the engine has them, and as answers carry them. */

import { Budget as BudgetShown } from '@novacron/contract/cost/budget';
import { toAmount } from '@novacron/contract/cost/money';
import type { Budget, BudgetUse } from '@novacron/engine/cost/model/budget';
import { planLevel, planProjection } from '@novacron/engine/cost/plan-budget';
import type { BudgetRow } from '../../../ports/tables/cost-rows.ts';
import { parseShown } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A budget as the engine has it. */
export function toBudget(row: BudgetRow): Budget {
  const { name, hourly, monthly, warn_ratio: warnRatio, alert_ratio: alertRatio } = row;
  return { name, hourly, monthly, warnRatio, alertRatio };
}

/** What a budget is used by, and the currency of its amounts. */
export interface BudgetStanding {
  readonly use: BudgetUse;
  readonly currency: string | null;
  readonly nowMs: number;
}

/** A budget as answers carry it. */
export function toShownBudget(row: BudgetRow, standing: BudgetStanding): BudgetShown {
  const { use, currency, nowMs } = standing;
  return parseShown(row.id, BudgetShown, {
    id: row.id,
    name: row.name,
    tenant_id: row.tenant_id,
    description: row.description,
    currency,
    hourly_limit: toAmount(row.hourly),
    monthly_limit: toAmount(row.monthly),
    warn_ratio: row.warn_ratio,
    alert_ratio: row.alert_ratio,
    enforcement: row.refuses === 1 ? 'refuse' : 'warn',
    level: planLevel(toBudget(row), use, nowMs),
    committed_per_hour: toAmount(use.rate),
    spent_this_month: toAmount(use.spent),
    projected_this_month: toAmount(planProjection(use, nowMs)),
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  });
}
