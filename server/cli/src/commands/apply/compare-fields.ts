/** Compares what a document says with a resource as it is. */
import { type Fields, isFields } from '../../output/fields.ts';

/** A field that differs. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Returns the fields that differ. Null and an absent value are the same. Fields that answers do not
 * contain, such as write-only ones, are left out: nothing can be said about them.
 * @param current - undefined for a resource that does not exist
 */
export function compareFields(fields: Fields, current: Fields | undefined): readonly FieldChange[] {
  return Object.entries(fields).flatMap(([field, after]) => {
    if (current !== undefined && !Object.hasOwn(current, field)) return [];
    const before = current?.[field];
    return isSame(before, after) ? [] : [{ field, before, after }];
  });
}

/** Whether two values of a field are the same; null and an absent value are. */
export function isSame(before: unknown, after: unknown): boolean {
  if (before === null || before === undefined) return after === null || after === undefined;
  if (Array.isArray(before) || Array.isArray(after)) {
    if (!Array.isArray(before) || !Array.isArray(after)) return false;
    const isAsLong = before.length === after.length;
    return isAsLong && before.every((item, at) => isSame(item, after[at]));
  }
  if (!isFields(before) || !isFields(after)) return before === after;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) => isSame(before[name], after[name]));
}
