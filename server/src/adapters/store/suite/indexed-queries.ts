/** Queries that have to be fast however big the tables are. */
import type { AnyQuery } from '../../../ports/store.ts';

const latest = { column: 'id', direction: 'desc' } as const;

/** Pages of lists that are filtered or sorted as their inputs can say. */
const LIST_PAGES: readonly AnyQuery[] = [
  { from: 'vms', where: { tenant_id: 't', status: 'running' }, limit: 10 },
  { from: 'vms', where: { tenant_id: 't', node: 'n' }, after: { id: 'a' }, limit: 10 },
  { from: 'volumes', where: { tenant_id: 't', status: 'available' }, limit: 10 },
  { from: 'volumes', where: { tenant_id: 't', type: 'ssd' }, limit: 10 },
  { from: 'snapshots', where: { tenant_id: 't', status: 'ready' }, limit: 10 },
  { from: 'snapshots', where: { tenant_id: 't', node: 'n' }, limit: 10 },
  { from: 'nodes', where: { status: 'ready' }, limit: 10 },
  { from: 'nodes', where: { zone: 'z' }, limit: 10 },
  { from: 'operations', where: { tenant_id: 't', kind: 'vm.create' }, orderBy: latest, limit: 10 },
  { from: 'operations', where: { tenant_id: 't', target_kind: 'vm' }, limit: 10 },
  { from: 'operations', where: { tenant_id: 't', created_by: 'ann' }, limit: 10 },
  ...(['principal', 'operation', 'outcome', 'resource_kind'] as const).map(
    (column): AnyQuery => ({
      from: 'audit',
      where: { tenant_id: 't', [column]: 'x' },
      orderBy: latest,
      after: { id: 'a' },
      limit: 10,
    }),
  ),
  ...(
    [
      'vms',
      'vm_groups',
      'networks',
      'security_groups',
      'volumes',
      'snapshots',
      'ssh_keys',
      'orchestration_policies',
    ] as const
  ).map(
    (from): AnyQuery => ({
      from,
      where: { tenant_id: 't' },
      orderBy: { column: 'updated_at_ms', direction: 'desc' },
      after: { id: 'a', value: 7 },
      limit: 10,
    }),
  ),
  {
    from: 'vms',
    where: { tenant_id: 't' },
    orderBy: { column: 'name', direction: 'asc' },
    after: { id: 'a', value: 'web' },
    limit: 10,
  },
];

/** Pages of which an index has the order, too: none is found by sorting all that could be on it. */
export const INDEXED_PAGES: readonly AnyQuery[] = [
  ...LIST_PAGES,
  { from: 'vms', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'operations', where: { tenant_id: 't' }, orderBy: latest, limit: 10 },
  { from: 'operations', where: { tenant_id: 't', id: { below: 'o' } }, orderBy: latest, limit: 10 },
  { from: 'operations', where: { tenant_id: 't', status: 'stuck' }, limit: 10 },
  {
    from: 'operations',
    where: { tenant_id: 't', status: 'stuck', id: { below: 'o' } },
    orderBy: latest,
    limit: 10,
  },
  { from: 'operations', where: { tenant_id: 't', target_id: 'v' }, limit: 10 },
  {
    from: 'operations',
    where: { finished_at_ms: { below: 7 } },
    orderBy: { column: 'finished_at_ms', direction: 'asc' },
    limit: 10,
  },
  { from: 'audit', where: { tenant_id: 't', resource_id: 'v' }, orderBy: latest, limit: 10 },
  {
    from: 'audit',
    where: { tenant_id: 't', position: { above: 7 } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: 10,
  },
  {
    from: 'events',
    where: { position: { above: 7 } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: 10,
  },
  {
    from: 'events',
    where: { position: { above: 0 } },
    orderBy: { column: 'position', direction: 'desc' },
    limit: 1,
  },
  {
    from: 'events',
    where: { tenant_id: 't', position: { below: 7 } },
    orderBy: { column: 'position', direction: 'desc' },
    limit: 10,
  },
  { from: 'placement_decisions', where: { outcome: null, id: { above: 'd' } }, limit: 10 },
  ...(['score', 'margin', 'confidence', 'outcome'] as const).flatMap((column) =>
    (['asc', 'desc'] as const).map(
      (direction): AnyQuery => ({
        from: 'placement_decisions',
        where: { tenant_id: 't' },
        orderBy: { column, direction },
        limit: 10,
      }),
    ),
  ),
  { from: 'scaling_events', where: { tenant_id: 't' }, orderBy: latest, limit: 10 },
  { from: 'policy_decisions', where: { tenant_id: 't', allowed: 0 }, orderBy: latest, limit: 10 },
  {
    from: 'policy_violations',
    where: { resolved_at_ms: { below: 7 } },
    orderBy: { column: 'resolved_at_ms', direction: 'asc' },
    limit: 10,
  },
];

/** Each is answered by an index on every database. */
export const INDEXED_QUERIES: readonly AnyQuery[] = [
  ...INDEXED_PAGES,
  { from: 'vms', where: { tenant_id: 't', status: { in: ['running', 'stopped'] } }, limit: 10 },
  { from: 'vms', where: { tenant_id: 't' }, search: { text: 'web', columns: ['name'] }, limit: 10 },
  {
    from: 'vms',
    where: { tenant_id: 't' },
    labels: {
      tenantId: 't',
      requirements: [
        { name: 'tier', operator: 'in', values: ['web'] },
        { name: 'env', operator: 'not-in', values: ['prod'] },
        { name: 'team', operator: 'exists', values: [] },
        { name: 'retired', operator: 'absent', values: [] },
      ],
    },
    limit: 10,
  },
  {
    from: 'audit',
    where: { tenant_id: 't', id: { from: 'a', until: 'b' }, at_ms: { from: 1, until: 2 } },
    orderBy: latest,
    limit: 10,
  },
  { from: 'vms', where: { tenant_id: 't', name: 'web' } },
  { from: 'vms', where: { network_id: 'n' } },
  { from: 'volumes', where: { attached_to: 'v' } },
  { from: 'volumes', where: { source_snapshot_id: 's' } },
  { from: 'snapshots', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'snapshots', where: { volume_id: 'v' } },
  { from: 'snapshots', where: { node: 'n' } },
  { from: 'networks', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'orchestration_policies', where: { tenant_id: 't', enabled: 1 } },
  { from: 'policy_versions', where: { policy_id: 'p' } },
  { from: 'policy_versions', where: { policy_id: { in: ['p', 'q'] } } },
  { from: 'policy_decisions', where: { tenant_id: 't', id: { below: 'p' } }, limit: 10 },
  { from: 'policy_decisions', where: { tenant_id: 't', allowed: 0 }, limit: 10 },
  { from: 'policy_decisions', where: { resource_id: 'v' }, limit: 10 },
  { from: 'planned_writes', where: { tenant_id: 't', id: { above: 'p' } }, limit: 10 },
  {
    from: 'planned_writes',
    where: { created_at_ms: { below: 1 } },
    orderBy: { column: 'created_at_ms', direction: 'asc' },
    limit: 10,
  },
  { from: 'scaling_events', where: { tenant_id: 't', id: { below: 's' } }, limit: 10 },
  { from: 'scaling_events', where: { cluster_id: 'g' }, limit: 10 },
  { from: 'scaling_events', where: { scaling_outcome: 'running' }, limit: 10 },
  { from: 'group_scalings', where: { tenant_id: 't' }, limit: 10 },
  { from: 'scaling_holds', where: { tenant_id: 't' }, limit: 10 },
  { from: 'policy_violations', where: { tenant_id: 't', state: 'open' }, limit: 10 },
  { from: 'policy_violations', where: { resource_id: 'v' }, limit: 10 },
  { from: 'policy_data', where: { tenant_id: 't' } },
  { from: 'policy_data_versions', where: { data_id: 'pdat_a' } },
  { from: 'policy_data_versions', where: { tenant_id: 't', path: 'limits' } },
  { from: 'policy_waivers', where: { tenant_id: 't', resource_name: 'web' } },
  { from: 'allocations', where: { vm_id: 'v' } },
  { from: 'allocations', where: { node_id: 'n' } },
  { from: 'allocations', where: { owner_tenant_id: 't', binds_others: 1 } },
  { from: 'allocations', where: { has_claims: 1 } },
  {
    from: 'allocations',
    where: { spot_priority: { above: -1 } },
    orderBy: { column: 'spot_priority', direction: 'asc' },
  },
  { from: 'reservations', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'reservations', where: { tenant_id: 't', name: 'room' } },
  {
    from: 'reservations',
    where: { deadline_ms: { below: 7 } },
    orderBy: { column: 'deadline_ms', direction: 'asc' },
    limit: 10,
  },
  { from: 'operations', where: { status: { in: ['running', 'undoing'] } } },
  { from: 'operations', where: { target_id: 'v' } },
  { from: 'operation_log', where: { operation_id: 'o' } },
  { from: 'events', where: { position: null } },
  { from: 'audit', where: { resource_id: 'v' } },
  { from: 'audit', where: { position: null }, limit: 10 },
  { from: 'baselines', where: { tenant_id: 't' } },
  { from: 'drift_records', where: { tenant_id: 't' } },
  { from: 'drift_marks', where: { tenant_id: 't' } },
  { from: 'api_keys', where: { secret_hash: 'x' } },
];
