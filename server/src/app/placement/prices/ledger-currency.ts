/** The currency of what is charged already: amounts of two currencies do not add up. */
import type { Store } from '../../../ports/store.ts';

/** Reads the currency of the ledger; null where it has no amounts. */
export async function ledgerCurrency(store: Pick<Store, 'snapshot'>): Promise<string | null> {
  const { open, ended } = await store.snapshot({
    open: { from: 'charges', where: { full_rate: { above: 0 } }, limit: 1 },
    ended: { from: 'charge_intervals', where: { rate: { above: 0 } }, limit: 1 },
  });
  return open[0]?.currency ?? ended[0]?.currency ?? null;
}
