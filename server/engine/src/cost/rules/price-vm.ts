/** Prices a VM by the model of a price list. */
import { DEFAULT_CLASS, WHOLE } from '@novacron/contract/cost/money';
import type { ChargedAmounts, LockedPrice } from '../model/charge.ts';
import type {
  InstanceType,
  Micros,
  Millionths,
  PriceList,
  PriceModel,
  VolumeDiscount,
} from '../model/price-list.ts';

/** A VM, and where it is or would be. */
export interface PricedVm {
  readonly amounts: ChargedAmounts;
  readonly spot: boolean;
  /** Class of its node; null: its node has none. */
  readonly nodeClass: string | null;
  readonly zone: string;
  /** Class of each of its addresses; null: its network has none. */
  readonly addressClasses: readonly (string | null)[];
  /** VMs of the tenant, this one included. */
  readonly tenantVms: number;
}

type Model<Kind extends PriceModel['kind']> = Extract<PriceModel, { readonly kind: Kind }>;

/** Returns the unit prices of a VM; undefined where the list has none for it. */
export function priceVm(list: PriceList, vm: PricedVm): LockedPrice | undefined {
  const { id, currency, model } = list;
  const found = priceBy(model, vm);
  return found && { list: id, currency, ...found, addresses: priceAddresses(list, vm) };
}

/** Unit prices of a VM without its addresses, and without their list. */
type UnitPrices = Omit<LockedPrice, 'list' | 'currency' | 'addresses'>;

function priceBy(model: PriceModel, vm: PricedVm): UnitPrices | undefined {
  switch (model.kind) {
    case 'node_classes':
      return priceOnClass(model, vm);
    case 'generic':
      return priceByFormula(model, vm);
    case 'instance_types':
      return priceAsInstance(model, vm);
  }
}

function priceAddresses({ addresses }: PriceList, { addressClasses }: PricedVm): Micros {
  const byDefault = addresses.get(DEFAULT_CLASS) ?? 0;
  return addressClasses.reduce(
    (sum, named) => sum + (addresses.get(named ?? DEFAULT_CLASS) ?? byDefault),
    0,
  );
}

function priceOnClass(
  { classes }: Model<'node_classes'>,
  { nodeClass, spot }: PricedVm,
): UnitPrices | undefined {
  const named = nodeClass === null || !classes.has(nodeClass) ? DEFAULT_CLASS : nodeClass;
  const found = classes.get(named);
  if (found === undefined) return undefined;
  const { cpuCore, memoryGb, diskGb, spotRatio } = found;
  return {
    class: named,
    cpuCore,
    memoryGb,
    diskGb,
    flat: 0,
    factor: spot ? spotRatio : WHOLE,
  };
}

function priceByFormula(
  { parts, spotRatio, discounts, zones }: Model<'generic'>,
  { spot, zone, tenantVms }: PricedVm,
): UnitPrices {
  const paid = WHOLE - discountOf(discounts, tenantVms);
  const factor = [zones.get(zone) ?? WHOLE, paid, spot ? spotRatio : WHOLE].reduce(multiply, WHOLE);
  return { class: null, ...parts, flat: 0, factor };
}

/** The discount of a tenant with this many VMs. */
function discountOf(discounts: readonly VolumeDiscount[], vms: number): Millionths {
  const reached = discounts.filter(({ from }) => from <= vms);
  return Math.max(0, ...reached.map(({ discount }) => discount));
}

function multiply(product: Millionths, by: Millionths): Millionths {
  return Math.round((product * by) / WHOLE);
}

/** The cheapest instance type that is large enough; a spot VM pays spot prices of little risk. */
function priceAsInstance(
  { types, diskGb, spotRiskMax }: Model<'instance_types'>,
  { amounts, spot }: PricedVm,
): UnitPrices | undefined {
  let best: { readonly type: InstanceType; readonly price: number } | undefined;
  for (const type of types) {
    if (type.cpuCores < amounts.cpuCores || type.memoryMib < amounts.memoryMib) continue;
    const { spot: ofSpot, interruptionRisk: risk } = type;
    const isRisky = risk === undefined || risk > spotRiskMax;
    const price = spot && ofSpot !== undefined && !isRisky ? ofSpot : type.onDemand;
    if (best === undefined || price < best.price) best = { type, price };
  }
  if (best === undefined) return undefined;
  const flat = best.price;
  return { class: best.type.name, cpuCore: 0, memoryGb: 0, diskGb, flat, factor: WHOLE };
}
