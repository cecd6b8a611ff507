/** Tables whose keys are all known, such as those of operations, features and quotas. */

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
