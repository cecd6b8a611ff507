/** Price lists: what VMs, volumes, snapshots and images cost per hour, from a moment on. */
import { z } from 'zod';
import { PriceListId } from '../ids.ts';
import { VolumeType } from '../kinds/volume/volume.ts';
import { newName } from '../schema/new-name.ts';
import { nullWhenAbsent } from '../schema/null-when-absent.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';

/** Decimal places of prices: amounts are integers of a millionth of the currency. */
export const PRICE_DECIMALS = 6;

/** Higher prices are mistakes, and sums of them would not be exact. */
const PRICE_MAX = 1_000_000;

/** Types of a list that is imported: the largest clouds have fewer. */
const INSTANCE_TYPES_MAX = 5_000;

const NAMES_MAX = 1_000;
const DISCOUNTS_MAX = 100;
const OFFERS_MAX = 10;
const YEARS_MAX = 10;
const UPFRONT_MAX = 1_000_000_000;

function isExact(value: number): boolean {
  return Math.abs(value * 10 ** PRICE_DECIMALS - Math.round(value * 10 ** PRICE_DECIMALS)) < 1e-4;
}

function hasNamesOnce(classes: readonly { readonly name: string }[]): boolean {
  return new Set(classes.map(({ name }) => name)).size === classes.length;
}

/** An amount of money. */
export const amountUpTo = (max: number) =>
  z
    .number()
    .min(0)
    .max(max)
    .refine(isExact, { error: `must have at most ${PRICE_DECIMALS} decimal places` });

/** A price, in the currency of its list. */
export const Price = amountUpTo(PRICE_MAX);

const ratio = z.number().min(0).max(1);

const Name = z.string().min(1).max(253);

const parts = {
  cpu_core: Price.describe('Price of a core per hour.'),
  memory_gb: Price.describe('Price of a GB of memory per hour.'),
  disk_gb: nullWhenAbsent(Price, 'Price of a GB of root disk per hour. Default: 0.'),
} as const;

const spot_discount = nullWhenAbsent(
  ratio,
  'Discount of spot VMs on CPU and memory, 0 to 1. Default: 0.',
);

/** The prices of a class of nodes. */
export const NodeClassPrices = z.strictObject({
  name: Name.describe('Name of the class; `default` is for nodes whose class has no prices.'),
  ...parts,
  spot_discount,
  spot_risk: nullWhenAbsent(
    ratio,
    'Probability that a node is withdrawn within an hour, 0 to 1; above 0, only spot VMs are ' +
      'placed there. Default: 0.',
  ),
  node: nullWhenAbsent(
    Price,
    'Cost of a node to its operator per hour, for capacity plans; tenants do not see it.',
  ),
});

const Discount = z.strictObject({
  instances: z.int().min(1).describe('Number of VMs of the tenant from which it applies.'),
  discount: ratio.describe('Discount on CPU and memory, 0 to 1.'),
});

const ZoneMultiplier = z.strictObject({
  zone: Name.describe('Name of the zone.'),
  multiplier: z.number().min(0).max(1_000).describe('Multiplier of CPU and memory.'),
});

/** One formula for all nodes. */
export const GenericPrices = z.strictObject({
  ...parts,
  spot_discount,
  discounts: nullWhenAbsent(
    z.array(Discount).max(DISCOUNTS_MAX),
    'Discounts by the number of VMs of a tenant, the new one included.',
  ),
  zones: nullWhenAbsent(
    z.array(ZoneMultiplier).max(NAMES_MAX),
    'Multipliers by zone; other zones have 1.',
  ),
});

const Reserved = z.strictObject({
  years: z.int().min(1).max(YEARS_MAX).describe('Duration of the commitment. Unit: years.'),
  upfront: z.number().min(0).max(UPFRONT_MAX).describe('Price that is paid at once.'),
  hourly: Price.describe('Price of each hour of the term.'),
});

/** An instance type of a cloud. */
export const InstanceTypePrices = z.strictObject({
  name: z.string().min(1).max(100).describe('Name of the type, such as m5.large.'),
  cpu_cores: z.number().positive().describe('Unit: cores.'),
  memory_gb: z.number().positive().describe('Unit: GB.'),
  on_demand: Price.describe('Price per hour.'),
  spot: nullWhenAbsent(Price, 'Spot price per hour; absent: not sold as spot.'),
  interruption_risk: nullWhenAbsent(
    ratio,
    'Share of spot instances that are interrupted within a month; absent: not known.',
  ),
  reserved: nullWhenAbsent(z.array(Reserved).max(OFFERS_MAX), 'Prices of commitments.'),
});

/** VMs cost as much as the cheapest instance type that is large enough. */
export const InstancePrices = z.strictObject({
  types: z.array(InstanceTypePrices).min(1).max(INSTANCE_TYPES_MAX).describe('Instance types.'),
  disk_gb: nullWhenAbsent(Price, 'Price of a GB of root disk per hour. Default: 0.'),
  spot_risk_max: nullWhenAbsent(
    ratio,
    'Highest interruption risk at which a spot VM gets the spot price. Default: 0.2.',
  ),
});

/** The price of addresses of a class of networks. */
export const AddressPrice = z.strictObject({
  name: Name.describe('Class of networks; `default` is for all others.'),
  price: Price.describe('Price of an address per hour.'),
});

/** Prices of volumes by their type. */
const VolumePrices = z.strictObject(
  Object.fromEntries(
    VolumeType.options.map((type) => [
      type,
      nullWhenAbsent(Price, `Price of a GB of an ${type} volume per hour; absent: not known.`),
    ]),
  ),
);

/** ISO 4217 code. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code of three letters, such as EUR');

const fields = {
  description: z.string().max(1_000).optional().describe('Free-form description'),
  valid_from: Timestamp.optional().describe(
    'Time from which new VMs and changed VMs get these prices. Default: now',
  ),
  node_classes: z
    .array(NodeClassPrices)
    .min(1)
    .max(NAMES_MAX)
    .refine(hasNamesOnce, { error: 'must name each class once' })
    .optional()
    .describe('Prices by class of nodes'),
  generic: GenericPrices.optional().describe('One formula for all nodes'),
  instance_types: InstancePrices.optional().describe('Prices of the instance types of a cloud'),
  volume_gb: VolumePrices.optional().describe('Price of a GB of a volume per hour, by its type'),
  addresses: z
    .array(AddressPrice)
    .max(NAMES_MAX)
    .refine(hasNamesOnce, { error: 'must name each class once' })
    .optional()
    .describe('Price of an address of a VM per hour, by class; absent: free'),
  snapshot_gb: Price.optional().describe('Price of a GB of a snapshot per hour; absent: free'),
  image_gb: Price.optional().describe('Price of a GB of an uploaded image per hour; absent: free'),
} as const;

/** The models of a list, of which it has one; a list without one prices no VMs. */
export const PRICE_MODELS = ['node_classes', 'generic', 'instance_types'] as const;

/** Fields of a request to create a price list. */
export const PriceListCreate = z.strictObject({
  name: newName(ResourceName).describe('Name of the price list, unique'),
  currency: Currency.describe('Currency of all prices, an ISO 4217 code; all lists have one'),
  ...fields,
});
export type PriceListCreate = z.infer<typeof PriceListCreate>;

function orNull<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().describe(`${schema.description}; null removes it`);
}

/** Fields of a request to update a price list; null removes what a list may be without. */
export const PriceListUpdate = z.strictObject({
  description: orNull(fields.description),
  valid_from: fields.valid_from,
  node_classes: orNull(fields.node_classes),
  generic: orNull(fields.generic),
  instance_types: orNull(fields.instance_types),
  volume_gb: orNull(fields.volume_gb),
  addresses: orNull(fields.addresses),
  snapshot_gb: orNull(fields.snapshot_gb),
  image_gb: orNull(fields.image_gb),
});

/** The prices of a list, as requests and answers have them. */
export type PriceDocument = Omit<z.infer<typeof PriceListUpdate>, 'valid_from'>;

/** A price list as answers carry it. */
export const PriceListShown = z.looseObject({
  id: PriceListId,
  name: ResourceName,
  description: z.string().nullable(),
  currency: z.string().describe('Currency of all prices, an ISO 4217 code'),
  valid_from: Timestamp.describe('Time from which new VMs and changed VMs get these prices'),
  in_force: z.boolean().describe('Whether new VMs get these prices now'),
  node_classes: z.array(NodeClassPrices.loose()).nullable(),
  generic: GenericPrices.loose().nullable(),
  instance_types: InstancePrices.loose().nullable(),
  volume_gb: VolumePrices.loose().nullable(),
  addresses: z.array(AddressPrice.loose()).nullable(),
  snapshot_gb: z.number().nullable(),
  image_gb: z.number().nullable(),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type PriceListShown = z.infer<typeof PriceListShown>;
