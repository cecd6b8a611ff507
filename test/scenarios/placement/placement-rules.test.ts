/** Hard rules of placement, in any order of arrival and under concurrent writes. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { VmPlacement } from '@novacron/contract/placement/vm-placement';
import { checkRules } from '../../simulation/checks/check-rules.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Twelve nodes in six racks and three zones. */
const FLEET: Fleet = {
  nodes: Array.from({ length: 12 }, (_, at) => ({
    name: `node-${at + 1}`,
    zone: `zone-${(at % 3) + 1}`,
    rack: `rack-${(at % 6) + 1}`,
    cpu_cores: 64,
    memory_gb: 256,
    disk_gb: 2_000,
  })),
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};

const rule = (more: object) => ({
  vm: null,
  group: null,
  labels: null,
  level: null,
  mode: null,
  ...more,
});
const placed = (more: Partial<VmPlacement>): InputOf<'vm.create'>['placement'] => ({
  strategy: null,
  zone: null,
  rack: null,
  node: null,
  node_labels: null,
  preferred_node_labels: null,
  affinity: null,
  anti_affinity: null,
  spread_domain: null,
  numa: null,
  pin_preview: null,
  ...more,
});
const names = (count: number) => Array.from({ length: count }, (_, at) => `vm-${at + 1}`);

describe('hard rules of placement', () => {
  const bench = useBench({ fleet: FLEET });

  async function createAll(inputs: readonly Partial<InputOf<'vm.create'>>[]) {
    const answers = await Promise.all(
      inputs.map((input) => bench().call('vm.create', { ...SMALL_VM, ...input })),
    );
    await bench().endAll();
    return answers;
  }

  async function expectRulesKept() {
    const accounts = await bench().store.snapshot({
      nodes: { from: 'nodes' },
      vms: { from: 'vms' },
      allocations: { from: 'allocations' },
    });
    expect(checkRules(accounts)).toEqual([]);
    return accounts;
  }

  test('of 64 VMs of a group that are asked for at once, 12 get a node each', async () => {
    const answers = await createAll(names(64).map((name) => ({ name, anti_affinity: 'web' })));
    const { vms, allocations } = await expectRulesKept();
    expect(vms).toHaveLength(12);
    expect(new Set(allocations.map(({ node_id }) => node_id)).size).toBe(12);
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(refused).toHaveLength(52);
    for (const { code, detail } of refused) {
      expect(code).toBe('no-capacity');
      expect(detail).toContain(
        'none of the 12 nodes can hold it: with VMs it must be apart from (12)',
      );
    }
  });

  test('the first rule of a tenant binds those who are asked for at the same moment', async () => {
    const plain = names(12).map((name) => ({ name, metadata: { tier: 'web' } }));
    const alone = {
      name: 'alone',
      placement: placed({ anti_affinity: [rule({ labels: { tier: 'web' }, level: 'zone' })] }),
    };
    await createAll([...plain.slice(0, 6), alone, ...plain.slice(6)]);
    await expectRulesKept();
  });

  test('a rule binds VMs that come later, and ends with its VM', async () => {
    const first = await makeVm(bench(), {
      name: 'first',
      placement: placed({ node: 'node-1', anti_affinity: [rule({ vm: 'second' })] }),
    });
    const second = { ...SMALL_VM, name: 'second', placement: placed({ node: 'node-1' }) };
    const refused = await bench().expectProblem('vm.create', second);
    expect(refused.detail).toContain('VMs that must be apart from it by node, the pin to node-1');
    await bench().end((await bench().expectOk('vm.delete', { id: first.id })).operation);
    expect(await makeVm(bench(), second)).toMatchObject({ node: 'node-1' });
  });

  test('a VM is not moved onto a node where it may not be', async () => {
    const one = await makeVm(bench(), { name: 'one', anti_affinity: 'web' });
    const two = await makeVm(bench(), { name: 'two', anti_affinity: 'web' });
    const refused = await bench().expectProblem('vm.migrate', {
      id: one.id,
      node: String(two.node),
    });
    expect(refused).toMatchObject({ code: 'no-capacity' });
    expect(refused.detail).toContain(`the pin to ${two.node}`);
    expect(refused.detail).toContain('apart from group web by node');
    await expectRulesKept();
  });

  test('two VMs that are moved at once do not meet', async () => {
    const vms = [];
    for (const name of ['one', 'two'])
      vms.push(await makeVm(bench(), { name, anti_affinity: 'web' }));
    const taken = new Set(vms.map(({ node }) => node));
    const node = FLEET.nodes.map(({ name }) => name).find((name) => !taken.has(name));
    const moved = await Promise.all(
      vms.map(({ id }) => bench().call('vm.migrate', { id, node: String(node) })),
    );
    expect(moved.filter(({ ok }) => ok)).toHaveLength(1);
    await bench().endAll();
    await expectRulesKept();
  });

  test('labels that break a rule of another VM are refused, others are not', async () => {
    await makeVm(bench(), {
      name: 'alone',
      placement: placed({ node: 'node-1', anti_affinity: [rule({ labels: { noise: 'high' } })] }),
    });
    const vm = await makeVm(bench(), { name: 'near', placement: placed({ node: 'node-1' }) });
    const loud = { id: vm.id, metadata: { noise: 'high' } };
    const refused = await bench().expectProblem('vm.update', loud);
    expect(refused).toMatchObject({ code: 'no-capacity', data: { reasons: ['unwelcome'] } });
    expect(refused.detail).toBe(
      'The VM near cannot be changed like this on its node node-1. It would violate: VMs ' +
        'that must be apart from it by node (node-1 has a VM in its node that must be apart from ' +
        'this one).',
    );
    expect(refused.remedy).toContain('novacron vm migrate');
    const calm = await bench().expectOk('vm.update', { id: vm.id, metadata: { noise: 'low' } });
    await bench().end(calm.operation);
    await expectRulesKept();
  });

  test('labels and a VM that may not be near them do not meet', async () => {
    const vm = await makeVm(bench(), { name: 'near', placement: placed({ node: 'node-1' }) });
    const alone = {
      ...SMALL_VM,
      name: 'alone',
      placement: placed({ node: 'node-1', anti_affinity: [rule({ labels: { noise: 'high' } })] }),
    };
    const both = await Promise.all([
      bench().call('vm.update', { id: vm.id, metadata: { noise: 'high' } }),
      bench().call('vm.create', alone),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    await bench().endAll();
    await expectRulesKept();
  });

  test('a VM may not begin to ask for what is not so where it is', async () => {
    const vm = await makeVm(bench(), { name: 'here', placement: placed({ node: 'node-1' }) });
    await makeVm(bench(), { name: 'there', placement: placed({ node: 'node-1' }) });
    const wishes: readonly (readonly [Partial<VmPlacement>, string])[] = [
      [{ zone: 'zone-2' }, 'is in zone zone-1, not in zone-2'],
      [{ node: 'node-2' }, 'is not node-2, the node that the VM is pinned to'],
      [{ anti_affinity: [rule({ vm: 'there' })] }, 'apart from VM there'],
      [{ affinity: [rule({ group: 'db' })] }, 'together with group db'],
    ];
    for (const [wish, words] of wishes) {
      const change = { id: vm.id, placement: placed(wish) };
      expect((await bench().expectProblem('vm.update', change)).detail).toContain(words);
    }
    await expectRulesKept();
  });

  test('VMs that spread evenly do so when they are asked for at once', async () => {
    const spread = { anti_affinity: null, metadata: { app: 'db' } };
    await createAll(
      names(12).map((name) => ({ ...spread, name, placement: placed({ spread_domain: 'rack' }) })),
    );
    const { nodes, allocations } = await expectRulesKept();
    const racks = allocations.map(
      ({ node_id }) => nodes.find(({ id }) => id === node_id)?.rack ?? '',
    );
    const counts = new Map<string, number>();
    for (const rack of racks) counts.set(rack, (counts.get(rack) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('VMs that stay together do so when the first ones are asked for at once', async () => {
    const near = {
      metadata: { app: 'cache' },
      placement: placed({ affinity: [rule({ labels: { app: 'cache' }, level: 'zone' })] }),
    };
    await createAll(names(8).map((name) => ({ ...near, name })));
    const { nodes, allocations } = await expectRulesKept();
    const zones = allocations.map(({ node_id }) => nodes.find(({ id }) => id === node_id)?.zone);
    expect(zones).toHaveLength(8);
    expect(new Set(zones).size).toBe(1);
  });

  test('a create that fails leaves no rule behind', async () => {
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'create', kind: 'fail-final', times: 100 });
    }
    const created = await bench().expectOk('vm.create', { ...SMALL_VM, anti_affinity: 'web' });
    expect(await bench().end(created.operation)).toMatchObject({ status: 'failed' });
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    expect(await bench().store.read({ from: 'allocations' })).toEqual([]);
    const answers = await createAll(names(12).map((name) => ({ name, anti_affinity: 'web' })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(12);
  });
});
