/** Stored rows of resources as answers carry them. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { z } from 'zod';
import type { ResourceRow } from '../../ports/tables/tables.ts';
import { damagedRow, isDamagedRow, parseFields, parseShown } from './parse-stored.ts';
import { showOnce } from './remembered/remember-documents.ts';
import { isMoment, toTimestamp } from './to-timestamp.ts';

/**
 * The desired fields of a row.
 * @throws damagedRow
 */
export function desiredOf(row: ResourceRow): JsonObject {
  return parseFields(row, 'desired_json');
}

/**
 * The desired fields of a row, by the schema of its kind.
 * @throws damagedRow
 */
export function desiredAs<Spec>(row: ResourceRow, schema: z.ZodType<Spec>): Spec {
  const desired = desiredOf(row);
  return showOnce(desired, schema, () => parseShown(row.id, schema, desired));
}

/** Maps each row; omits rows for which the function throws `damagedRow`. */
export function mapReadable<Row, Item>(rows: readonly Row[], toItem: (row: Row) => Item): Item[] {
  return rows.flatMap((row) => {
    try {
      return [toItem(row)];
    } catch (cause) {
      if (!isDamagedRow(cause)) throw cause;
      return [];
    }
  });
}

/** The desired fields of a row; none of one that is damaged. */
export function desiredIfReadable(row: ResourceRow): JsonObject {
  try {
    return desiredOf(row);
  } catch (cause) {
    if (!isDamagedRow(cause)) throw cause;
    return {};
  }
}

/**
 * The computed fields of a row.
 * @throws damagedRow
 */
export function observedOf(row: ResourceRow): JsonObject {
  return parseFields(row, 'observed_json');
}

/** Length of a desired revision: 96 bits, of which two never coincide by chance. */
const DESIRED_REVISION_LENGTH = 16;

/**
 * The revision of the desired fields of a row: a hash, so that rows of all releases have one, and a
 * migration, a start or a rolled-back change leaves it as it is.
 */
export function desiredRevisionOf({ desired_json }: Pick<ResourceRow, 'desired_json'>): string {
  const hash = createHash('sha256').update(desired_json).digest('base64url');
  return hash.slice(0, DESIRED_REVISION_LENGTH);
}

/** The fields of a row, parsed once: parsing the JSON for each use adds up. */
export interface ResourceFields {
  readonly desired: JsonObject;
  readonly observed: JsonObject;
}

/** The rows of which both kinds of fields can be read. */
export function readableRows<Row extends ResourceRow>(rows: readonly Row[]): readonly Row[] {
  return mapReadable(rows, (row) => {
    fieldsOf(row);
    return row;
  });
}

/** Parses the fields of a row. */
export function fieldsOf(row: ResourceRow): ResourceFields {
  return { desired: desiredOf(row), observed: observedOf(row) };
}

/**
 * A resource as answers carry it, by the schema of its kind.
 * @param elsewhere - fields that are not in its JSON: those with a column of their own, or computed
 * @throws damagedRow
 */
export function toResource(
  kind: ResourceKind,
  row: ResourceRow,
  elsewhere: Readonly<Record<string, unknown>> = {},
): unknown {
  const shown = { ...toAnswer(row), ...elsewhere };
  return parseShown<unknown>(row.id, RESOURCE_DEFINITIONS[kind].resource, shown);
}

/** The fields of every kind in answers: the stored ones and the common ones. */
export function toAnswer(row: ResourceRow): Record<string, unknown> {
  const { desired, observed } = fieldsOf(row);
  return joinFields(desired, observed, commonFields(row));
}

/**
 * Merges the fields of several objects; the last one that has a field wins. Assigned: V8 takes
 * twenty times as long for a literal that begins with a spread and goes on with others.
 */
export function joinFields(...parts: readonly object[]): Record<string, unknown> {
  return Object.assign({}, ...parts);
}

/**
 * The fields that every resource has, besides those of its kind.
 * @throws damagedRow
 */
export function commonFields(row: ResourceRow) {
  if (!isMoment(row.created_at_ms) || !isMoment(row.updated_at_ms)) {
    throw damagedRow(row.id, 'created_at_ms or updated_at_ms is not a time');
  }
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    revision: row.revision,
    desired_revision: desiredRevisionOf(row),
    schema_version: row.schema_version,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}
