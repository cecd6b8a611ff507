/** Reads what tenants have spent in the current month. */
import { planMonth } from '@novacron/engine/cost/plan-bill';
import { planSpent } from '@novacron/engine/cost/plan-budget';
import type { Clock } from '@novacron/runtime/clock';
import type { Store } from '../../../ports/store.ts';
import { isReadable } from './charge-rows.ts';

/** What a tenant has spent since the month began, in micro-units. */
export type SpentReader = (tenantId: string) => Promise<number>;

/**
 * Time for which an amount is reused: the ledger of a month is long, and a minute changes little of
 * what is left of a month. Unit: ms.
 */
const REUSED_MS = 60_000;

/** Makes a reader that remembers amounts for a minute. */
export function createSpentReader(ports: {
  readonly store: Pick<Store, 'snapshot'>;
  readonly clock: Clock;
}): SpentReader {
  const known = new Map<string, { readonly spent: number; readonly atMs: number }>();
  return async (tenantId) => {
    const nowMs = ports.clock.nowMs();
    const before = known.get(tenantId);
    const isRecent = before !== undefined && Math.abs(nowMs - before.atMs) < REUSED_MS;
    if (isRecent && before.atMs >= planMonth(nowMs).fromMs) return before.spent;
    const spent = await readSpent(ports, tenantId);
    known.set(tenantId, { spent, atMs: nowMs });
    return spent;
  };
}

/** Adds up the charges of a tenant in this month, as reports do: without damaged rows. */
export async function readSpent(
  { store, clock }: { readonly store: Pick<Store, 'snapshot'>; readonly clock: Clock },
  tenantId: string,
): Promise<number> {
  const nowMs = clock.nowMs();
  const month = planMonth(nowMs);
  const { ended, open } = await store.snapshot({
    ended: {
      from: 'charge_intervals',
      where: { tenant_id: tenantId, until_ms: { above: month.fromMs } },
    },
    open: { from: 'charges', where: { tenant_id: tenantId } },
  });
  const intervals = [
    ...ended.filter(isReadable).map(({ rate, from_ms, until_ms }) => {
      return { rate, fromMs: from_ms, untilMs: until_ms };
    }),
    ...open.filter(isReadable).map(({ rate, since_ms }) => {
      return { rate, fromMs: since_ms, untilMs: nowMs };
    }),
  ];
  return planSpent(intervals, month);
}
