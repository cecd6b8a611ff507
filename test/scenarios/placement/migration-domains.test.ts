/** CPU baselines of migration domains: what VMs start with, and where they can move to. */
import { describe, expect, test } from '@jest/globals';
import { type FleetNode, parseFleet } from '@novacron/agent/fleet/fleet';
import { assert } from '@novacron/contract/result';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const V1 = 'tcg:x86-64-v1';
const V2 = 'tcg:x86-64-v2';
const V3 = 'tcg:x86-64-v3';

function fleetOf(nodes: readonly (Partial<FleetNode> & Pick<FleetNode, 'name'>)[]) {
  const size = { zone: 'zone-a', rack: 'rack-1', cpu_cores: 16, memory_gb: 64, disk_gb: 500 };
  const parsed = parseFleet({
    nodes: nodes.map((node) => ({ ...size, ...node })),
    storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
  });
  assert(parsed.ok, 'the fleet is valid');
  return parsed.value;
}

const labels = { migration_domain: 'row-1' };

describe('a VM of a migration domain', () => {
  const bench = useBench({
    fleet: fleetOf([
      { name: 'new', labels, cpu_baselines: [V1, V2, V3] },
      { name: 'old', labels, cpu_baselines: [V1, V2] },
      { name: 'other', labels: { migration_domain: 'row-2' }, cpu_baselines: [V1] },
      { name: 'silent', labels },
      { name: 'plain', cpu_baselines: [V1, V2, V3] },
    ]),
  });
  const on = (node: string) => ({ placement: { node } });
  const baselineOf = async (id: string) => {
    const [row] = await bench().store.read({ from: 'vms', where: { name: id } });
    return row?.cpu_baseline;
  };
  const machineOf = async (node: string) => {
    const found = await bench().fleet.drivers.get(node)?.inspect();
    assert(found?.ok === true, 'the driver answers');
    return found.value;
  };
  const end = async (operation: Parameters<ReturnType<typeof bench>['end']>[0]) =>
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });

  test('starts with the CPU that all nodes of the domain offer, and moves among them', async () => {
    const { id } = await makeVm(bench(), { name: 'web', ...on('new') });
    expect(await machineOf('new')).toMatchObject([{ cpu_baseline: V2 }]);
    expect(await baselineOf('web')).toBe(V2);
    await end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    await end((await bench().expectOk('vm.migrate', { id, node: 'old' })).operation);
    expect(await baselineOf('web')).toBe(V2);
    for (const node of ['other', 'silent']) {
      const refused = await bench().expectProblem('vm.migrate', { id, node });
      expect(refused.data).toMatchObject({
        nodes: { [node]: [{ words: `has a hypervisor without the CPU baseline ${V2}` }] },
      });
    }
  });

  test('has the CPU of its node where that is in no domain', async () => {
    await makeVm(bench(), { name: 'web', ...on('plain') });
    expect(await baselineOf('web')).toBeNull();
    const [machine] = await machineOf('plain');
    expect(machine).not.toHaveProperty('cpu_baseline');
  });

  test('has no baseline where its agent knows none', async () => {
    await makeVm(bench(), { name: 'web', ...on('silent') });
    expect(await baselineOf('web')).toBeNull();
  });

  test('gets it at every start, also after a stop', async () => {
    const { id } = await makeVm(bench(), { name: 'web', ...on('new') });
    await end((await bench().expectOk('vm.stop', { id })).operation);
    await bench().store.commit([
      { kind: 'patch', table: 'vms', id, set: { cpu_baseline: 'of an earlier start' } },
    ]);
    await end((await bench().expectOk('vm.start', { id })).operation);
    expect(await baselineOf('web')).toBe(V2);
    expect(await machineOf('new')).toMatchObject([{ cpu_baseline: V2 }]);
  });
});
