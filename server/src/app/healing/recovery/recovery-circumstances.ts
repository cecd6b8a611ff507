/**
 * Digests the circumstances that decide whether a recovery is refused into a text that changes with
 * any of them.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/**
 * Describes it: the VM, its disks and their snapshots; room and state of all nodes; quotas,
 * features, policies and what they read, of its tenant and of the platform.
 * @returns a digest; heartbeats and usage of nodes do not change it
 */
export async function describeRecoveryCircumstances(
  { store, settings, clock }: Pick<CapabilityDeps, 'store' | 'settings' | 'clock'>,
  { id, tenant_id: tenantId, revision }: VmRow,
): Promise<string> {
  const platform = await findPlatformTenant(store);
  const tenants = { in: [tenantId, platform?.id ?? tenantId] };
  const found = await store.snapshot({
    nodes: { from: 'nodes' },
    pools: { from: 'storage_pools' },
    tenants: { from: 'tenants', where: { id: tenants } },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
    policies: { from: 'orchestration_policies', where: { tenant_id: tenants }, damaged: 'blank' },
    data: { from: 'policy_data', where: { tenant_id: tenants }, damaged: 'blank' },
    waivers: { from: 'policy_waivers', where: { tenant_id: tenants } },
    standbys: { from: 'standbys', where: { id } },
    volumes: { from: 'volumes', where: { attached_to: id } },
  });
  const volumeIds = found.volumes.map((row) => row.id);
  const snapshots = await store.read({
    from: 'snapshots',
    where: { volume_id: { in: volumeIds } },
    damaged: 'blank',
  });
  const nowMs = clock.nowMs();
  const parts = [
    revision,
    settings.failoverNodes,
    ...found.nodes.map((row) => [
      row.id,
      row.status,
      row.power,
      row.capabilities_json,
      row.refused_json,
      row.fenced_json,
      row.cut_off_json,
      row.suspected_json !== null,
      row.cpu_cores - row.cpu_cores_used,
      row.memory_mib - row.memory_mib_used,
      row.disk_gb - row.disk_gb_used,
    ]),
    ...found.pools.map((row) => [row.id, row.size_gb - row.size_gb_used]),
    ...found.tenants.map((row) => [row.id, row.revision]),
    ...found.quotas,
    ...found.policies.map((row) => [row.id, row.revision, row.enabled, row.steers]),
    ...found.data.map((row) => [row.id, row.revision]),
    ...found.waivers.map((row) => [row.id, row.waived_until_ms > nowMs]),
    ...found.standbys.map((row) => [row.id, row.node_id]),
    ...[...found.volumes, ...snapshots].map((row) => [row.id, row.revision, row.observed_json]),
  ];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 16);
}
