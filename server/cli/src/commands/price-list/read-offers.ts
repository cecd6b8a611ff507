/**
 * Reads instance types from an offer file of AWS's bulk price list: Linux without further software,
 * on shared hosts, of one region.
 */
import { PRICE_DECIMALS } from '@novacron/contract/cost/price-list';
import { z } from 'zod';
import { createSplitter, type Splitter } from './split-members.ts';

/** A commitment for an instance type. */
export interface ReservedPrice {
  readonly years: number;
  readonly upfront: number;
  readonly hourly: number;
}

/** An instance type as price lists have it. */
export interface OfferedType {
  readonly name: string;
  readonly cpu_cores: number;
  readonly memory_gb: number;
  readonly on_demand: number;
  readonly reserved: readonly ReservedPrice[];
}

/** A reader of one offer file. */
export interface OfferReader extends Splitter {
  /** Types with a price on demand, in the order of the file. */
  readonly types: () => readonly OfferedType[];
  /** Products that were left out, by the reason. */
  readonly leftOut: () => ReadonlyMap<string, LeftOut>;
}

/** Products that were left out for one reason. */
export interface LeftOut {
  readonly count: number;
  /** The first ones: a file of all regions has hundreds of thousands. */
  readonly first: readonly string[];
}

const NAMED_MAX = 5;

/** What is read of an offer file. */
export interface OfferRequest {
  readonly region: string;
  readonly currency: string;
}

const Product = z.looseObject({
  productFamily: z.string().optional(),
  attributes: z.looseObject({}).catchall(z.unknown()),
});

const Offer = z.looseObject({
  termAttributes: z
    .looseObject({
      LeaseContractLength: z.string().optional(),
      OfferingClass: z.string().optional(),
    })
    .optional(),
  priceDimensions: z.record(
    z.string(),
    z.looseObject({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
  ),
});
type Offer = z.infer<typeof Offer>;

const Offers = z.record(z.string(), Offer);

/** A type that is being read. */
interface Draft {
  readonly name: string;
  readonly cpu_cores: number;
  readonly memory_gb: number;
  onDemand: number | undefined;
  readonly reserved: ReservedPrice[];
}

/** Values of attributes of what is imported. */
const LINUX_SHARED: Readonly<Record<string, string>> = {
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
};

/** Makes a reader for the chunks of a file. */
export function createOfferReader(request: OfferRequest): OfferReader {
  const drafts = new Map<string, Draft>();
  const names = new Set<string>();
  const leftOut = new Map<string, LeftOut>();
  const leave = (why: string, what: string) => {
    const { count, first } = leftOut.get(why) ?? { count: 0, first: [] };
    const named = first.length < NAMED_MAX ? [...first, what] : first;
    leftOut.set(why, { count: count + 1, first: named });
    return undefined;
  };
  const takeProduct = (sku: string, value: unknown): string | undefined => {
    const product = Product.safeParse(value);
    if (!product.success) return 'is not a product: it has no attributes';
    const draft = toDraft(product.data, request.region);
    if (typeof draft === 'string') return leave(draft, sku);
    if (names.has(draft.name)) return leave('another product is the same type', sku);
    names.add(draft.name);
    drafts.set(sku, draft);
    return undefined;
  };
  const takeTerm = (kind: string, sku: string, value: unknown): string | undefined => {
    const draft = drafts.get(sku);
    const offers = Offers.safeParse(value);
    if (!offers.success) return 'is not a list of offers with priceDimensions';
    for (const offer of Object.values(offers.data)) {
      const prices = toPrices(offer, request.currency);
      if (typeof prices === 'string') return prices;
      if (draft === undefined) continue;
      if (kind === 'OnDemand') draft.onDemand = prices.hourly;
      else addReserved(draft, offer, prices);
    }
    return undefined;
  };
  const splitter = createSplitter({
    members: ['$.products.*', '$.terms.*.*'],
    take: ([top = '', kind = '', sku = ''], value) => {
      if (top === 'products') return takeProduct(kind, value);
      if (!isKind(kind)) return undefined;
      // Prices are kept of the types only that are known by then.
      if (drafts.size === 0) return `comes before any product of ${request.region} for Linux`;
      return drafts.has(sku) ? takeTerm(kind, sku, value) : undefined;
    },
  });
  return {
    ...splitter,
    types: () => [...drafts.values()].flatMap((draft) => toType(draft, leave)),
    leftOut: () => leftOut,
  };
}

function isKind(kind: string): boolean {
  return kind === 'OnDemand' || kind === 'Reserved';
}

/** @returns why the product is left out, in a clause */
function toDraft(
  { productFamily, attributes }: z.infer<typeof Product>,
  region: string,
): Draft | string {
  const { instanceType, regionCode, vcpu, memory } = attributes;
  if (productFamily !== 'Compute Instance' || typeof instanceType !== 'string') {
    return 'not a virtual machine';
  }
  if (regionCode !== region) return 'another region';
  const isPlain = Object.entries(LINUX_SHARED).every(([name, value]) => attributes[name] === value);
  if (!isPlain) return 'another operating system, tenancy or software';
  const cores = Number(vcpu);
  const [, amount] = /^([\d.,]+) GiB$/.exec(String(memory)) ?? [];
  const gib = Number(amount?.replaceAll(',', ''));
  if (!(cores > 0)) return 'no number of vCPUs';
  if (!(gib > 0)) return 'no amount of memory in GiB';
  return {
    name: instanceType,
    cpu_cores: cores,
    memory_gb: gib,
    onDemand: undefined,
    reserved: [],
  };
}

/** Prices of an offer. @returns what is wrong with them, in a clause */
function toPrices({ priceDimensions }: Offer, currency: string) {
  let [hourly, upfront] = [0, 0];
  for (const { unit, pricePerUnit } of Object.values(priceDimensions)) {
    const text = pricePerUnit[currency];
    if (text === undefined) {
      return `is priced in ${Object.keys(pricePerUnit).join(', ')}, not in ${currency}`;
    }
    const price = Number(text);
    if (!(price >= 0 && Number.isFinite(price))) return `has the price ${JSON.stringify(text)}`;
    if (unit === 'Hrs') hourly = price;
    else if (unit === 'Quantity') upfront = price;
    else return `is priced per ${unit}, and prices per hour (Hrs) are needed`;
  }
  return { hourly: round(hourly), upfront: round(upfront) };
}

/** Convertible commitments cost more for a right that VMs here have no use for. */
function addReserved(
  draft: Draft,
  { termAttributes }: Offer,
  { hourly, upfront }: { readonly hourly: number; readonly upfront: number },
): void {
  const { LeaseContractLength = '', OfferingClass } = termAttributes ?? {};
  const [, years] = /^(\d+)yr$/.exec(LeaseContractLength) ?? [];
  if (years === undefined || OfferingClass !== 'standard') return;
  draft.reserved.push({ years: Number(years), upfront, hourly });
}

function toType(
  { onDemand, ...type }: Draft,
  leave: (why: string, what: string) => undefined,
): readonly OfferedType[] {
  if (onDemand !== undefined && onDemand > 0) return [{ ...type, on_demand: onDemand }];
  leave('no price on demand', type.name);
  return [];
}

function round(price: number): number {
  return Math.round(price * 10 ** PRICE_DECIMALS) / 10 ** PRICE_DECIMALS;
}
