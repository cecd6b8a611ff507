/** Recounts what the resources of tenants cost per hour, which every commit moves. */

import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';

/** Corrects wrong rates. A rate that changes meanwhile is left for the next time. */
export async function recountRates({
  store,
  logger,
}: Pick<CapabilityDeps, 'store' | 'logger'>): Promise<void> {
  // Before the charges: a commit in between makes the guard fail.
  const rows = await store.read({ from: 'tenant_rates' });
  const sums = await store.tally({ from: 'charges', by: ['tenant_id'], sum: ['full_rate'] });
  const counted = new Map(sums.map(({ values: [tenant], sums: [sum = 0] }) => [tenant, sum]));
  for (const { id, rate } of rows) {
    const is = counted.get(id) ?? 0;
    if (is === rate) continue;
    const otherwise = replan('The tenant');
    const done = await commitChanges({ store }, [
      {
        kind: 'update',
        table: 'tenant_rates',
        id,
        set: { rate: is },
        expect: { rate },
        otherwise,
      },
    ]);
    if (done.ok) logger.warn({ tenant: id, was: rate, is }, 'the rate of a tenant was corrected');
  }
}
