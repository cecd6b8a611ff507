/** Reads price lists, which every tenant may see. */
import type { PriceListShown } from '@novacron/contract/cost/price-list';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import type { Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { inForceOf, toShownPriceList } from './to-price-list.ts';

type ReadDeps = Pick<KernelDeps, 'store' | 'clock'>;

/** Shows a list. Problems: `not-found`. */
export async function getPriceList(
  deps: ReadDeps,
  { id }: ParsedInputOf<'price_list.get'>,
): Promise<Result<PriceListShown, Problem>> {
  const lists = await readShown(deps);
  const found = lists.find((each) => each.id === id);
  return found === undefined ? err(notFound('price list', id)) : ok(found);
}

/** Lists them in the order of their creation. */
export async function listPriceLists(
  deps: ReadDeps,
  input: ParsedInputOf<'price_list.list'>,
): Promise<Result<Page<PriceListShown>, Problem>> {
  const lists = await readShown(deps);
  return listItems({ operation: 'price_list.list', input, nowMs: deps.clock.nowMs() }, lists);
}

async function readShown({ store, clock }: ReadDeps): Promise<readonly PriceListShown[]> {
  const rows = await store.read({ from: 'price_lists' });
  const inForce = inForceOf(rows, clock.nowMs());
  return rows.map((row) => toShownPriceList(row, inForce));
}

/** A list without what nodes cost their operator, which is the platform's. */
export function withoutNodeCosts(list: PriceListShown): PriceListShown {
  const shown = list.node_classes?.map((prices) => ({ ...prices, node: null })) ?? null;
  return { ...list, node_classes: shown };
}
