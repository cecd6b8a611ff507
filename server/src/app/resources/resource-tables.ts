import type { ResourceKind } from '@novacron/contract/field';
import type { Tables } from '../../ports/tables.ts';

/** The table of each kind. */
export const RESOURCE_TABLES = {
  vm: 'vms',
  vm_group: 'vm_groups',
  network: 'networks',
  security_group: 'security_groups',
  volume: 'volumes',
  snapshot: 'snapshots',
  template: 'tenant_templates',
  policy: 'orchestration_policies',
} as const satisfies Record<ResourceKind, keyof Tables>;

/** The row type of each kind. */
export type RowOf<Kind extends ResourceKind> = Tables[(typeof RESOURCE_TABLES)[Kind]];
