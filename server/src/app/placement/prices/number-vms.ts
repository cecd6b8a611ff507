/** Counts the VMs of a tenant, where the price list in force has discounts by their number. */
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { Store } from '../../../ports/store.ts';
import type { PriceBook } from './price-book.ts';

/** What counting VMs needs. */
export interface NumberingDeps {
  readonly store: Pick<Store, 'read'>;
  readonly prices: Pick<PriceBook, 'current'>;
}

/** The tenant of new VMs, and how many others a plan creates before them. */
export interface NumberedFor {
  readonly tenantId: string;
  readonly plannedVms?: number;
}

/** Numbers new VMs after those that the tenant has: a decision then has the price of the bill. */
export async function numberVms(
  { store, prices }: NumberingDeps,
  asks: readonly PlacementRequest[],
  { tenantId, plannedVms = 0 }: NumberedFor,
): Promise<readonly PlacementRequest[]> {
  const model = prices.current()?.model;
  if (model?.kind !== 'generic' || model.discounts.length === 0) return asks;
  const [quota] = await store.read({ from: 'tenant_quotas', where: { id: tenantId } });
  const first = (quota?.vms_used ?? 0) + plannedVms + 1;
  return asks.map((ask, at) => ({ ...ask, vm: { ...ask.vm, tenantVms: first + at } }));
}

/** Numbers one new VM likewise. */
export async function numberVm(
  deps: NumberingDeps,
  ask: PlacementRequest,
  numbered: NumberedFor,
): Promise<PlacementRequest> {
  const [vm = ask] = await numberVms(deps, [ask], numbered);
  return vm;
}
