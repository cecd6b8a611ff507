/** Price lists as rows, as answers, and as the engine has them. */
import { toMicros, WHOLE } from '@novacron/contract/cost/money';
import {
  type PriceListCreate,
  type PriceListShown,
  PriceListUpdate,
} from '@novacron/contract/cost/price-list';
import type {
  ClassPrices,
  InstanceType,
  Millionths,
  PriceList,
  PriceModel,
} from '@novacron/engine/cost/model/price-list';
import { priceListAt } from '@novacron/engine/cost/plan-price';
import type { z } from 'zod';
import type { PriceListRow } from '../../../ports/tables/cost-rows.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

const MIB_PER_GB = 1024;

/** Highest interruption risk of spot prices unless a list says another. */
const SPOT_RISK_MAX = 0.2;

/** The prices of a list as they are stored: those that were requested. */
export type PriceDocument = Omit<z.infer<typeof PriceListUpdate>, 'valid_from'>;

function toMillionths(ratio: number): Millionths {
  return Math.round(ratio * WHOLE);
}

/** Reads the stored prices. */
export function documentOf({ document_json }: Pick<PriceListRow, 'document_json'>): PriceDocument {
  return PriceListUpdate.parse(JSON.parse(document_json));
}

/** The prices of a request. */
export function documentIn(input: PriceDocument | PriceListCreate): PriceDocument {
  const { description, node_classes, generic, instance_types } = input;
  const { volume_gb, addresses, snapshot_gb, image_gb } = input;
  return {
    description,
    node_classes,
    generic,
    instance_types,
    volume_gb,
    addresses,
    snapshot_gb,
    image_gb,
  };
}

/** A list as the engine has it. */
export function toPriceList(row: PriceListRow): PriceList {
  const { volume_gb, addresses, snapshot_gb, image_gb, ...models } = documentOf(row);
  const volumes = Object.entries(volume_gb ?? {}).flatMap(([type, price]) =>
    typeof price === 'number' ? [[type, toMicros(price)] as const] : [],
  );
  return {
    id: row.id,
    name: row.name,
    currency: row.currency,
    validFromMs: row.valid_from_ms,
    model: toModel(models),
    volumeGb: new Map(volumes),
    addresses: new Map((addresses ?? []).map(({ name, price }) => [name, toMicros(price)])),
    snapshotGb: snapshot_gb == null ? undefined : toMicros(snapshot_gb),
    imageGb: image_gb == null ? undefined : toMicros(image_gb),
  };
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

/** A list as answers carry it. @param inForce - id of the list in force */
export function toShownPriceList(row: PriceListRow, inForce: string | undefined): PriceListShown {
  const document = documentOf(row);
  return {
    id: row.id,
    name: row.name,
    description: document.description ?? null,
    currency: row.currency,
    valid_from: toTimestamp(row.valid_from_ms),
    in_force: row.id === inForce,
    node_classes: document.node_classes ?? null,
    generic: document.generic ?? null,
    instance_types: document.instance_types ?? null,
    volume_gb: document.volume_gb ?? null,
    addresses: document.addresses ?? null,
    snapshot_gb: document.snapshot_gb ?? null,
    image_gb: document.image_gb ?? null,
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}

/** The id of the list in force. */
export function inForceOf(
  rows: readonly Pick<PriceListRow, 'id' | 'valid_from_ms'>[],
  nowMs: number,
): string | undefined {
  const lists = rows.map(({ id, valid_from_ms }) => ({ id, validFromMs: valid_from_ms }));
  return priceListAt(lists, nowMs)?.id;
}
