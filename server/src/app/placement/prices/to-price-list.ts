/** Price lists as rows, as answers, and as the engine has them. */
import {
  type PriceDocument,
  type PriceListCreate,
  type PriceListShown,
  PriceListUpdate,
} from '@novacron/contract/cost/price-list';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { priceListAt } from '@novacron/engine/cost/plan-price';
import { readPriceList } from '@novacron/engine/cost/read-price-list';
import type { PriceListRow } from '../../../ports/tables/cost-rows.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

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
  const { id, name, currency, valid_from_ms: validFromMs } = row;
  return readPriceList({ id, name, currency, validFromMs }, documentOf(row));
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
