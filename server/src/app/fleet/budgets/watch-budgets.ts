/** Reports when the level of a budget changes: as an event, and as an alert until it is `ok`. */

import type { BudgetLevel } from '@novacron/contract/cost/budget';
import { toAmount } from '@novacron/contract/cost/money';
import type { EventPriority } from '@novacron/contract/events/event';
import { planLevel, planProjection } from '@novacron/engine/cost/plan-budget';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { BudgetRow } from '../../../ports/tables/cost-rows.ts';
import { settleOne, trackAlert } from '../../automation/alerts/track-alerts.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { readStanding } from '../../placement/budgets/read-budgets.ts';
import { type BudgetStanding, toBudget } from '../../placement/prices/budget-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Interval of rounds: levels follow from hours and months. Unit: ms. */
const WATCH_MS = 60_000;

const SEVERITIES = { warn: 'info', alert: 'warning', exceeded: 'critical' } as const;

const PRIORITIES: Readonly<Record<BudgetLevel, EventPriority>> = {
  ok: 'normal',
  warn: 'normal',
  alert: 'high',
  exceeded: 'critical',
};

/** Dependencies of the watch. */
export interface BudgetWatchParts {
  readonly deps: CapabilityDeps;
}

/** Watches the levels of budgets. */
export function budgetWatch({ deps }: BudgetWatchParts): Reconciler {
  return {
    name: 'budget-watch',
    summary: 'Reports when costs reach the levels of budgets.',
    everyMs: WATCH_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await watchBudgets(deps, budget);
      return undefined;
    },
  };
}

async function watchBudgets(deps: CapabilityDeps, round: ReconcilerBudget): Promise<void> {
  const rows = await deps.store.read({ from: 'budgets' });
  const standings = new Map<string, BudgetStanding>();
  const holding = new Set<string>();
  for (const row of rows) {
    if (!round.mayContinue()) return;
    const { tenant_id: tenantId } = row;
    const standing = standings.get(tenantId) ?? (await readStanding(deps, tenantId));
    standings.set(tenantId, standing);
    const level = planLevel(toBudget(row), standing.use, standing.nowMs);
    if (level !== 'ok') holding.add(row.id);
    if (level === row.level) continue;
    await commitUnder(round.guard, deps, [
      setLevel(row, level),
      levelEvent(deps, row, { standing, level }),
      ...(level === 'ok' ? [] : await raise(deps, row, { standing, level })),
    ]);
  }
  await settle(deps, round, holding);
}

/** Ends the alerts of budgets whose level is `ok`, or that are deleted. */
async function settle(
  deps: CapabilityDeps,
  { guard }: ReconcilerBudget,
  holding: ReadonlySet<string>,
): Promise<void> {
  const alerts = await deps.store.read({
    from: 'alerts',
    where: { source: 'budget', state: { not: 'resolved' } },
    damaged: 'blank',
  });
  for (const row of alerts) {
    const rule = holding.has(row.target_id) ? 'holds' : 'ended';
    await commitUnder(guard, deps, settleOne(deps, row, { rule, events: 'published' }));
  }
}

interface Reached {
  readonly standing: BudgetStanding;
  readonly level: BudgetLevel;
}

function setLevel({ id, name, revision, level }: BudgetRow, next: BudgetLevel): Change {
  const expect = { revision, level };
  const otherwise = replan(`The budget ${name}`);
  return { kind: 'update', table: 'budgets', id, set: { level: next }, expect, otherwise };
}

function levelEvent(deps: CapabilityDeps, row: BudgetRow, { standing, level }: Reached): Change {
  return eventChange(deps, {
    tenantId: row.tenant_id,
    type: `budget.${level}`,
    source: 'platform',
    target: row.id,
    priority: PRIORITIES[level],
    data: { name: row.name, before: row.level, ...amountsOf(row, standing) },
  });
}

async function raise(
  deps: CapabilityDeps,
  row: BudgetRow,
  { standing, level }: Reached & { readonly level: keyof typeof SEVERITIES },
): Promise<ChangeSet> {
  const { id, name } = row;
  const tracked = await trackAlert(deps, {
    tenantId: row.tenant_id,
    source: 'budget',
    events: 'published',
    policy: { id, name },
    rule: level,
    target: { kind: 'budget', id, name },
    severity: SEVERITIES[level],
    message: `The level of the budget ${name} is ${level}.`,
    because: Object.entries(amountsOf(row, standing)).map(([what, is]) => `${what}: ${is}`),
  });
  return tracked.changes;
}

function amountsOf(row: BudgetRow, { use, currency, nowMs }: BudgetStanding) {
  const { hourly, monthly } = row;
  return {
    ...(hourly === null ? {} : { hourly_limit: toAmount(hourly) }),
    committed_per_hour: toAmount(use.rate),
    ...(monthly === null ? {} : { monthly_limit: toAmount(monthly) }),
    spent_this_month: toAmount(use.spent),
    projected_this_month: toAmount(planProjection(use, nowMs)),
    currency,
  };
}
