import { describe, expect, test } from '@jest/globals';
import type { VmGroupId, VmId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { CallAs } from '../test-kit/start-bench.ts';
import { machineOf, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;
const BY_HAND = { client: 'cli' } as const;

const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 } as const;
const GROUP = { name: 'web', vm: VM, min_size: 2, max_size: 4 } as const;

/** Time limit for recording a change. Unit: ms. */
const SOON_MS = 1_000;

/** Agent, server and store take turns in it. */
const TURNS = 4;

describe('a member of a VM group', () => {
  const bench = useBench();

  async function soon() {
    for (let turn = 0; turn < TURNS; turn += 1) await bench().advance(SOON_MS / TURNS);
  }

  async function makeGroup(as: CallAs = TERRAFORM): Promise<VmGroupId> {
    const made = await bench().expectOk('vm_group.create', GROUP, as);
    await bench().end(made.operation);
    await soon();
    return made.resource.id;
  }

  async function changeGroup(input: InputOf<'vm_group.update'>, as: CallAs = TERRAFORM) {
    const { operation } = await bench().expectOk('vm_group.update', input, as);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await soon();
  }

  async function changeMember(id: VmId, more: Omit<InputOf<'vm.update'>, 'id'>) {
    await bench().end((await bench().expectOk('vm.update', { id, ...more }, BY_HAND)).operation);
    await soon();
  }

  async function firstMember() {
    const { items } = await bench().expectOk('vm.list', { name: 'web-1' });
    const [vm] = items;
    if (vm === undefined) throw new Error('the group has no first member');
    return vm;
  }

  const report = async () => (await bench().expectOk('drift.report', {})).items;

  test('that was changed is reported, with its group and the actor, and reverted', async () => {
    await makeGroup();
    const { id } = await firstMember();
    await changeMember(id, { memory_gb: 2 });
    const [record, ...others] = await report();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      resource_kind: 'vm',
      resource_id: id,
      resource_name: 'web-1',
      deployment: 'shop',
      fields: [{ field: 'memory_gb', was: 1, is: 2, wanted: 1 }],
      causes: [{ kind: 'api_key', client: 'cli' }],
    });
    expect(record?.explanation).toContain('It is a member of the VM group web.');
    const asked = { action: 'revert' as const, ids: [id] };
    const [item] = (await bench().expectOk('drift.remediate', asked, BY_HAND)).remediated;
    if (item?.operation == null) throw new Error('nothing was remediated');
    expect(await bench().end(item.operation)).toMatchObject({ status: 'succeeded' });
    await soon();
    expect((await machineOf(bench(), await firstMember()))?.spec).toMatchObject({
      memory_mib: 1024,
    });
    expect(await report()).toEqual([]);
  });

  test('that was changed on its node is reported until the group is changed', async () => {
    const id = await makeGroup();
    const vm = await firstMember();
    const how = { kind: 'alter', spec: { memory_mib: 2048 } } as const;
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, how);
    await soon();
    const noted = { resource_name: 'web-1', fields: [{ field: 'memory_gb', was: 1, is: 2 }] };
    expect(await report()).toMatchObject([{ ...noted, causes: [{ kind: 'hypervisor' }] }]);
    const scaled = await bench().expectOk('vm_group.scale', { id, size: 3 }, BY_HAND);
    await bench().end(scaled.operation);
    await soon();
    expect(await report()).toMatchObject([noted]);
    await changeGroup({ id, vm: { ...VM, cpu_cores: 2 } });
    expect(await report()).toEqual([]);
    expect((await machineOf(bench(), vm))?.spec).toMatchObject({ memory_mib: 1024 });
  });

  test('that its group makes, changes, replaces or ends is no drift', async () => {
    const id = await makeGroup();
    const scaled = await bench().expectOk('vm_group.scale', { id, size: 3 }, BY_HAND);
    await bench().end(scaled.operation);
    await soon();
    expect(await bench().store.read({ from: 'baselines' })).toHaveLength(4);
    await changeGroup({ id, vm: { ...VM, memory_gb: 2 }, metadata: { tier: 'web' } });
    await changeGroup({ id, vm: { ...VM, memory_gb: 2, disk_gb: 2 } });
    expect(await report()).toEqual([]);
    const smaller = await bench().expectOk('vm_group.scale', { id, size: 2 }, BY_HAND);
    await bench().end(smaller.operation);
    await soon();
    expect(await report()).toEqual([]);
    expect(await bench().store.read({ from: 'baselines' })).toHaveLength(3);
  });

  test('drifts no more than its group when the group is changed', async () => {
    const id = await makeGroup();
    await changeGroup({ id, vm: { ...VM, memory_gb: 2 } }, BY_HAND);
    expect(await report()).toMatchObject([
      { resource_kind: 'vm_group', fields: [{ field: 'vm.memory_gb', was: 1, is: 2 }] },
    ]);
  });

  test('keeps a disk that has grown with its group: that is not reverted', async () => {
    const id = await makeGroup();
    const before = await firstMember();
    await changeGroup({ id, vm: { ...VM, disk_gb: 6 } }, BY_HAND);
    const [record] = await report();
    expect(record?.explanation.join('\n')).toContain('vm.disk_gb cannot shrink');
    const asked = { action: 'revert' as const, ids: [id] };
    expect(await bench().expectOk('drift.remediate', asked, BY_HAND)).toMatchObject({
      remediated: [
        {
          outcome: 'refused',
          problem: {
            detail: 'Reverting vm.disk_gb of web requires a new VM group and destroys its data.',
          },
        },
      ],
    });
    expect(await firstMember()).toMatchObject({ id: before.id, disk_gb: 6 });
  });

  test('of a group that no configuration has applied is not drift', async () => {
    await makeGroup(BY_HAND);
    await changeMember((await firstMember()).id, { memory_gb: 2 });
    expect(await report()).toEqual([]);
  });
});
