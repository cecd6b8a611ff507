/**
 * Computed lists of what a resource lacks at the moment, or has without being given it: any update
 * of it corrects that, and leaves the lists empty.
 */
import { equalJson } from '@novacron/contract/json';
import type { FieldTable } from '@novacron/contract/schema/field';
import type { Values } from './field-values.ts';

/** The names of the fields that list what a resource lacks, or should not have. */
export function findMissing(table: FieldTable, values: Values): readonly string[] {
  return Object.keys(table).filter((name) => {
    const { missingFrom, isUnwanted } = table[name] ?? {};
    const value = missingFrom === undefined && isUnwanted === undefined ? undefined : values[name];
    return Array.isArray(value) && value.length > 0;
  });
}

/** Those in which a resource lacks or has something else than before. */
export function findNewlyMissing(
  table: FieldTable,
  before: Values,
  after: Values,
): readonly string[] {
  return findMissing(table, after).filter((name) => !equalJson(before[name] ?? [], after[name]));
}

/** Those fields as an update leaves them. */
export function withoutMissing(table: FieldTable, prior: Values): Readonly<Record<string, []>> {
  return Object.fromEntries(findMissing(table, prior).map((name) => [name, []]));
}

/** The fields of which these list missing parts; of what a resource should not have, the list. */
export function wholesOf(table: FieldTable, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const { missingFrom, isUnwanted } = table[name] ?? {};
    return missingFrom ?? (isUnwanted === true ? name : []);
  });
}
