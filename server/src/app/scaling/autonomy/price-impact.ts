/** What an autonomous decision would change in the costs of a tenant. */
import { toAmount } from '@novacron/contract/cost/money';
import { HOURS_PER_MONTH } from '@novacron/contract/cost/purchase-operations';
import type { Decision } from '@novacron/engine/autonomy/model/decision';
import { sumOfRates } from '../../placement/prices/price-writes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { ObservedGroup } from '../groups/observe-groups.ts';
import type { StoredDecision } from './decision-rows.ts';

/** Adds the price to the expected effects: members cost what they do on average while they run. */
export function priceImpact(
  { prices }: Pick<CapabilityDeps, 'prices'>,
  { group: { members } }: ObservedGroup,
  { expectedImpact: { vms, moves, cpuUsageSoon } }: Decision,
): StoredDecision['expected_impact'] {
  const currency = prices.current()?.currency ?? null;
  const rate = sumOfRates(members.map(({ costPerHour }) => costPerHour));
  const isKnown = currency !== null && rate !== null && members.length > 0;
  const amount = isKnown ? Math.round((rate / members.length) * vms) : null;
  return {
    vms,
    moves,
    cpu_usage_soon: cpuUsageSoon,
    cost_per_hour: toAmount(amount),
    cost_per_month: toAmount(amount === null ? null : amount * HOURS_PER_MONTH),
    currency,
  };
}
