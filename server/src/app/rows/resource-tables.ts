import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Tables } from '../../ports/tables/tables.ts';

/** The table of each kind. */
export const RESOURCE_TABLES = {
  vm: 'vms',
  vm_group: 'vm_groups',
  network: 'networks',
  security_group: 'security_groups',
  volume: 'volumes',
  snapshot: 'snapshots',
  template: 'tenant_templates',
  ssh_key: 'ssh_keys',
  policy: 'orchestration_policies',
  orchestration_policy: 'orchestration_policies',
} as const satisfies Record<ResourceKind, keyof Tables>;

/** The row type of each kind. */
export type RowOf<Kind extends ResourceKind> = Tables[(typeof RESOURCE_TABLES)[Kind]];

/** The condition that separates kinds that share a table. */
export const KIND_WHERE: { readonly [Kind in ResourceKind]?: object } = {
  policy: { steers: null },
  orchestration_policy: { steers: { not: null } },
};

const KINDS_BY_PREFIX: ReadonlyMap<string, ResourceKind> = new Map(
  RESOURCE_KINDS.map((kind) => [RESOURCE_DEFINITIONS[kind].noun.prefix, kind]),
);

/** The kind of resource that an id names; undefined where it names none. */
export function kindOfId(id: string): ResourceKind | undefined {
  return KINDS_BY_PREFIX.get(id.slice(0, id.indexOf('_')));
}
