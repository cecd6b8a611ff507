import { equalJson } from '@novacron/contract/json';

/** The fields of a resource by name: JSON values, as a schema has parsed them. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** The fields that a write changes, with both values; null where a value is absent. */
export function changedFields(
  before: FieldValues | null,
  wanted: FieldValues | null,
): Record<string, { was: unknown; is: unknown }> {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(wanted ?? {})])];
  return Object.fromEntries(
    names
      .map((name) => [name, { was: before?.[name] ?? null, is: wanted?.[name] ?? null }] as const)
      .filter(([, { was, is }]) => !equalJson(was, is)),
  );
}
