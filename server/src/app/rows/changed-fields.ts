import { equalJson, type JsonObject } from '@novacron/contract/json';

/** Which fields a write changes, with both values; null where there was or is nothing. */
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
