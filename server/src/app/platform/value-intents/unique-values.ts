/**
 * Unique values of resources: names within a kind, addresses within a network. A value is a text
 * such as `name/vm/web-1` or `address/net_x/10.0.0.5`.
 */
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Store } from '../../../ports/store.ts';
import type { ResourceRow, Tables } from '../../../ports/tables/tables.ts';
import { desiredRevisionOf } from '../../rows/answer-resource.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';

/** A kind whose names a plan can give up: policies share names, and are signed with them. */
export type NamedKind = Exclude<ResourceKind, 'policy' | 'orchestration_policy'> | 'tenant';

/** All of them. */
export const NAMED_KINDS: readonly NamedKind[] = [
  ...RESOURCE_KINDS.filter((kind) => kind !== 'policy' && kind !== 'orchestration_policy'),
  'tenant',
];

/** An object that may have unique values, with the row that it is stored in. */
export type ValueHolder =
  | { readonly kind: 'tenant'; readonly row: Tables['tenants'] }
  | { readonly kind: Exclude<NamedKind, 'tenant'>; readonly row: ResourceRow };

/** Returns the value of a name. */
export function nameValue(kind: NamedKind, name: string): string {
  return `name/${kind}/${name}`;
}

/** Returns the value of an address in a network. */
export function addressValue(networkId: string, ip: string): string {
  return `${networkPrefix(networkId)}${ip}`;
}

/** Returns what the values of all addresses of a network begin with. */
export function networkPrefix(networkId: string): string {
  return `${ADDRESS_PREFIX}${networkId}/`;
}

const ADDRESS_PREFIX = 'address/';

/** Whether a value is an address. */
export function isAddress(value: string): boolean {
  return value.startsWith(ADDRESS_PREFIX);
}

/** Returns the network and the address of a value: the id of its row in `network_addresses`. */
export function addressIdOf(value: string): string {
  return value.slice(ADDRESS_PREFIX.length);
}

/** Identifies the desired fields of an object. */
export function revisionOf({ kind, row }: ValueHolder): string {
  return kind === 'tenant' ? String(row.revision) : desiredRevisionOf(row);
}

/** Whether an operation is changing an object. */
export function isBusy({ kind, row }: ValueHolder): boolean {
  return kind !== 'tenant' && row.busy_operation_id !== null;
}

/** Reads an object of a tenant by its id. */
export async function readById(
  store: Pick<Store, 'read'>,
  kind: NamedKind,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
): Promise<ValueHolder | undefined> {
  if (kind === 'tenant') return toTenant(await store.read({ from: 'tenants', where: { id } }));
  return toResource(kind, await readRows(store, kind, { id, tenant_id: tenantId }));
}

/** Reads the object that has a value; undefined where none of the tenant has. */
export async function readHolder(
  store: Pick<Store, 'read'>,
  value: string,
  tenantId: string,
): Promise<ValueHolder | undefined> {
  if (isAddress(value)) {
    const where = { id: addressIdOf(value), tenant_id: tenantId };
    const [address] = await store.read({ from: 'network_addresses', where });
    if (address === undefined) return undefined;
    return readById(store, 'vm', { tenantId, id: address.vm_id });
  }
  const [, kindText, ...rest] = value.split('/');
  const kind = NAMED_KINDS.find((each) => each === kindText);
  const name = rest.join('/');
  if (kind === undefined) return undefined;
  if (kind === 'tenant') return toTenant(await store.read({ from: 'tenants', where: { name } }));
  return toResource(kind, await readRows(store, kind, { name, tenant_id: tenantId }));
}

function readRows(
  store: Pick<Store, 'read'>,
  kind: Exclude<NamedKind, 'tenant'>,
  where: Readonly<Record<string, unknown>>,
): Promise<readonly ResourceRow[]> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  return store.read({ from, where });
}

function toTenant([row]: readonly Tables['tenants'][]): ValueHolder | undefined {
  return row === undefined ? undefined : { kind: 'tenant', row };
}

function toResource(
  kind: Exclude<NamedKind, 'tenant'>,
  [row]: readonly ResourceRow[],
): ValueHolder | undefined {
  return row === undefined ? undefined : { kind, row };
}
