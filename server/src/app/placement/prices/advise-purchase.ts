/** Compares ways to buy a VM size, or the VMs of a tenant by their use. */
import { toAmount, toMicros } from '@novacron/contract/cost/money';
import {
  HOURS_PER_MONTH,
  type PurchaseAdvice,
  type PurchaseItem,
  type PurchaseOptionShown,
} from '@novacron/contract/cost/purchase-operations';
import { VmId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { describeTradeOff, explainPurchase } from '@novacron/engine/cost/explain-purchase';
import type { ChargeInterval } from '@novacron/engine/cost/model/charge';
import type { PurchaseOption, PurchaseQuestion } from '@novacron/engine/cost/model/purchase';
import { toInterval as intervalOf } from '@novacron/engine/cost/plan-charge';
import { planPurchase } from '@novacron/engine/cost/plan-purchase';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { toInterval, toOpenCharge } from './charge-rows.ts';
import type { PriceBook } from './price-book.ts';

const MIB_PER_GB = 1024;

const HOUR_MS = 3_600_000;

/** Days of the ledger that show how VMs are used. */
const DAYS = 30;

const SPAN_MS = DAYS * 24 * HOUR_MS;

/** VMs of an answer; the others are in its totals. */
const ITEMS_MAX = 100;

type AdviceDeps = Pick<KernelDeps, 'store' | 'clock'> & {
  readonly prices: Pick<PriceBook, 'current'>;
};

/**
 * Compares ways to buy. Problems: `not-found` where no price list is in force, `validation-failed`
 * for half a size.
 */
export async function advisePurchase(
  deps: AdviceDeps,
  input: ParsedInputOf<'cost.advise'>,
  { principal: { tenantId } }: CallContext,
): Promise<Result<PurchaseAdvice, Problem>> {
  const list = deps.prices.current();
  if (list === undefined) return err(NO_LIST);
  const { cpu_cores, memory_gb, hours_per_month, months, spot_risk_max: spotRiskMax } = input;
  const [quota] = await deps.store.read({ from: 'tenant_quotas', where: { id: tenantId } });
  const vms = quota?.vms_used ?? 0;
  const about = { list, months, spotRiskMax };
  if (cpu_cores !== undefined && memory_gb !== undefined) {
    const memoryMib = Math.round(memory_gb * MIB_PER_GB);
    const size = { cpuCores: cpu_cores, memoryMib, hoursPerMonth: hours_per_month };
    return ok(toAdvice(about, [toItem(undefined, { ...about, ...size, tenantVms: vms + 1 })]));
  }
  if (cpu_cores !== undefined || memory_gb !== undefined) return err(HALF_A_SIZE);
  const used = await readUse(deps, tenantId);
  const items = used.map((each) => toItem(each, { ...about, ...each, tenantVms: vms }));
  return ok(toAdvice(about, items));
}

const NO_LIST = problem('not-found', {
  detail: 'No price list is in force, so nothing has a price.',
  remedy: 'Ask an administrator to create one: `novacron price-list create --help`.',
});

const HALF_A_SIZE = problem('validation-failed', {
  detail: 'A size has both cpu_cores and memory_gb.',
  remedy: 'Give both, or neither for the VMs that you have.',
  fields: [
    { path: ['cpu_cores'], message: 'is needed with memory_gb' },
    { path: ['memory_gb'], message: 'is needed with cpu_cores' },
  ],
});

/** A VM, and how it was used. */
interface UsedVm extends Pick<PurchaseQuestion, 'cpuCores' | 'memoryMib' | 'hoursPerMonth'> {
  readonly id: string;
  readonly name: string;
}

/** The VMs that exist, by their hours in the ledger; each has its present size. */
async function readUse({ store, clock }: AdviceDeps, tenantId: string): Promise<readonly UsedVm[]> {
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - SPAN_MS;
  const { charges, intervals } = await store.snapshot({
    charges: { from: 'charges', where: { tenant_id: tenantId, kind: 'vm' } },
    intervals: {
      from: 'charge_intervals',
      where: { tenant_id: tenantId, kind: 'vm', until_ms: { above: sinceMs } },
    },
  });
  const hours = new Map<string, number>();
  const count = ({ resourceId, state, fromMs, untilMs }: ChargeInterval) => {
    if (state !== 'running') return;
    const spanMs = Math.max(0, untilMs - Math.max(fromMs, sinceMs));
    hours.set(resourceId, (hours.get(resourceId) ?? 0) + spanMs / HOUR_MS);
  };
  for (const interval of intervals.flatMap((row) => toInterval(row) ?? [])) count(interval);
  return charges.map(toOpenCharge).map((charge) => {
    count(intervalOf(charge, nowMs));
    const { id, name, amounts } = charge;
    const share = Math.min(1, (hours.get(id) ?? 0) / (SPAN_MS / HOUR_MS));
    const { cpuCores, memoryMib } = amounts;
    return { id, name, cpuCores, memoryMib, hoursPerMonth: share * HOURS_PER_MONTH };
  });
}

function toItem(vm: UsedVm | undefined, question: PurchaseQuestion): PurchaseItem {
  const plan = planPurchase(question);
  return {
    vm_id: vm === undefined ? null : VmId.parse(vm.id),
    vm: vm?.name ?? null,
    cpu_cores: question.cpuCores,
    memory_gb: question.memoryMib / MIB_PER_GB,
    hours_per_month: Math.round(question.hoursPerMonth * 10) / 10,
    options: plan.options.map(toShown),
    explanation: [...explainPurchase(plan, question)],
  };
}

function toShown(option: PurchaseOption): PurchaseOptionShown {
  const { kind, type, years, breakEvenHours, breakEvenMonths, risk } = option;
  return {
    kind,
    type,
    years,
    upfront: toAmount(option.upfront),
    hourly: toAmount(option.hourly),
    total: toAmount(option.total),
    savings: toAmount(option.savings),
    break_even_hours: breakEvenHours === null ? null : Math.ceil(breakEvenHours),
    break_even_months: breakEvenMonths === null ? null : Math.ceil(breakEvenMonths),
    risk,
    trade_off: describeTradeOff(option),
  };
}

function toAdvice(
  { list, months }: Pick<PurchaseQuestion, 'list' | 'months'>,
  items: readonly PurchaseItem[],
): PurchaseAdvice {
  const onDemand = items.map(({ options }) => options.find(({ kind }) => kind === 'on_demand'));
  const savingsOf = ({ options }: PurchaseItem) => options[0]?.savings ?? 0;
  const sorted = items.toSorted((left, right) => savingsOf(right) - savingsOf(left));
  return {
    price_list: list.name,
    currency: list.currency,
    months,
    on_demand_total: sumOf(onDemand.map((option) => option?.total ?? 0)),
    cheapest_total: sumOf(items.map(({ options }) => options[0]?.total ?? 0)),
    items: sorted.slice(0, ITEMS_MAX),
    vms_left_out: Math.max(0, items.length - ITEMS_MAX),
  };
}

/** Sums amounts as integers of micro-units. */
function sumOf(amounts: readonly number[]): number {
  return toAmount(amounts.reduce((sum, amount) => sum + toMicros(amount), 0));
}
