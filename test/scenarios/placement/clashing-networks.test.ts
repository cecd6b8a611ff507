/** Tenants choose addresses of their networks without each other; a node connects one of them. */
import { describe, expect, test } from '@jest/globals';
import { parseFleet } from '@novacron/agent/fleet/fleet';
import { assert } from '@novacron/contract/result';
import { commitAll } from '../../../server/src/adapters/store/suite/rows.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const place = { zone: 'zone-a', rack: 'rack-1', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };

describe('networks of two tenants with the same addresses', () => {
  const fleet = parseFleet({
    nodes: ['node-01', 'node-02'].map((name) => ({ name, ...place })),
    storage_pools: { ssd: { size_gb: 0 }, hdd: { size_gb: 0 }, nvme: { size_gb: 0 } },
  });
  assert(fleet.ok, 'the fleet is valid');
  const bench = useBench({ fleet: fleet.value });

  /** Announces network support like agents that connect networks. */
  async function connect(): Promise<void> {
    const rows = await bench().store.read({ from: 'nodes' });
    await commitAll(
      bench().store,
      rows.map((row) => ({
        kind: 'patch',
        table: 'nodes',
        id: row.id,
        set: {
          capabilities_json: JSON.stringify({
            ...JSON.parse(row.capabilities_json),
            networks: 'yes',
          }),
        },
      })),
    );
  }

  test('are not on one node', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    assert(found.ok, 'the key of a new tenant is valid');
    const other = { principal: found.value };
    const network = { name: 'lan', cidr: '10.0.0.0/24' };
    const own = await bench().expectOk('network.create', network);
    const theirs = await bench().expectOk('network.create', network, other);
    const create = async (name: string, network_id: string, as?: typeof other) => {
      const asked = { ...SMALL_VM, name, network_id, placement: { strategy: 'pack' } };
      const { operation, resource } = await bench().expectOk('vm.create', asked as never, as);
      if (as === undefined) await bench().end(operation);
      else await bench().advance(1_000);
      return resource.node;
    };
    const first = await create('one', own.resource.id);
    await connect();
    const second = await create('two', theirs.resource.id, other);
    expect(second).not.toBe(first);
    expect(await create('three', own.resource.id)).toBe(first);
    // Pinned where it cannot be, it is refused with the reason.
    const placement = { node: second };
    const pinned = { ...SMALL_VM, name: 'four', network_id: own.resource.id, placement };
    const refused = await bench().expectProblem('vm.create', pinned as never);
    expect(JSON.stringify(refused)).toMatch(/exclusion|cannot connect the network/);
    // Of the network of another tenant nothing is said.
    expect(JSON.stringify(refused)).not.toMatch(/another network|10\.0\.0\./);
  });
});
