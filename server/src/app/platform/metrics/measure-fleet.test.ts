/** The metrics of a fleet by what is known of its nodes. */
import { describe, expect, test } from '@jest/globals';
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import { nodeRow } from '../../../adapters/store/suite/rows.ts';
import type { AllocationRow } from '../../../ports/tables/allocation-row.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { newQuotaRow } from '../../access/quota/tenant-quota.ts';
import type { UsageWatch } from '../../placement/measured-usage.ts';
import { type FleetRows, measureFleet } from './measure-fleet.ts';

const GIB = 1_073_741_824;

const NOTHING = { claims: [], pools: [], networks: [], addresses: new Map(), quotas: [] };

const SIZE = {
  status: 'ready',
  cpu_cores: 8,
  cpu_cores_used: 2,
  memory_mib: 4_096,
  memory_mib_used: 1_024,
  disk_gb: 100,
  disk_gb_used: 10,
};

function node(name: string, fields: Partial<NodeRow> = {}, facts?: NodeFacts): NodeRow {
  const facts_json = facts === undefined ? null : JSON.stringify(facts);
  return nodeRow(`node_${name}`, { name, zone: 'a', ...SIZE, ...fields, facts_json });
}

function claimOf(nodeId: string, claim: object): AllocationRow {
  return {
    id: 'alloc_1',
    vm_id: 'vm_1',
    node_id: nodeId,
    cpu_cores: 1,
    memory_mib: 1,
    disk_gb: 1,
    created_at_ms: 1,
    owner_tenant_id: null,
    traits_json: null,
    binds_others: null,
    spot_priority: null,
    claims_json: JSON.stringify(claim),
    has_claims: 1,
  };
}

/** Measures nodes by name: cores in use. */
function usageOf(cores: Readonly<Record<string, number>>): UsageWatch {
  return {
    ofNode: (name) => {
      const cpuCores = cores[name];
      return cpuCores === undefined ? undefined : { cpuCores, memoryMib: 512, measuredAtMs: 1 };
    },
    historyOf: () => [],
    ofVm: () => undefined,
  };
}

function measure(rows: Partial<FleetRows>, usage?: UsageWatch) {
  const all = measureFleet({ nodes: [], ...NOTHING, ...rows }, usage);
  return new Map(all.map(({ target, values }) => [target.id, Object.fromEntries(values)]));
}

describe('capacity is that of nodes that take VMs', () => {
  test.each(['draining', 'maintenance', 'standby', 'lost'])('not of one that is %s', (status) => {
    const nodes = [node('one'), node('two', { status, zone: 'b' })];
    const found = measure({ nodes });
    expect(found.get('fleet')).toMatchObject({
      cpu_capacity_cores: 8,
      cpu_allocated_cores: 2,
      cpu_free_cores: 6,
      memory_free_bytes: 3 * GIB,
      disk_allocated_bytes: 10 * GIB,
      nodes_capacity_count: 1,
      nodes_all_count: 2,
    });
    expect(found.get('zone:b')).toEqual({ nodes_capacity_count: 0, nodes_all_count: 1 });
    expect(found.has('node_two')).toBe(false);
  });

  test('of a zone or a class, the sum of its nodes', () => {
    const large = { zone: 'b', class: 'large' };
    const found = measure({ nodes: [node('one'), node('two'), node('three', large)] });
    expect([...found.keys()].filter((id) => id.startsWith('class:'))).toEqual(['class:large']);
    expect(found.get('class:large')).toMatchObject({ cpu_capacity_cores: 8 });
    expect(found.get('zone:a')).toMatchObject({ cpu_capacity_cores: 16, nodes_capacity_count: 2 });
    expect(found.get('zone:b')).toMatchObject({ cpu_capacity_cores: 8, nodes_capacity_count: 1 });
  });
});

describe('what was not measured is absent', () => {
  const nodes = [node('one'), node('two')];

  test('usage of a sum, unless all of its nodes were measured', () => {
    const some = measure({ nodes }, usageOf({ one: 1.25 }));
    expect(some.get('node_one')).toMatchObject({
      cpu_used_cores: 1.25,
      memory_used_bytes: GIB / 2,
    });
    expect(some.get('fleet')).not.toHaveProperty('cpu_used_cores');
    const all = measure({ nodes }, usageOf({ one: 1.25, two: 0.5 }));
    expect(all.get('fleet')).toMatchObject({ cpu_used_cores: 1.75, memory_used_bytes: GIB });
  });

  test('bandwidth and devices of nodes that do not report them', () => {
    const facts = {
      network_mbps: 1_000,
      devices: [
        { kind: 'gpu', model: 'a100', count: 2 },
        { kind: 'gpu', model: 'l4', count: 1 },
      ],
    };
    const claim = { pools: { bandwidth: 400 }, devices: [{ kind: 'gpu', count: 1, milli: 500 }] };
    const rows = [node('one', {}, facts), node('two')];
    const found = measure({ nodes: rows, claims: [claimOf('node_one', claim)] });
    expect(found.get('fleet')).toMatchObject({
      network_capacity_bytes_per_second: 125_000_000,
      network_claimed_bytes_per_second: 50_000_000,
      network_free_bytes_per_second: 75_000_000,
      devices_gpu_capacity_count: 3,
      devices_gpu_used_count: 0.5,
      devices_gpu_free_count: 2.5,
    });
    expect(found.get('node_two')).not.toHaveProperty('network_capacity_bytes_per_second');
  });

  test('a storage with a file system that one node cannot read; a shared one counts once', () => {
    const pools = [{ id: 'ssd', size_gb: 100, size_gb_used: 40 }];
    const nfs = { pool: 'nfs', sharing: 'shared' as const, size_gb: 50, free_gb: 20 };
    const unknown = { pool: 'nfs', sharing: 'shared' as const };
    const own = { pool: 'two', sharing: 'local' as const };
    const fleet = (...storages: NonNullable<NodeFacts['storage']>[]) =>
      storages.map((storage, at) => node(`n${at}`, {}, { storage }));
    const shared = measure({ pools, nodes: fleet(nfs, { ...nfs, classes: { ssd: unknown } }) });
    expect(shared.get('pool:ssd')).toEqual({
      storage_capacity_bytes: 100 * GIB,
      storage_allocated_bytes: 40 * GIB,
      storage_free_bytes: 60 * GIB,
      storage_size_bytes: 50 * GIB,
      storage_used_bytes: 30 * GIB,
    });
    const found = measure({ pools, nodes: fleet(nfs, own) });
    expect(found.get('pool:ssd')).not.toHaveProperty('storage_used_bytes');
  });
});

test('a network counts the addresses that VMs can have, unless its block is IPv6', () => {
  const networks = [
    { id: 'net_a', name: 'a', tenantId: 'tnt_b', cidr: '10.0.0.0/24' },
    { id: 'net_b', name: 'b', tenantId: 'tnt_b', cidr: 'fd00::/64' },
  ];
  const found = measure({ networks, addresses: new Map([['net_a', 3]]) });
  expect(found.get('net_a')).toEqual({
    addresses_capacity_count: 253,
    addresses_used_count: 3,
    addresses_free_count: 250,
  });
  expect(found.has('net_b')).toBe(false);
});

test('a tenant has what it uses of the quotas that are limited', () => {
  const row = { ...newQuotaRow('tnt_b', { vms: 3, memory_mib: 2_048 }), memory_mib_max: 8_192 };
  expect(measure({ quotas: [row] }).get('tnt_b')).toEqual({
    quota_memory_gb_limit_count: 8,
    quota_memory_gb_used_count: 2,
  });
});

test('the server has what its database and images use, where their disks are known', () => {
  const images = { free: 30 * GIB, size: 100 * GIB };
  const store = { sizeBytes: GIB, freeBytes: 9 * GIB };
  expect(measure({ store, images }).get('fleet')).toMatchObject({
    store_capacity_bytes: 10 * GIB,
    store_used_bytes: GIB,
    image_disk_capacity_bytes: 100 * GIB,
    image_disk_used_bytes: 70 * GIB,
  });
  const elsewhere = measure({ store: { sizeBytes: GIB, freeBytes: undefined } }).get('fleet');
  expect(elsewhere).not.toHaveProperty('store_used_bytes');
});
