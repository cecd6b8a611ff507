/** Everything that the store keeps, as the checks read it: past every port, at one moment. */
import type { JsonObject } from '@novacron/contract/json';
import type { Store } from '@novacron/server/ports/store';
import type { Tables } from '@novacron/server/ports/tables/tables';

const WHOLE_STORE = {
  nodes: { from: 'nodes' },
  pools: { from: 'storage_pools' },
  vms: { from: 'vms' },
  networks: { from: 'networks' },
  volumes: { from: 'volumes' },
  snapshots: { from: 'snapshots' },
  policies: { from: 'orchestration_policies' },
  templates: { from: 'templates' },
  allocations: { from: 'allocations' },
  reservations: { from: 'reservations' },
  standbys: { from: 'standbys', where: { node: { not: null } } },
  quotas: { from: 'tenant_quotas' },
  rules: { from: 'rule_versions' },
  operations: { from: 'operations' },
  log: { from: 'operation_log' },
  events: { from: 'events' },
  keys: { from: 'idempotency_keys' },
  baselines: { from: 'baselines' },
  audit: { from: 'audit' },
} as const;

/** Every row, by table, in the order of ids. */
export type Books = Awaited<ReturnType<typeof readBooks>>;

/** Reads all of it. */
export function readBooks(store: Store) {
  return store.snapshot(WHOLE_STORE);
}

/** The accounts alone: what may be checked after every change of them. */
export type Accounts = Awaited<ReturnType<typeof readAccounts>>;

/** Reads the accounts. */
export function readAccounts(store: Store) {
  const { nodes, pools, vms, networks, volumes, snapshots, policies } = WHOLE_STORE;
  const { allocations, quotas, reservations, standbys } = WHOLE_STORE;
  const resources = { vms, networks, volumes, snapshots, policies };
  return store.snapshot({
    nodes,
    pools,
    allocations,
    reservations,
    standbys,
    quotas,
    ...resources,
  });
}

/** The fields wanted. */
export function desiredOf(row: { readonly desired_json: string }): JsonObject {
  return JSON.parse(row.desired_json);
}

/** The fields computed. */
export function observedOf(row: { readonly observed_json: string }): JsonObject {
  return JSON.parse(row.observed_json);
}

/** Ids of all networks that a VM is connected to. */
export function networkIdsOf(vm: Tables['vms']): readonly string[] {
  const { further_network_ids: further } = desiredOf(vm);
  const others = Array.isArray(further) ? further.map(String) : [];
  return [...(vm.network_id === null ? [] : [vm.network_id]), ...others];
}

/** The sum of a column. */
export function sumOf<Column extends string>(
  rows: readonly Readonly<Record<Column, number>>[],
  column: Column,
): number {
  return rows.reduce((sum, row) => sum + row[column], 0);
}
