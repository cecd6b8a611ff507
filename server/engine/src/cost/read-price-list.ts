/** Reads a price list as requests and answers have it. */
import { toMicros, WHOLE } from '@novacron/contract/cost/money';
import type { PriceDocument } from '@novacron/contract/cost/price-list';
import type {
  ClassPrices,
  InstanceType,
  Millionths,
  PriceList,
  PriceModel,
} from './model/price-list.ts';

const MIB_PER_GB = 1024;

/** Highest interruption risk of spot prices unless a list says another. */
const SPOT_RISK_MAX = 0.2;

/** Converts prices in the currency to integers of micro-units, with the defaults of the list. */
export function readPriceList(
  origin: Pick<PriceList, 'id' | 'name' | 'currency' | 'validFromMs'>,
  { volume_gb, addresses, snapshot_gb, image_gb, ...models }: PriceDocument,
): PriceList {
  const volumes = Object.entries(volume_gb ?? {}).flatMap(([type, price]) =>
    typeof price === 'number' ? [[type, toMicros(price)] as const] : [],
  );
  return {
    ...origin,
    model: toModel(models),
    volumeGb: new Map(volumes),
    addresses: new Map((addresses ?? []).map(({ name, price }) => [name, toMicros(price)])),
    snapshotGb: snapshot_gb == null ? undefined : toMicros(snapshot_gb),
    imageGb: image_gb == null ? undefined : toMicros(image_gb),
  };
}

function toMillionths(ratio: number): Millionths {
  return Math.round(ratio * WHOLE);
}

function toModel({ node_classes, generic, instance_types }: PriceDocument): PriceModel {
  if (generic != null) {
    const { discounts, zones, spot_discount } = generic;
    return {
      kind: 'generic',
      parts: toParts(generic),
      spotRatio: toMillionths(1 - (spot_discount ?? 0)),
      discounts: (discounts ?? []).map(({ instances, discount }) => {
        return { from: instances, discount: toMillionths(discount) };
      }),
      zones: new Map((zones ?? []).map(({ zone, multiplier }) => [zone, toMillionths(multiplier)])),
    };
  }
  if (instance_types != null) {
    const { types, disk_gb, spot_risk_max } = instance_types;
    const [diskGb, spotRiskMax] = [toMicros(disk_gb ?? 0), spot_risk_max ?? SPOT_RISK_MAX];
    return { kind: 'instance_types', types: types.map(toType), diskGb, spotRiskMax };
  }
  const classes = (node_classes ?? []).map((each) => [each.name, toClass(each)] as const);
  return { kind: 'node_classes', classes: new Map(classes) };
}

type Parts = Pick<NonNullable<PriceDocument['generic']>, 'cpu_core' | 'memory_gb' | 'disk_gb'>;

function toParts({ cpu_core, memory_gb, disk_gb }: Parts) {
  return {
    cpuCore: toMicros(cpu_core),
    memoryGb: toMicros(memory_gb),
    diskGb: toMicros(disk_gb ?? 0),
  };
}

function toClass(prices: NonNullable<PriceDocument['node_classes']>[number]): ClassPrices {
  return {
    ...toParts(prices),
    spotRatio: toMillionths(1 - (prices.spot_discount ?? 0)),
    spotRisk: prices.spot_risk ?? 0,
    nodeCost: prices.node == null ? undefined : toMicros(prices.node),
  };
}

function toType(type: NonNullable<PriceDocument['instance_types']>['types'][number]): InstanceType {
  return {
    name: type.name,
    cpuCores: type.cpu_cores,
    memoryMib: Math.round(type.memory_gb * MIB_PER_GB),
    onDemand: toMicros(type.on_demand),
    spot: type.spot == null ? undefined : toMicros(type.spot),
    interruptionRisk: type.interruption_risk ?? undefined,
    reserved: (type.reserved ?? []).map(({ years, upfront, hourly }) => {
      return { years, upfront: toMicros(upfront), hourly: toMicros(hourly) };
    }),
  };
}
