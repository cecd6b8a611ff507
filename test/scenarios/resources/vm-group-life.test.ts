import { describe, expect, test } from '@jest/globals';
import type { NetworkId, TemplateId, VmId } from '@novacron/contract/ids';
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { useBench } from '../test-kit/use-bench.ts';

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
const NODES = ['node-a', 'node-b', 'node-c', 'node-d'];

const bench = useBench({
  fleet: {
    nodes: NODES.map((name, at) => ({
      name,
      zone: `zone-${at % 2}`,
      rack: `rack-${at}`,
      cpu_cores: 8,
      memory_gb: 16,
      disk_gb: 200,
    })),
    storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
  },
});

function groupOf(more: Partial<InputOf<'vm_group.create'>> = {}): InputOf<'vm_group.create'> {
  return { name: 'web', vm: SIZE, min_size: 2, max_size: 4, ...more };
}

async function makeGroup(more: Partial<InputOf<'vm_group.create'>> = {}) {
  const made = await bench().expectOk('vm_group.create', groupOf(more));
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded', problem: null });
  return bench().expectOk('vm_group.get', { id: made.resource.id });
}

async function vms() {
  return (await bench().expectOk('vm.list', {})).items;
}

async function namesOfVms() {
  return (await vms()).map(({ name }) => name).sort();
}

async function scale(id: InputOf<'vm_group.scale'>['id'], size: number) {
  const scaled = await bench().expectOk('vm_group.scale', { id, size });
  const ended = await bench().end(scaled.operation);
  return { ...scaled, ended, group: await bench().expectOk('vm_group.get', { id }) };
}

describe('a VM group', () => {
  test('is created with its least number of members, which are ordinary VMs', async () => {
    const made = await bench().expectOk('vm_group.create', groupOf());
    expect(made.resource).toMatchObject({ status: 'changing', size: 2, desired_size: null });
    expect(await bench().end(made.operation)).toMatchObject({
      steps: [{ name: 'web-1' }, { name: 'web-2' }],
      status: 'succeeded',
    });
    const group = await bench().expectOk('vm_group.get', { id: made.resource.id });
    const found = await vms();
    expect(group).toMatchObject({ status: 'ready', member_ids: found.map(({ id }) => id) });
    expect(found).toMatchObject(
      ['web-1', 'web-2'].map((name) => ({
        name,
        ...SIZE,
        status: 'running',
        metadata: { [GROUP_LABEL]: group.id },
      })),
    );
    expect((await bench().expectOk('vm_group.list', { name: 'web' })).items).toEqual([group]);
  });

  test('grows and shrinks by scaling, the highest numbers first, and nothing drifts', async () => {
    const group = await makeGroup();
    expect(await scale(group.id, 4)).toMatchObject({
      ended: { status: 'succeeded', steps: [{ name: 'web-3' }, { name: 'web-4' }] },
      group: { size: 4, desired_size: null, status: 'ready' },
      notices: [],
    });
    expect(await namesOfVms()).toEqual(['web-1', 'web-2', 'web-3', 'web-4']);
    expect(await scale(group.id, 3)).toMatchObject({
      ended: { status: 'succeeded', steps: [{ name: 'end web-4' }] },
      group: { size: 3, status: 'ready' },
    });
    expect(await namesOfVms()).toEqual(['web-1', 'web-2', 'web-3']);
  });

  test('warns a client that scales it that a configuration has another size', async () => {
    const group = await makeGroup({ desired_size: 3 });
    expect(await scale(group.id, 2)).toMatchObject({
      group: { size: 2, desired_size: 2 },
      notices: [
        'The configuration of web says desired_size 3: Terraform sets it back unless that is ' +
          'changed too.',
      ],
    });
  });

  test('keeps its members apart, and spreads them', async () => {
    await makeGroup({ name: 'apart', anti_affinity: 'node', desired_size: 4 });
    expect(new Set((await vms()).map(({ node }) => node))).toEqual(new Set(NODES));
    await makeGroup({ name: 'even', spread: 'zone', desired_size: 4 });
    const zones = (await vms())
      .filter(({ name }) => name.startsWith('even'))
      .map(({ node }) => NODES.indexOf(String(node)) % 2);
    expect(zones.sort()).toEqual([0, 0, 1, 1]);
  });

  test('is refused as a whole where not all of its members have a place', async () => {
    const asked = groupOf({ anti_affinity: 'zone', desired_size: 3 });
    expect(await bench().expectProblem('vm_group.create', asked)).toMatchObject({
      code: 'no-capacity',
    });
    expect(await vms()).toEqual([]);
    expect((await bench().expectOk('vm_group.list', {})).items).toEqual([]);
  });

  test.each([
    [{ min_size: 5 }, /^The VM group web cannot have the min_size 5: it is more than max_size, /],
    [{ desired_size: 1 }, /^The VM group web cannot have the desired_size 1: it must be from min/],
  ])('is refused with sizes that contradict each other: %j', async (more, detail) => {
    expect(await bench().expectProblem('vm_group.create', groupOf(more))).toMatchObject({
      code: 'validation-failed',
      detail: expect.stringMatching(detail),
    });
  });

  test('is not scaled past its bounds', async () => {
    const { id } = await makeGroup();
    expect(await bench().expectProblem('vm_group.scale', { id, size: 5 })).toMatchObject({
      detail:
        'The VM group web cannot have the size 5: it must be from min_size to max_size, which is ' +
        '2 to 4.',
      fields: [{ path: ['size'] }],
    });
  });

  test('says at the template what speaks against a member', async () => {
    const network_id = 'net_01jd3v6t7re3h8z9k2m4n5p6q7' as NetworkId;
    const vm = { ...SIZE, network_id };
    expect(await bench().expectProblem('vm_group.create', groupOf({ vm }))).toMatchObject({
      code: 'reference-unknown',
      detail: `web-1: network_id refers to the network ${network_id}, which does not exist.`,
      fields: [{ path: ['vm', 'network_id'], message: `there is no network ${network_id}` }],
    });
  });

  test('gives its members the network of their template, unless it names one', async () => {
    const networkOf = async (name: string, cidr: string) =>
      (await bench().expectOk('network.create', { name, cidr })).resource.id;
    const [theirs, own] = [
      await networkOf('theirs', '10.1.0.0/24'),
      await networkOf('own', '10.2.0.0/24'),
    ];
    const made = await bench().expectOk('template.create', {
      name: 'base',
      image: 'builtin:debian-12',
      network_id: theirs,
      cpu_cores: 8,
    });
    const vm = { ...SIZE, template_id: made.resource.id as TemplateId };
    await makeGroup({ vm });
    await makeGroup({ name: 'own', vm: { ...vm, network_id: own } });
    expect(await vms()).toMatchObject([
      ...['web-1', 'web-2'].map((name) => ({ name, ...SIZE, network_id: theirs })),
      ...['own-1', 'own-2'].map((name) => ({ name, ...SIZE, network_id: own })),
    ]);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('takes its members off a network that it names no longer', async () => {
    const networkOf = async (name: string, cidr: string) =>
      (await bench().expectOk('network.create', { name, cidr })).resource.id;
    const [theirs, own] = [
      await networkOf('theirs', '10.1.0.0/24'),
      await networkOf('own', '10.2.0.0/24'),
    ];
    const template = await bench().expectOk('template.create', {
      name: 'base',
      image: 'builtin:debian-12',
      network_id: theirs,
    });
    const plain = await makeGroup({ vm: { ...SIZE, network_id: own } });
    const based = { ...SIZE, template_id: template.resource.id as TemplateId };
    const made = await makeGroup({ name: 'made', vm: { ...based, network_id: own } });
    const leave = async ({ id }: typeof made, vm: typeof made.vm) => {
      const { operation } = await bench().expectOk('vm_group.update', { id, vm });
      return bench().end(operation);
    };
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'configure', kind: 'fail-final' });
    }
    expect(await leave(made, { ...made.vm, network_id: null })).toMatchObject({ status: 'failed' });
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    expect((await vms()).map(({ network_id }) => network_id)).toEqual([own, own, own, own]);

    await leave(plain, { ...plain.vm, network_id: null });
    await leave(made, { ...made.vm, network_id: null });
    expect(await vms()).toMatchObject([
      ...['web-1', 'web-2'].map((name) => ({ name, network_id: null, ip_address: null })),
      ...['made-1', 'made-2'].map((name) => ({ name, network_id: theirs })),
    ]);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    const { operation } = await bench().expectOk('network.delete', { id: own });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('owns its members: none is deleted by itself', async () => {
    const group = await makeGroup();
    const [member] = await vms();
    if (member === undefined) throw new Error('there is no member');
    expect(await bench().expectProblem('vm.delete', { id: member.id })).toMatchObject({
      code: 'in-use',
      detail: `The VM web-1 is a member of the VM group web (${group.id}).`,
      remedy:
        'Make the group smaller (novacron group scale web --size N), which deletes the members ' +
        'with the highest numbers, or delete it (novacron group delete web).',
    });
  });

  test('is deleted with its members', async () => {
    const { id } = await makeGroup();
    const { operation } = await bench().expectOk('vm_group.delete', { id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await vms()).toEqual([]);
    expect(await bench().store.read({ from: 'vm_group_members' })).toEqual([]);
    expect(await bench().expectProblem('vm_group.get', { id })).toMatchObject({
      detail: `No VM group found with the id ${id}.`,
    });
  });

  test('reports a missing member, and creates a replacement', async () => {
    const group = await makeGroup({ desired_size: 3 });
    const [row] = await bench().store.read({ from: 'vm_group_members', where: { ordinal: 2 } });
    if (row === undefined) throw new Error('there is no second member');
    // So does a server of the release before, which does not know groups.
    await bench().store.commit([{ kind: 'drop', from: 'vm_group_members', id: row.id }]);
    const { operation } = await bench().expectOk('vm.delete', { id: row.id as VmId });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await bench().store.commit([{ kind: 'put', into: 'vm_group_members', row }]);
    expect(await bench().expectOk('vm_group.get', { id: group.id })).toMatchObject({
      status: 'degraded',
      size: 3,
      desired_size: 2,
    });
    expect(await scale(group.id, 3)).toMatchObject({
      group: { status: 'ready', desired_size: 3 },
      ended: { steps: [{ name: 'web-4' }] },
    });
  });

  test('rolls a change of its template out, one member at a time', async () => {
    const { id } = await makeGroup({ desired_size: 3 });
    const vm = { ...SIZE, memory_gb: 2 };
    const changed = await bench().expectOk('vm_group.update', { id, vm });
    expect(await bench().end(changed.operation)).toMatchObject({ status: 'succeeded' });
    const where = { id: changed.operation.id };
    const [row] = await bench().store.read({ from: 'operations', where });
    expect(JSON.parse(row?.definition_json ?? '')).toMatchObject({
      steps: [
        { name: 'change web-1', after: [] },
        { name: 'change web-2', after: ['change web-1'] },
        { name: 'change web-3', after: ['change web-2'] },
      ],
    });
    expect((await vms()).map(({ memory_gb }) => memory_gb)).toEqual([2, 2, 2]);
  });

  test('refuses a change that one member has no room for, before any is changed', async () => {
    const { id } = await makeGroup({ desired_size: 3 });
    const second = (await vms()).find(({ name }) => name === 'web-2');
    const filler = await bench().expectOk('vm.create', {
      name: 'filler',
      cpu_cores: 7,
      memory_gb: 1,
      disk_gb: 1,
      placement: { node: String(second?.node) },
    });
    expect(await bench().end(filler.operation)).toMatchObject({ status: 'succeeded' });
    const vm = { ...SIZE, cpu_cores: 2 };
    expect(await bench().expectProblem('vm_group.update', { id, vm })).toMatchObject({
      code: 'no-capacity',
      detail: expect.stringContaining('The VM web-2 cannot grow on node'),
      fields: [{ path: ['vm', 'cpu_cores'] }],
    });
  });

  test('takes a change back where a member cannot be changed', async () => {
    const { id } = await makeGroup({ desired_size: 3 });
    const second = (await vms()).find(({ name }) => name === 'web-2');
    for (const driver of bench().fleet.drivers.values()) {
      const one = { action: 'configure', kind: 'fail-final' } as const;
      driver.faults.add({ ...one, vm_id: String(second?.id) });
    }
    const changed = await bench().expectOk('vm_group.update', {
      id,
      vm: { ...SIZE, cpu_cores: 2 },
    });
    expect(await bench().end(changed.operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('step change web-2 failed') },
    });
    expect((await vms()).map(({ cpu_cores }) => cpu_cores)).toEqual([1, 1, 1]);
    const group = await bench().expectOk('vm_group.get', { id });
    expect(group).toMatchObject({ vm: SIZE, status: 'ready' });
  });

  test('takes all members back where one cannot be made', async () => {
    const driver = bench().fleet.drivers.get('node-b');
    driver?.faults.add({ action: 'create', kind: 'fail-final' });
    const made = await bench().expectOk(
      'vm_group.create',
      groupOf({ anti_affinity: 'node', desired_size: 4 }),
    );
    expect(await bench().end(made.operation)).toMatchObject({ status: 'failed' });
    expect(await vms()).toEqual([]);
    expect((await bench().expectOk('vm_group.list', {})).items).toEqual([]);
  });
});
