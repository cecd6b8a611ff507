/** Distinguishes the cursors of different lists. */
import { z } from 'zod';
import { isRecord } from '../json.ts';
import { readListCursor } from './list-cursor.ts';
import type { OperationRow } from './operations.ts';

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
