/** The classes of addresses, which price lists have prices for. */
import type { Store } from '../../../ports/store.ts';
import type { NetworkRow } from '../../../ports/tables/tables.ts';
import { desiredIfReadable } from '../../rows/answer-resource.ts';

/** The class of the addresses of each network; null: it has none. */
export function addressClassesOf(
  networks: readonly NetworkRow[],
): ReadonlyMap<string, string | null> {
  return new Map(
    networks.map((row) => {
      const { address_class: named } = desiredIfReadable(row);
      return [row.id, typeof named === 'string' ? named : null];
    }),
  );
}

/** Reads the class of the addresses of some networks. */
export async function readAddressClasses(
  store: Pick<Store, 'read'>,
  networkIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (networkIds.length === 0) return new Map();
  return addressClassesOf(
    await store.read({ from: 'networks', where: { id: { in: [...new Set(networkIds)] } } }),
  );
}

/** Reads the class of each address of a VM with these networks. */
export async function readClassesOf(
  store: Pick<Store, 'read'>,
  networkIds: readonly string[],
): Promise<readonly (string | null)[]> {
  const classes = await readAddressClasses(store, networkIds);
  return networkIds.map((id) => classes.get(id) ?? null);
}
