/**
 * Cursors of lists. The cursor of a list that is narrowed or sorted carries a fingerprint of how,
 * so that it is refused where it would continue another list.
 */
import { z } from 'zod';
import { isRecord } from '../json.ts';
import type { OperationRow } from './operations.ts';

/** The parts of a cursor. */
export interface ListCursor {
  /** Id of the last item of the page before, or a version behind the id of its policy. */
  readonly id: string;
  /** Filters and sort order of the list; undefined if it has neither. */
  readonly fingerprint: string | undefined;
  /** The last item's value of the field that the list is sorted by, as the server writes it. */
  readonly value: string | undefined;
}

/** Takes a cursor apart. */
export function readListCursor(cursor: string): ListCursor {
  const [id = '', fingerprint, value] = cursor.split('.', 3);
  return { id, fingerprint, value };
}

/** Fields that do not decide which items a list has, nor in which order. */
const PAGING: ReadonlySet<string> = new Set(['limit', 'cursor', 'fields', 'count']);

/**
 * Makes the fingerprint of a request for a list.
 * @param row - the list's row
 * @param input - a parsed input of it
 * @returns undefined where the request neither narrows nor sorts: a cursor of such a list is an id
 */
export function listFingerprint(
  { listing, input: schema }: Pick<OperationRow, 'listing' | 'input'>,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  if (listing === undefined) return undefined;
  const changed = Object.entries(input)
    .filter(([field, value]) => !PAGING.has(field) && value !== undefined)
    .filter(([field, value]) => !isDefault(schema.shape[field], value));
  // `order` is the older way to sort: with it, no sort has another meaning than the first one.
  const isOrdered = changed.some(([field]) => field === 'order');
  const said = changed
    .filter(([field, value]) => isOrdered || field !== 'sort' || value !== listing.sort[0])
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return said.length === 0 ? undefined : hashOf(JSON.stringify(said));
}

/** Whether a request without the field has the same value of it. */
function isDefault(field: unknown, value: unknown): boolean {
  return field instanceof z.ZodDefault && field.def.defaultValue === value;
}

/** Whether the cursor of a parsed input belongs to a list that was narrowed or sorted otherwise. */
export function isOtherwiseNarrowed(row: OperationRow, input: unknown): boolean {
  if (!isRecord(input) || typeof input.cursor !== 'string') return false;
  if (row.listing?.cursor === 'key') return false;
  return readListCursor(input.cursor).fingerprint !== listFingerprint(row, input);
}

const FNV_PRIME = 0x0000_0100_0000_01b3n;
const FNV_BASIS = 0xcbf2_9ce4_8422_2325n;

/**
 * FNV-1a of 64 bits: distinguishes requests, and protects nothing.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
function hashOf(text: string): string {
  let hash = FNV_BASIS;
  for (const character of text) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = BigInt.asUintN(64, hash * FNV_PRIME);
  }
  return hash.toString(36);
}

/** Stands between the id of a policy and the number of one of its versions. */
const VERSION_SEPARATOR = '/';

/**
 * Whether the cursor of a parsed input was made by another list than this row's: a cursor is the id
 * of the last item of a page, so its kind must be that of the items. Versions have no id; theirs
 * begins with the id of what they are versions of.
 */
export function hasForeignCursor({ output }: OperationRow, input: unknown): boolean {
  if (!isRecord(input) || typeof input.cursor !== 'string') return false;
  const cursor = readListCursor(input.cursor).id;
  const [id, version] = cursor.split(VERSION_SEPARATOR, 2);
  const itemId = itemIdOf(output);
  if (itemId !== undefined) return !itemId.safeParse(cursor).success;
  // A list whose cursor is neither an id nor a version: its own schema has read it.
  if (typeof input.id !== 'string') return false;
  return id !== input.id || version === undefined;
}

/** The schema of the ids of a page's items. */
function itemIdOf(output: z.ZodType): z.ZodType | undefined {
  if (!(output instanceof z.ZodObject)) return undefined;
  const items: unknown = output.shape.items;
  if (!(items instanceof z.ZodArray) || !(items.element instanceof z.ZodObject)) return undefined;
  const id: unknown = items.element.shape.id;
  return id instanceof z.ZodType ? id : undefined;
}
