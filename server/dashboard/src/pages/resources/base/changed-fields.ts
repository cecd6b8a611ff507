/**
 * Three-way merge by field: the differences between the resource that a form was opened with and
 * its current version, and the form's values after continuing from the newer version.
 */
import type { Item } from '../../../api/queries.ts';
import type { FieldMeta } from '../../../metadata/shapes.ts';
import { type FormValues, writeField } from './form-values.ts';

/** The fields that two states of one resource differ in. */
export function changedFields(
  fields: readonly FieldMeta[],
  base: Item | undefined,
  newest: Item | undefined,
): readonly FieldMeta[] {
  if (base === undefined || newest === undefined || base === newest) return [];
  return fields.filter(
    (field) => writeField(field, base[field.name]) !== writeField(field, newest[field.name]),
  );
}

/** The fields of a form that its user has changed. */
export function ownFields(
  fields: readonly FieldMeta[],
  values: FormValues,
  base: Item | undefined,
): readonly FieldMeta[] {
  return fields.filter(
    (field) => (values[field.name] ?? '') !== writeField(field, base?.[field.name]),
  );
}

/** The texts of a form that goes on from a newer state: what its user has changed stays. */
export function mergeValues(parts: {
  readonly fields: readonly FieldMeta[];
  readonly values: FormValues;
  readonly base: Item | undefined;
  readonly newest: Item | undefined;
}): FormValues {
  const { fields, values, base, newest } = parts;
  const own = new Set(ownFields(fields, values, base).map(({ name }) => name));
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      own.has(field.name) ? (values[field.name] ?? '') : writeField(field, newest?.[field.name]),
    ]),
  );
}

/** The later of two states of a resource, by revision; the first where they have none. */
export function newerOf(shown: Item | undefined, read: Item | undefined): Item | undefined {
  if (shown === undefined || read === undefined || shown.id !== read.id) return shown;
  return Number(read.revision) > Number(shown.revision) ? read : shown;
}

/** Maximum length of a text in a row. Unit: characters. */
const EXCERPT_MAX = 200;

/** Two texts as far as a row has room: long ones from the line on in which they first differ. */
export function excerptsOf(left: string, right: string): readonly [string, string] {
  if (Math.max(left.length, right.length) <= EXCERPT_MAX) return [left, right];
  let same = 0;
  while (same < left.length && left[same] === right[same]) same += 1;
  const from = left.lastIndexOf('\n', same - 1) + 1;
  const cut = (text: string): string => {
    const end = from + EXCERPT_MAX;
    return `${from > 0 ? '…' : ''}${text.slice(from, end)}${text.length > end ? '…' : ''}`;
  };
  return [cut(left), cut(right)];
}
