import { equalJson, type JsonObject } from '@novacron/contract/json';

/** The fields that a write changes, with both values; null where a value is absent. */
export function changedFields(
  before: JsonObject | null,
  wanted: JsonObject | null,
): Record<string, { was: unknown; is: unknown }> {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(wanted ?? {})])];
  return Object.fromEntries(
    names
      .map((name) => [name, { was: before?.[name] ?? null, is: wanted?.[name] ?? null }] as const)
      .filter(([, { was, is }]) => !equalJson(was, is)),
  );
}
