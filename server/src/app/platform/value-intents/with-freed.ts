/** Shows a store as if values that a plan gives up were free. */
import { temporaryName } from '@novacron/contract/schema/resource';
import type { AnyQuery, Store } from '../../../ports/store.ts';
import type { TableName } from '../../../ports/tables/tables.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import type { TakenValue } from './find-taken-values.ts';
import { addressIdOf, isAddress } from './unique-values.ts';

/**
 * Returns a view of a store in which the holders of names have their temporary names, and no VM
 * has the addresses. Reads alone differ: what is committed goes to the store as it is.
 */
export function withFreed(store: Store, taken: readonly TakenValue[]): Store {
  if (taken.length === 0) return store;
  const addresses = new Set(
    taken.filter(({ value }) => isAddress(value)).map(({ value }) => addressIdOf(value)),
  );
  const names = new Map(
    taken
      .filter(({ value }) => !isAddress(value))
      .map(({ holder: { kind, row } }) => [
        `${kind === 'tenant' ? 'tenants' : RESOURCE_TABLES[kind]}/${row.id}`,
        temporaryName(row.name, row.id),
      ]),
  );
  const show = <Row extends { readonly id: string }>(
    { from, where }: { readonly from: TableName; readonly where?: object },
    rows: readonly Row[],
  ): readonly Row[] => {
    if (from === 'network_addresses') return rows.filter(({ id }) => !addresses.has(id));
    return rows.flatMap((row) => {
      const name = names.get(`${from}/${row.id}`);
      if (name === undefined) return [row];
      // Found by the name that it gives up.
      return where !== undefined && 'name' in where ? [] : [{ ...row, name }];
    });
  };
  return {
    ...store,
    read: async (query) => show(query, await store.read(query)),
    snapshot: async <const Queries extends Readonly<Record<string, AnyQuery>>>(
      queries: Queries,
    ) => {
      const found = await store.snapshot(queries);
      const shown = Object.entries(queries).map(([key, query]) => [
        key,
        show(query, found[key] ?? []),
      ]);
      return { ...found, ...Object.fromEntries(shown) };
    },
  };
}
