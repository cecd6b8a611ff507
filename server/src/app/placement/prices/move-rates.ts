/**
 * Moves the rates of tenants in the commits that change their charges, so that concurrent requests
 * do not exceed a budget together.
 */
import { toAmount } from '@novacron/contract/cost/money';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { RateLimit } from '@novacron/engine/cost/model/budget';
import { planRateLimit, planRateMove } from '@novacron/engine/cost/plan-budget';
import type { Clock } from '@novacron/runtime/clock';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { BudgetRow, TenantRateRow } from '../../../ports/tables/cost-rows.ts';
import { toBudget } from './budget-rows.ts';
import type { PriceBook } from './price-book.ts';
import type { SpentReader } from './read-spent.ts';

/** A change of what the resources of a tenant cost while they run. */
export interface RateMove {
  readonly tenantId: string;
  /** Micro-units per hour. */
  readonly amount: number;
  /** Whether a request asks for it, which budgets may refuse. */
  readonly isAsked: boolean;
}

/** Another server was faster: the commit is planned again. */
export const OVERTAKEN = problem('conflict', {
  detail: 'Another server has recorded a charge of the same tenant.',
  remedy: 'Send the request again.',
  data: { charging: true, replan: true },
});

/** What moving rates needs. */
export interface RateDeps {
  readonly store: Pick<Store, 'snapshot' | 'tally'>;
  readonly clock: Clock;
  readonly prices: Pick<PriceBook, 'current'>;
  readonly spentBy: SpentReader;
}

/** Plans the changes of rates. Problems: `budget-exceeded`. */
export async function planRates(
  deps: RateDeps,
  moves: readonly RateMove[],
): Promise<Result<ChangeSet, Problem>> {
  const sums = sumByTenant(moves);
  if (sums.length === 0) return ok([]);
  const asked = sums.filter(({ isAsked, amount }) => isAsked && amount > 0);
  const { rates, budgets } = await deps.store.snapshot({
    rates: { from: 'tenant_rates', where: { id: { in: sums.map(({ tenantId }) => tenantId) } } },
    budgets: {
      from: 'budgets',
      where: { tenant_id: { in: asked.map(({ tenantId }) => tenantId) }, refuses: 1 },
    },
  });
  const changes: Change[] = [];
  for (const { tenantId, amount, isAsked } of sums) {
    const row = rates.find(({ id }) => id === tenantId);
    const rate = row?.rate ?? (await countRate(deps.store, tenantId));
    const own = budgets.filter(({ tenant_id }) => tenant_id === tenantId);
    const limit = await findRateLimit(deps, own, tenantId);
    const move = planRateMove({ rate, amount, isAsked, limit });
    if (move.kind === 'refused') {
      const currency = deps.prices.current()?.currency ?? '';
      return err(budgetExceeded(move.limit, { rate, asked: amount, currency }));
    }
    changes.push(toChange(row, { ...move, tenantId, rate }));
  }
  return ok(changes);
}

function sumByTenant(moves: readonly RateMove[]): readonly RateMove[] {
  const sums = new Map<string, RateMove>();
  for (const { tenantId, amount, isAsked } of moves) {
    const sum = sums.get(tenantId);
    sums.set(tenantId, {
      tenantId,
      amount: (sum?.amount ?? 0) + amount,
      isAsked: isAsked || sum?.isAsked === true,
    });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0);
}

/** The sum of the full rates of a tenant's charges. */
export async function countRate(store: Pick<Store, 'tally'>, tenantId: string): Promise<number> {
  const where = { tenant_id: tenantId };
  const [group] = await store.tally({ from: 'charges', where, by: [], sum: ['full_rate'] });
  return group?.sums[0] ?? 0;
}

/** The limit of some budgets of a tenant now. */
export async function findRateLimit(
  { clock, spentBy }: Pick<RateDeps, 'clock' | 'spentBy'>,
  budgets: readonly BudgetRow[],
  tenantId: string,
): Promise<RateLimit | undefined> {
  const needsSpent = budgets.some(({ monthly }) => monthly !== null);
  const spent = needsSpent ? await spentBy(tenantId) : 0;
  return planRateLimit(budgets.map(toBudget), spent, clock.nowMs());
}

function toChange(
  row: TenantRateRow | undefined,
  {
    tenantId,
    rate,
    by,
    rateMax,
  }: {
    readonly tenantId: string;
    readonly rate: number;
    readonly by: number;
    readonly rateMax: number | undefined;
  },
): Change {
  const otherwise = OVERTAKEN;
  if (row === undefined) {
    const counted = { id: tenantId, rate: rate + by };
    return { kind: 'insert', into: 'tenant_rates', row: counted, otherwise };
  }
  return {
    kind: 'add',
    table: 'tenant_rates',
    id: tenantId,
    by: [{ column: 'rate', amount: by }],
    ...(rateMax === undefined ? {} : { expect: { rate: { below: rateMax + 1 } } }),
    otherwise,
  };
}

/** A request would cost more than a budget allows. All amounts in micro-units per hour. */
export function budgetExceeded(
  { budget, of, rateMax }: RateLimit,
  {
    rate,
    asked,
    currency,
  }: { readonly rate: number; readonly asked: number; readonly currency: string },
): Problem {
  const [limit, committed, more] = [rateMax, rate, asked].map((each) => toAmount(each));
  const why = of === 'hourly' ? '' : ' until the end of the month, after what is spent';
  return problem('budget-exceeded', {
    detail:
      `The request exceeds the budget ${budget}: it allows ${limit} ${currency} per hour${why}. ` +
      `${committed} are committed, and ${more} more are requested.`,
    remedy:
      'Request less, delete or shrink resources, or ask the operators of NovaCron to raise the ' +
      `budget: novacron budget update ${budget} --${of}-limit AMOUNT`,
    data: {
      budget,
      limit: of,
      limit_per_hour: limit ?? 0,
      committed_per_hour: committed ?? 0,
      requested_per_hour: more ?? 0,
      currency,
    },
  });
}
