/**
 * Node facts of the fleet file and the matching requirements of VMs: NUMA cells, bandwidth, taints,
 * devices, overcommit and licences.
 */
import { describe, expect, test } from '@jest/globals';
import { type Fleet, type FleetNode, parseFleet } from '@novacron/agent/fleet/fleet';
import { VmPlacement } from '@novacron/contract/placement/vm-placement';
import { VmRequirements } from '@novacron/contract/placement/vm-requirements';
import { assert } from '@novacron/contract/result';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** A fleet as its file describes it. */
function fleetOf(
  nodes: readonly (Partial<FleetNode> & Pick<FleetNode, 'name'>)[],
  more: object = {},
): Fleet {
  const parsed = parseFleet({
    nodes: nodes.map((node) => ({
      zone: 'zone-a',
      rack: 'rack-1',
      cpu_cores: 16,
      memory_gb: 64,
      disk_gb: 500,
      ...node,
    })),
    storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
    ...more,
  });
  assert(parsed.ok, 'the fleet is valid');
  return parsed.value;
}

const requirements = (needs: Partial<VmRequirements>) => VmRequirements.parse(needs);
const LARGE = { cpu_cores: 8, memory_gb: 8, disk_gb: 20 } as const;

describe('NUMA cells', () => {
  const cell = { cpu_cores: 8, memory_gb: 32 };
  const bench = useBench({
    fleet: fleetOf([
      { name: 'split', numa_cells: Array.from({ length: 4 }, () => ({ ...cell, cpu_cores: 4 })) },
      { name: 'two-cells', numa_cells: [cell, cell] },
      { name: 'silent' },
    ]),
  });
  const placement = VmPlacement.parse({ numa: 'single' });

  test('a VM that must fit in one cell gets such a node, until its cells are taken', async () => {
    const vms = [
      await makeVm(bench(), { ...LARGE, name: 'one', placement }),
      await makeVm(bench(), { ...LARGE, name: 'two', cpu_cores: 6, placement }),
    ];
    expect(vms.map(({ node }) => node)).toEqual(['two-cells', 'two-cells']);
    const third = { ...LARGE, name: 'three', cpu_cores: 6, placement };
    const refused = await bench().expectProblem('vm.create', third);
    expect(refused).toMatchObject({ code: 'no-capacity' });
    expect(JSON.stringify(refused.data)).toContain('does not say its NUMA cells');
    expect(JSON.stringify(refused.data)).toContain('has no NUMA fit (4 cores free');
  });

  test('such a VM is bound by its node, at every start, and other VMs are not', async () => {
    const { id } = await makeVm(bench(), { ...LARGE, name: 'one', placement });
    const near = VmPlacement.parse({ numa: 'prefer-single', node: 'two-cells' });
    await makeVm(bench(), { ...LARGE, name: 'near', cpu_cores: 2, placement: near });
    const free = VmPlacement.parse({ node: 'two-cells' });
    await makeVm(bench(), { ...LARGE, name: 'free', cpu_cores: 2, placement: free });
    for (const power of ['vm.stop', 'vm.start'] as const) {
      const { operation } = await bench().expectOk(power, { id });
      await bench().end(operation);
    }
    const found = await bench().fleet.drivers.get('two-cells')?.inspect();
    const bound = found?.ok ? found.value.map(({ spec, ...machine }) => [spec.name, machine]) : [];
    expect(Object.fromEntries(bound)).toMatchObject({
      one: { numa: 'single', status: 'running' },
      near: { numa: 'prefer-single' },
      free: expect.not.objectContaining({ numa: expect.anything() }),
    });
  });

  test('what is configured later is not counted before the VM moves', async () => {
    const { id } = await makeVm(bench(), { ...LARGE, name: 'one' });
    const { operation } = await bench().expectOk('vm.update', { id, placement });
    await bench().end(operation);
    await bench().restartServer();
    await bench().advance(1_000);
    const [held] = await bench().store.read({ from: 'allocations' });
    expect(held).toMatchObject({ claims_json: null, has_claims: 0 });
  });

  test('a VM that left gives its cell back', async () => {
    const vms = [
      await makeVm(bench(), { ...LARGE, name: 'one', placement }),
      await makeVm(bench(), { ...LARGE, name: 'two', placement }),
    ];
    const third = { ...LARGE, name: 'three', placement };
    await bench().expectProblem('vm.create', third);
    const { operation } = await bench().expectOk('vm.delete', { id: vms[0]?.id ?? '' });
    await bench().end(operation);
    expect((await makeVm(bench(), third)).node).toBe('two-cells');
  });

  test('reservations, batches and estimates count cells as creates do', async () => {
    const size = { ...LARGE, placement };
    const { fits, refused } = await bench().expectOk('capacity.estimate', size);
    expect(fits).toBe(2);
    expect(refused).toMatchObject({ numa: 3 });
    await bench().expectOk('reservation.create', { ...size, name: 'room', ttl_seconds: 60 });
    expect((await bench().expectOk('capacity.estimate', size)).fits).toBe(1);
    const vms = ['a', 'b'].map((name) => ({ ...size, name }));
    const batch = await bench().expectProblem('placement.batch', { vms });
    expect(batch.code).toBe('no-capacity');
  });

  test('of several VMs that are asked for at once no two get one cell', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      names.map((name) => bench().call('vm.create', { ...LARGE, name, placement })),
    );
    await bench().endAll();
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
  });

  test('the question why not says that a node does not say', async () => {
    const vm = await makeVm(bench(), { ...LARGE, placement });
    const why = await bench().expectOk('placement.explain', { id: vm.id, node: 'silent' });
    expect(why.explanation.join('\n')).toContain('does not say its NUMA cells');
  });
});

describe('network bandwidth', () => {
  const bench = useBench({
    fleet: fleetOf([
      { name: 'fast', network_mbps: 10_000 },
      { name: 'slow', network_mbps: 1_000 },
      { name: 'silent' },
    ]),
  });

  test('is reserved for VMs that need it, and counts as taken', async () => {
    const needs = requirements({ network_mbps: 6_000 });
    const vm = await makeVm(bench(), { requirements: needs });
    expect(vm).toMatchObject({ node: 'fast', requirements: { network_mbps: 6_000 } });
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      name: 'web-02',
      requirements: needs,
    });
    const reasons = JSON.stringify(refused.data);
    expect(reasons).toContain('lacks 2000 Mbit/s of bandwidth (4000 Mbit/s free)');
    expect(reasons).toContain('does not say its network bandwidth');
  });
});

describe('taints', () => {
  const bench = useBench({
    fleet: fleetOf([
      { name: 'general', cpu_cores: 2 },
      { name: 'tainted', taints: [{ key: 'team', value: 'ml' }] },
      { name: 'avoided', taints: [{ key: 'old', effect: 'avoid' }] },
    ]),
  });

  test('keep VMs away that do not tolerate them', async () => {
    const general = await makeVm(bench(), { name: 'a' });
    const avoided = await makeVm(bench(), { name: 'b' });
    expect([general.node, avoided.node]).toEqual(['general', 'avoided']);
    const pinned = { ...SMALL_VM, name: 'c', placement: VmPlacement.parse({ node: 'tainted' }) };
    const refused = await bench().expectProblem('vm.create', pinned);
    expect(JSON.stringify(refused)).toContain('has the taint team=ml');
    const tolerations = ['team=ml'];
    const vm = await makeVm(bench(), { ...pinned, requirements: requirements({ tolerations }) });
    expect(vm.node).toBe('tainted');
  });
});

describe('labels of nodes', () => {
  const bench = useBench({
    fleet: fleetOf([
      { name: 'fast-5', labels: { disk: 'ssd', generation: '5' }, cpu_cores: 4 },
      { name: 'fast-4', labels: { disk: 'ssd', generation: '4' } },
      { name: 'slow', labels: { disk: 'hdd' } },
      { name: 'plain' },
    ]),
  });
  const placement = VmPlacement.parse({ node_labels: { disk: 'ssd' } });

  test('are required by a VM, and shown', async () => {
    const vms = [
      await makeVm(bench(), { name: 'a', placement }),
      await makeVm(bench(), { name: 'b', placement }),
    ];
    expect(new Set(vms.map(({ node }) => node))).toEqual(new Set(['fast-4', 'fast-5']));
    const pinned = { ...SMALL_VM, name: 'c', placement: { ...placement, node: 'plain' } };
    const refused = await bench().expectProblem('vm.create', pinned);
    expect(refused.code).toBe('no-capacity');
    expect(refused.data).toMatchObject({
      nodes: { plain: [{ reason: 'node-label', words: 'lacks the label disk=ssd' }] },
    });
    const { items } = await bench().expectOk('node.list', { name: 'slow' });
    expect(items[0]?.facts?.labels).toEqual({ disk: 'hdd' });
  });

  test('are preferred: a VM goes elsewhere where such a node is full', async () => {
    const preferred = VmPlacement.parse({
      node_labels: { disk: 'ssd' },
      preferred_node_labels: { generation: '5' },
      strategy: 'pack',
    });
    const size = { ...SMALL_VM, cpu_cores: 3, placement: preferred };
    const places = [
      (await makeVm(bench(), { ...size, name: 'a' })).node,
      (await makeVm(bench(), { ...size, name: 'b' })).node,
    ];
    expect(places).toEqual(['fast-5', 'fast-4']);
  });

  test('of the node of a VM are not taken from under it by a change', async () => {
    const { id } = await makeVm(bench(), { placement: VmPlacement.parse({ node: 'plain' }) });
    const refused = await bench().expectProblem('vm.update', { id, placement });
    expect(JSON.stringify(refused)).toContain('lacks the label disk=ssd');
  });
});

describe('devices', () => {
  const bench = useBench({
    fleet: fleetOf([
      { name: 'plain', devices: [] },
      { name: 'gpus', devices: [{ kind: 'gpu', model: 'a100', count: 2 }] },
      { name: 'silent' },
    ]),
  });

  test('are given to one VM each', async () => {
    const two = requirements({ devices: [{ kind: 'gpu', model: 'a100', count: 2 }] });
    const vm = await makeVm(bench(), { requirements: two });
    expect(vm.node).toBe('gpus');
    const one = requirements({ devices: [{ kind: 'gpu', model: null, count: null }] });
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      name: 'late',
      requirements: one,
    });
    const reasons = JSON.stringify(refused.data);
    expect(reasons).toContain('cannot give 1 gpu as asked');
    expect(reasons).toContain('does not say whether it has a gpu');
    const found = await bench().fleet.drivers.get('gpus')?.inspect();
    expect(found).toMatchObject({
      value: [{ devices: [{ kind: 'gpu', model: 'a100', count: 2 }] }],
    });
  });

  test('bind a VM to its node, whether it runs or is stopped', async () => {
    const any = requirements({ devices: [{ kind: 'gpu', model: null, count: null }] });
    const { id } = await makeVm(bench(), { requirements: any });
    const bound = {
      code: 'conflict',
      detail: 'The VM web-01 has devices of its node, and a VM with devices does not migrate.',
    };
    expect(await bench().expectProblem('vm.migrate', { id })).toMatchObject(bound);
    const { operation } = await bench().expectOk('vm.stop', { id });
    await bench().end(operation);
    expect(await bench().expectProblem('vm.migrate', { id })).toMatchObject(bound);
  });
});

describe('overcommit', () => {
  const bench = useBench({
    fleet: fleetOf([{ name: 'double', cpu_cores: 4, overcommit: { cpu: 2 } }]),
  });

  test('lets a node promise more cores than it has, and its hypervisor run them', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names)
      expect(await makeVm(bench(), { name })).toMatchObject({ node: 'double' });
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, name: 'e' });
    expect(refused.code).toBe('no-capacity');
  });
});

describe('licences', () => {
  const bench = useBench({
    fleet: fleetOf([{ name: 'one' }, { name: 'two' }], {
      licences: { oracle: { per: 'node', limit: 1 }, sap: { per: 'vm', limit: 1 } },
    }),
  });

  test('by node keep VMs together, by VM run out; unknown ones are refused', async () => {
    const create = (name: string, licence: string) =>
      bench().call('vm.create', {
        ...SMALL_VM,
        name,
        requirements: requirements({ licences: [licence] }),
      });
    for (const name of ['a', 'b', 'c'])
      expect(await create(name, 'oracle')).toMatchObject({ ok: true });
    const { items } = await bench().expectOk('vm.list', {});
    expect(new Set(items.map(({ node }) => node)).size).toBe(1);
    expect(await create('d', 'sap')).toMatchObject({ ok: true });
    expect(JSON.stringify(await create('e', 'sap'))).toContain('all 1 are in use');
    expect(JSON.stringify(await create('f', 'db2'))).toContain('no licence of db2: there are none');
  });

  test('are given to only as many of the VMs asked for at once as there are', async () => {
    const needs = requirements({ licences: ['sap'] });
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        bench().call('vm.create', { ...SMALL_VM, name, requirements: needs }),
      ),
    );
    await bench().endAll();
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('nodes that say nothing', () => {
  const cells = [{ cpu_cores: 16, memory_gb: 64 }];
  const bench = useBench({
    fleet: fleetOf([
      { name: 'says', numa_cells: cells, network_mbps: 1_000 },
      { name: 'quiet' },
      { name: 'silent' },
    ]),
  });

  test('are listed without facts, and the others with theirs', async () => {
    const { items } = await bench().expectOk('node.list', {});
    const shown = Object.fromEntries(items.map(({ name, facts }) => [name, facts]));
    expect(shown).toMatchObject({ says: { network_mbps: 1_000 }, silent: null });
    expect(shown.says?.numa_cells).toEqual([{ cpu_cores: 16, memory_mib: 65_536 }]);
  });

  test('keep the VMs that run on them, and take them over when a node is emptied', async () => {
    const placement = VmPlacement.parse({ numa: 'single' });
    const needs = requirements({ network_mbps: 500 });
    const vm = await makeVm(bench(), { placement, requirements: needs });
    expect(vm.node).toBe('says');
    const { id } = (await bench().expectOk('node.list', {})).items.find(
      ({ name }) => name === 'says',
    ) ?? { id: '' };
    await bench().expectOk('node.drain', { id });
    await bench().endAll();
    const moved = await bench().expectOk('vm.get', { id: vm.id });
    expect(moved).toMatchObject({ status: 'running' });
    expect(['quiet', 'silent']).toContain(moved.node);
    const update = await bench().expectOk('vm.update', {
      id: vm.id,
      metadata: { tier: 'web' },
    });
    expect(await bench().end(update.operation)).toMatchObject({ status: 'succeeded' });
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });
});

describe('placement.anti_affinity by itself', () => {
  const bench = useBench({ fleet: fleetOf([{ name: 'one' }, { name: 'two' }]) });
  const apartFrom = (group: string) =>
    VmPlacement.parse({ anti_affinity: [{ group, level: 'node' }] });

  test('keeps VMs apart that name the same group and nothing else', async () => {
    const placement = apartFrom('web');
    const vms = [
      await makeVm(bench(), { name: 'a', placement }),
      await makeVm(bench(), { name: 'b', placement }),
    ];
    expect(new Set(vms.map(({ node }) => node)).size).toBe(2);
    const third = { ...SMALL_VM, name: 'c', placement };
    expect((await bench().expectProblem('vm.create', third)).code).toBe('no-capacity');
  });

  test('names such groups for batches and reservations, too', async () => {
    const lost = 'name the group wbe, to which no VM belongs';
    const vm = { ...SMALL_VM, anti_affinity: 'web', placement: apartFrom('wbe') };
    const batch = await bench().expectOk('placement.batch', { vms: [vm] });
    expect((batch.notices ?? []).join()).toContain(lost);
    const mate = { ...SMALL_VM, name: 'mate', anti_affinity: 'wbe' };
    const known = await bench().expectOk('placement.batch', { vms: [vm, mate] });
    expect(known.notices).toEqual([]);
    const { name: _, ...size } = vm;
    const room = { ...size, name: 'room', ttl_seconds: 60 };
    const reserved = await bench().expectOk('reservation.create', room);
    expect((reserved.notices ?? []).join()).toContain(lost);
    const far = { ...SMALL_VM, placement: VmPlacement.parse({ affinity: [{ group: 'cahce' }] }) };
    const refusals = [
      await bench().expectProblem('placement.batch', { vms: [far] }),
      await bench().expectProblem('reservation.create', { ...far, name: 'r', ttl_seconds: 60 }),
    ];
    for (const { detail } of refusals) expect(detail).toContain('name the group cahce');
  });

  test('names a group to which no VM belongs', async () => {
    const noticed = await bench().expectOk('vm.create', {
      ...SMALL_VM,
      anti_affinity: 'web',
      placement: apartFrom('wbe'),
    });
    expect((noticed.notices ?? []).join()).toContain('name the group wbe, to which no VM belongs');
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      name: 'b',
      placement: VmPlacement.parse({ affinity: [{ group: 'cahce' }] }),
    });
    expect(refused.detail).toContain('name the group cahce, to which no VM belongs');
  });
});

describe('storage of nodes', () => {
  const own = { pool: 'own', sharing: 'local', size_gb: 500, free_gb: 73.5 } as const;
  const rack = { pool: 'rack', sharing: 'shared', size_gb: 900, free_gb: 20 } as const;

  describe('of their own that has less free than was promised of it', () => {
    const bench = useBench({ fleet: fleetOf([{ name: 'node-01', storage: own }]) });

    test('takes what fits into the free space, and no larger disk', async () => {
      const large = { ...SMALL_VM, name: 'large', disk_gb: 100 };
      const refused = await bench().expectProblem('vm.create', large);
      expect(refused).toMatchObject({ code: 'no-capacity' });
      expect(JSON.stringify(refused)).toContain('73');
      // Disks take space as their guests write.
      await makeVm(bench(), { ...SMALL_VM, name: 'one', disk_gb: 70 });
      await makeVm(bench(), { ...SMALL_VM, name: 'two', disk_gb: 70 });
    });
  });

  describe('that they share', () => {
    const bench = useBench({
      fleet: fleetOf([
        { name: 'left', storage: rack },
        { name: 'right', storage: rack },
      ]),
    });

    test('has room for the disk of a VM that moves, which is there already', async () => {
      const vm = await makeVm(bench(), { ...SMALL_VM, disk_gb: 100 });
      const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    });
  });
});
