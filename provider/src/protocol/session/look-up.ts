import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { Table } from '../../framework/provider.ts';

/**
 * Finds what a request is about.
 * @throws UserError when the provider has nothing of that name
 */
export function lookUp<T>(table: Table<T> | undefined, name: string): T {
  const entry = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry !== undefined) return entry;
  throw new UserError({
    summary: `Nothing is called ${name}`,
    detail: 'This version of the provider does not have it. Check the name and the version.',
  });
}
