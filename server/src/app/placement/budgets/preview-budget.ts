/** Compares what a plan adds to the costs of a tenant with what its budgets leave. */

import type { PreviewedCost } from '@novacron/contract/admission/admission';
import { toAmount } from '@novacron/contract/cost/money';
import type { Problem } from '@novacron/contract/problem/problem';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import type { PlacementDeps } from '../deps.ts';
import { runKeyOf } from '../previews/preview-run.ts';
import { budgetExceeded, countRate, findRateLimit } from '../prices/move-rates.ts';
import type { FullRates, PricedWrite } from '../prices/price-writes.ts';

/** Runs whose costs a server remembers: those of more plans at once are shown by themselves. */
const RUNS_MAX = 1_000;

type PreviewDeps = Pick<KernelDeps, 'store' | 'clock'> &
  Pick<PlacementDeps, 'prices' | 'spentBy' | 'placementMemory'>;

/** A write of a plan. */
export interface PlannedCost extends PricedWrite {
  readonly name: string;
  /** The run of the client; undefined: the write belongs to no plan. */
  readonly session: string | undefined;
  readonly moment: 'plan' | 'apply' | undefined;
  /** Id of the resource that the plan replaces by it. */
  readonly replaces: string | undefined;
}

/** What budgets say about a write of a plan. */
export interface PreviewedBudget extends Pick<PreviewedCost, 'run_per_hour' | 'budget'> {
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

const NOTHING = { run_per_hour: null, budget: null, problems: [], notices: [] } as const;

/** Previews what budgets say; the writes of one run add up. */
export async function previewBudget(
  deps: PreviewDeps,
  write: PlannedCost,
  { before, after }: FullRates,
): Promise<PreviewedBudget> {
  if (after === null) return NOTHING;
  const amount = after - (before ?? 0);
  const run = await addToRun(deps, write, amount);
  const { tenantId } = write;
  const rows = await deps.store.read({
    from: 'budgets',
    where: { tenant_id: tenantId, refuses: 1 },
  });
  const limit = await findRateLimit(deps, rows, tenantId);
  if (limit === undefined) return { ...NOTHING, run_per_hour: toAmount(run) };
  const [counted] = await deps.store.read({ from: 'tenant_rates', where: { id: tenantId } });
  const rate = counted?.rate ?? (await countRate(deps.store, tenantId));
  const left = limit.rateMax - rate;
  const currency = deps.prices.current()?.currency ?? '';
  const [more, sum, rest] = [amount, run, left].map((each) => String(toAmount(each)));
  // At apply, what the run has created is counted already.
  const isExceeded = amount > 0 && run > left && write.moment !== 'apply';
  const notice =
    `It adds ${more} ${currency} per hour to the costs of the tenant. This plan adds ${sum} so ` +
    `far, of ${rest} that the budget ${limit.budget} leaves.`;
  return {
    run_per_hour: toAmount(run),
    budget: {
      name: limit.budget,
      limit_per_hour: toAmount(limit.rateMax),
      left_per_hour: toAmount(left),
    },
    problems: isExceeded ? [budgetExceeded(limit, { rate, asked: run, currency })] : [],
    notices: amount > 0 && !isExceeded && write.moment === 'plan' ? [notice] : [],
  };
}

/** Adds a write to its run. @returns what the run changes so far */
async function addToRun(
  { store, placementMemory: { costs } }: PreviewDeps,
  { session, tenantId, kind, id, isNew, name, replaces }: PlannedCost,
  amount: number,
): Promise<number> {
  if (session === undefined) return amount;
  const key = runKeyOf(tenantId, session);
  const run = costs.get(key) ?? new Map<string, number>();
  // The latest run is the last one in order.
  costs.delete(key);
  costs.set(key, run);
  const [oldest] = costs.keys();
  if (costs.size > RUNS_MAX && oldest !== undefined) costs.delete(oldest);
  run.set(`${kind}/${isNew ? name : id}`, amount);
  if (replaces !== undefined) {
    const [charge] = await store.read({ from: 'charges', where: { id: replaces } });
    run.set(`${kind}/${replaces}`, -(charge?.full_rate ?? 0));
  }
  return [...run.values()].reduce((sum, each) => sum + each, 0);
}
