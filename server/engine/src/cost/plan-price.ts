/** Prices a resource for its admission. */
import { DEFAULT_CLASS, WHOLE } from '@novacron/contract/cost/money';
import type { LockedPrice } from './model/charge.ts';
import type { ClassPrices, Micros, PartPrices, PriceList } from './model/price-list.ts';
import { type PricedVm, priceVm } from './rules/price-vm.ts';

export type { PricedVm } from './rules/price-vm.ts';

/** What is priced: a VM, or what holds as much as one; or stored data. */
export type PricedResource =
  | ({ readonly kind: 'vm' | 'standby' | 'reservation' } & PricedVm)
  | { readonly kind: 'volume'; readonly type: string }
  | { readonly kind: 'snapshot' | 'image' };

/** Returns the unit prices of a resource; null where the list has no price for it. */
export function planPrice(list: PriceList | undefined, wanted: PricedResource): LockedPrice | null {
  if (list === undefined) return null;
  switch (wanted.kind) {
    case 'vm':
    case 'standby':
    case 'reservation':
      return priceVm(list, wanted) ?? null;
    case 'volume':
      return priceStored(list, wanted.type, list.volumeGb.get(wanted.type));
    case 'snapshot':
      return priceStored(list, null, list.snapshotGb ?? 0);
    case 'image':
      return priceStored(list, null, list.imageGb ?? 0);
  }
}

function priceStored(
  { id, currency }: PriceList,
  named: string | null,
  diskGb: Micros | undefined,
): LockedPrice | null {
  if (diskGb === undefined) return null;
  const parts = { cpuCore: 0, memoryGb: 0, diskGb, addresses: 0 };
  return { list: id, currency, class: named, ...parts, flat: 0, factor: WHOLE };
}

/** The list in force: that with the latest start that has passed; of two, the later one by id. */
export function priceListAt<List extends Pick<PriceList, 'id' | 'validFromMs'>>(
  lists: readonly List[],
  nowMs: number,
): List | undefined {
  return lists
    .filter(({ validFromMs }) => validFromMs <= nowMs)
    .toSorted(
      (left, right) => left.validFromMs - right.validFromMs || (left.id < right.id ? -1 : 1),
    )
    .at(-1);
}

/** The prices of nodes of a class; undefined where the list has none, or another model. */
export function classPricesOf(
  { model }: PriceList,
  nodeClass: string | null,
): ClassPrices | undefined {
  if (model.kind !== 'node_classes') return undefined;
  return model.classes.get(nodeClass ?? DEFAULT_CLASS) ?? model.classes.get(DEFAULT_CLASS);
}

/** Hourly prices of the parts of a VM on a node; undefined where a list prices VMs as a whole. */
export function partPricesOf(
  list: PriceList,
  { nodeClass, zone }: { readonly nodeClass: string | null; readonly zone: string },
): (PartPrices & Pick<ClassPrices, 'spotRatio' | 'spotRisk'>) | undefined {
  const { model } = list;
  if (model.kind !== 'generic') return classPricesOf(list, nodeClass);
  const factor = (model.zones.get(zone) ?? WHOLE) / WHOLE;
  const { cpuCore, memoryGb, diskGb } = model.parts;
  const parts = { cpuCore: cpuCore * factor, memoryGb: memoryGb * factor, diskGb };
  return { ...parts, spotRatio: model.spotRatio, spotRisk: 0 };
}
