/** Queries that have to be fast however big the tables are. */
import type { AnyQuery } from '../../../ports/store.ts';

/** Each is answered by an index on every database. */
export const INDEXED_QUERIES: readonly AnyQuery[] = [
  { from: 'vms', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'vms', where: { tenant_id: 't', name: 'web' } },
  { from: 'vms', where: { network_id: 'n' } },
  { from: 'volumes', where: { attached_to: 'v' } },
  { from: 'volumes', where: { source_snapshot_id: 's' } },
  { from: 'snapshots', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'snapshots', where: { volume_id: 'v' } },
  { from: 'snapshots', where: { node: 'n' } },
  { from: 'networks', where: { tenant_id: 't', id: { above: 'a' } }, limit: 10 },
  { from: 'orchestration_policies', where: { tenant_id: 't', enabled: 1 } },
  { from: 'allocations', where: { vm_id: 'v' } },
  { from: 'allocations', where: { node_id: 'n' } },
  { from: 'allocations', where: { owner_tenant_id: 't', binds_others: 1 } },
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
  {
    from: 'operations',
    where: { finished_at_ms: { below: 7 } },
    orderBy: { column: 'finished_at_ms', direction: 'asc' },
    limit: 10,
  },
  { from: 'operation_log', where: { operation_id: 'o' } },
  { from: 'events', where: { position: null } },
  {
    from: 'events',
    where: { position: { above: 7 } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: 10,
  },
  { from: 'audit', where: { resource_id: 'v' } },
  { from: 'audit', where: { position: null }, limit: 10 },
  {
    from: 'audit',
    where: { tenant_id: 't', position: { above: 7 } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: 10,
  },
  { from: 'baselines', where: { tenant_id: 't' } },
  { from: 'api_keys', where: { secret_hash: 'x' } },
];
