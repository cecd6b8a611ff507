import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { Table } from '../../framework/provider.ts';

/**
 * Returns the entry that a request names.
 * @throws UserError if the provider has no entry of that name
 */
export function lookUp<T>(table: Table<T> | undefined, name: string): T {
  const entry = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry !== undefined) return entry;
  throw new UserError({
    summary: `Unsupported type: ${name}`,
    detail: 'This version of the provider does not support it. Check the name and the version.',
  });
}
