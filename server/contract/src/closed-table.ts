/** Tables whose keys are all known, such as those of operations, features and quotas. */
import { z } from 'zod';

/** The keys of a table, in its order. */
export function keysOf<const Table extends object>(
  table: Table,
): readonly (keyof Table & string)[] {
  // Object.keys forgets the type of the keys, because an object may have more than its type says.
  return Object.keys(table) as (keyof Table & string)[];
}

/** A table with a value for every one of some keys. */
export function tableOf<Key extends string, Value>(
  keys: readonly Key[],
  toValue: (key: Key) => Value,
): { [Each in Key]: Value } {
  // Object.fromEntries has an index signature for a type; the entries are those of all keys.
  return Object.fromEntries(keys.map((key) => [key, toValue(key)])) as { [Each in Key]: Value };
}

/** A map that may have a value for any of some keys, and has no other key. */
export function mapOf<Value extends z.ZodType>(keys: readonly string[], value: Value) {
  const Key = z.string().superRefine((input, context) => {
    if (keys.includes(input)) return;
    context.addIssue({ code: 'invalid_value', values: [...keys], input });
  });
  return z.record(Key, value);
}
