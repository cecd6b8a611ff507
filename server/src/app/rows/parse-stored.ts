/** Reads stored JSON; a row with JSON that cannot be read is damaged. */
import { tableOf } from '@novacron/contract/closed-table';
import type { JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import type { z } from 'zod';
import { parseOnce } from './remembered/remember-documents.ts';
import { kindOfId, RESOURCE_TABLES } from './resource-tables.ts';

/**
 * Parses a stored object.
 * @typeParam T - what the only writer of the column stores
 * @returns undefined where the text is no JSON object, such as a damaged value that reads as blank
 */
export function parseStored<T extends object>(text: string): T | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Parses a stored list.
 * @typeParam T - what the only writer of the column stores the items as
 * @returns undefined where the text is no JSON list
 */
export function parseList<T>(text: string): readonly T[] | undefined {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reason for omitting or refusing a resource with an unreadable row. */
export const UNREADABLE = 'its row in the store is damaged';

/** The JSON columns of a resource. */
type FieldsColumn = 'desired_json' | 'observed_json';

/** Required desired fields of each kind. */
const REQUIRED_FIELDS = tableOf(RESOURCE_KINDS, (kind) => {
  const fields = Object.entries(RESOURCE_DEFINITIONS[kind].table);
  const required = fields.filter(([, { presence }]) => presence === 'required');
  return required.map(([name]) => name).filter((name) => name !== 'name');
});

/**
 * Returns the error for a damaged row, with the problem `store-damaged`, which names the row and
 * becomes the response to the request.
 */
export function damagedRow(id: string, reason: string): Error & { readonly problem: Problem } {
  const detail = `${id}${inTable(id)} cannot be read: ${reason}.`;
  return Object.assign(new Error(detail), {
    problem: problem('store-damaged', {
      detail,
      remedy:
        'An operator must restore it from a backup, and find out who can write to the store. ' +
        'Everything else can be used.',
      data: { reason: 'row-damaged', id },
    }),
  });
}

/** Whether an error says that one row is damaged, and not more. */
export function isDamagedRow(cause: unknown): cause is { readonly problem: Problem } {
  if (typeof cause !== 'object' || cause === null || !('problem' in cause)) return false;
  // Whatever is thrown with a problem has it from a port, or from `damagedRow`.
  const { data } = cause.problem as Problem;
  return data?.reason === 'row-damaged' || data?.reason === 'sealed-value-damaged';
}

/**
 * Parses the stored fields of a resource. All readers of equal fields may share them.
 * @throws damagedRow where they are no JSON object, or one without what the kind requires
 */
export function parseFields(
  row: { readonly id: string } & Readonly<Record<FieldsColumn, string>>,
  column: FieldsColumn,
): JsonObject {
  const kind = kindOfId(row.id);
  const fields = parseOnce(kind, row[column], parseStored<JsonObject>);
  if (fields === undefined) {
    const isBlank = row[column] === '';
    const reason = isBlank ? 'cannot be decrypted' : 'is not a JSON object';
    throw damagedRow(row.id, `${column} ${reason}`);
  }
  const isDesired = column === 'desired_json';
  for (const name of kind === undefined || !isDesired ? [] : REQUIRED_FIELDS[kind]) {
    if (!Object.hasOwn(fields, name)) throw damagedRow(row.id, `${column} lacks ${name}`);
  }
  return fields;
}

/**
 * Checks what is shown of a row by the schema of its answer.
 * @throws damagedRow where it does not fit, with the first field that does not
 */
export function parseShown<Shown>(id: string, schema: z.ZodType<Shown>, shown: unknown): Shown {
  const parsed = schema.safeParse(shown);
  if (parsed.success) return parsed.data;
  const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
  throw damagedRow(id, `${path.join('.')} ${message}`);
}

function inTable(id: string): string {
  const kind = kindOfId(id);
  return kind === undefined ? '' : ` in ${RESOURCE_TABLES[kind]}`;
}
