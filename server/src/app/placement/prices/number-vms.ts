/** Adds to new VMs what their prices depend on besides their sizes and nodes. */

import { type NetworkIds, networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { Store } from '../../../ports/store.ts';
import { readAddressClasses } from './address-classes.ts';
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

/** A new VM. */
export interface NewVm {
  readonly ask: PlacementRequest;
  /** Its networks; undefined: they are not known yet. */
  readonly networks: NetworkIds | undefined;
}

/**
 * Numbers new VMs after those that the tenant has, and finds the classes of their addresses: a
 * decision then has the price of the bill.
 */
export async function numberVms(
  { store, prices }: NumberingDeps,
  vms: readonly NewVm[],
  { tenantId, plannedVms = 0 }: NumberedFor,
): Promise<readonly PlacementRequest[]> {
  const list = prices.current();
  const hasDiscounts = list?.model.kind === 'generic' && list.model.discounts.length > 0;
  const hasAddresses = list !== undefined && list.addresses.size > 0;
  if (!hasDiscounts && !hasAddresses) return vms.map(({ ask }) => ask);
  const [quota] = await store.read({ from: 'tenant_quotas', where: { id: tenantId } });
  const first = (quota?.vms_used ?? 0) + plannedVms + 1;
  const ids = vms.flatMap(({ networks }) => (networks === undefined ? [] : networkIdsOf(networks)));
  const classes = await readAddressClasses(store, hasAddresses ? ids : []);
  return vms.map(({ ask, networks }, at) => {
    const addressClasses =
      networks === undefined
        ? ('unknown' as const)
        : networkIdsOf(networks).map((id) => classes.get(id) ?? null);
    const tenantVms = hasDiscounts ? first + at : undefined;
    return {
      ...ask,
      vm: { ...ask.vm, tenantVms, addressClasses: hasAddresses ? addressClasses : undefined },
    };
  });
}

/** Numbers one new VM likewise. */
export async function numberVm(
  deps: NumberingDeps,
  vm: NewVm,
  numbered: NumberedFor,
): Promise<PlacementRequest> {
  const [ask = vm.ask] = await numberVms(deps, [vm], numbered);
  return ask;
}
