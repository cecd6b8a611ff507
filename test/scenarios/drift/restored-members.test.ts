import { describe, expect, test } from '@jest/globals';
import type { SimulatorDriver } from '@novacron/agent/drivers/simulator/open-simulator-driver';
import type { VmGroupId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;
const BY_HAND = { client: 'cli' } as const;

const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 } as const;
const GROUP = { name: 'web', vm: VM, min_size: 3, max_size: 4, max_unavailable: 2 } as const;

/** Time limit for recording a change. Unit: ms. */
const SOON_MS = 1_000;

/** Agent, server and store take turns in it. */
const TURNS = 4;

describe('an update of a VM group', () => {
  const bench = useBench();

  async function soon() {
    for (let turn = 0; turn < TURNS; turn += 1) await bench().advance(SOON_MS / TURNS);
  }

  async function makeGroup(): Promise<VmGroupId> {
    const made = await bench().expectOk('vm_group.create', GROUP, TERRAFORM);
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    await soon();
    return made.resource.id;
  }

  async function update(input: InputOf<'vm_group.update'>) {
    const { operation } = await bench().expectOk('vm_group.update', input, TERRAFORM);
    const ended = await bench().end(operation);
    await soon();
    return ended;
  }

  async function change({ id }: Vm, more: Omit<InputOf<'vm.update'>, 'id'>) {
    await bench().end((await bench().expectOk('vm.update', { id, ...more }, BY_HAND)).operation);
    await soon();
  }

  async function disturb({ id, node }: Vm, how: Parameters<SimulatorDriver['disturb']>[1]) {
    bench().fleet.drivers.get(String(node))?.disturb(id, how);
    await soon();
  }

  async function member(name: string): Promise<Vm> {
    const [vm] = (await bench().expectOk('vm.list', { name })).items;
    if (vm === undefined) throw new Error(`there is no ${name}`);
    return vm;
  }

  const members = () => Promise.all(['web-1', 'web-2', 'web-3'].map(member));
  const driftedOf = async (id: VmGroupId) =>
    (await bench().expectOk('vm_group.get', { id })).drifted_member_ids;
  const reported = async () =>
    (await bench().expectOk('drift.report', {})).items.map(({ resource_name }) => resource_name);

  test('restores the members that others have changed, and leaves the others alone', async () => {
    const id = await makeGroup();
    const [one, two, three] = await members();
    if (one === undefined || two === undefined || three === undefined) throw new Error('too few');
    await change(one, { cpu_cores: 2, metadata: { tier: 'db' } });
    await change(three, { power_state: 'stopped' });
    expect(await driftedOf(id)).toEqual([one.id, three.id]);
    const { items } = await bench().expectOk('vm_group.list', {});
    expect(items).toMatchObject([{ drifted_member_ids: [one.id, three.id] }]);
    expect(await update({ id })).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'change web-1' }, { name: 'change web-3' }],
    });
    expect(await members()).toMatchObject([
      { cpu_cores: 1, metadata: { [GROUP_LABEL]: id } },
      { updated_at: two.updated_at },
      { power_state: 'running', status: 'running' },
    ]);
    expect(await driftedOf(id)).toEqual([]);
    expect(await reported()).toEqual([]);
  });

  test('restores as many at a time as max_unavailable says', async () => {
    const id = await makeGroup();
    for (const each of await members()) await change(each, { cpu_cores: 2 });
    const ended = await update({ id });
    const [row] = await bench().store.read({ from: 'operations', where: { id: ended.id } });
    expect(JSON.parse(row?.definition_json ?? '')).toMatchObject({
      steps: [
        { name: 'change web-1', after: [] },
        { name: 'change web-2', after: [] },
        { name: 'change web-3', after: ['change web-1'] },
      ],
    });
    expect(await reported()).toEqual([]);
  });

  test('changes what it says, and restores the rest of a member', async () => {
    const id = await makeGroup();
    await change(await member('web-1'), { cpu_cores: 3, memory_gb: 2 });
    await update({ id, vm: { ...VM, cpu_cores: 2 } });
    expect(await member('web-1')).toMatchObject({ cpu_cores: 2, memory_gb: 1 });
    expect(await reported()).toEqual([]);
  });

  test('unplugs what was plugged into a member at its hypervisor', async () => {
    const id = await makeGroup();
    const one = await member('web-1');
    const device = { kind: 'network-interface', name: 'spy0', mac_address: null } as const;
    await disturb(one, { kind: 'plug-device', device });
    expect(await driftedOf(id)).toEqual([one.id]);
    await update({ id });
    expect((await machineOf(bench(), one))?.foreign_devices ?? []).toEqual([]);
    expect(await driftedOf(id)).toEqual([]);
  });

  test('keeps a disk that has grown: only a new member has a smaller one', async () => {
    const id = await makeGroup();
    const one = await member('web-1');
    await change(one, { disk_gb: 6 });
    expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({
      drifted_member_ids: [],
      unrestored_member_ids: [one.id],
    });
    await change(one, { cpu_cores: 2 });
    expect(await driftedOf(id)).toEqual([one.id]);
    await update({ id });
    expect(await member('web-1')).toMatchObject({ id: one.id, cpu_cores: 1, disk_gb: 6 });
    expect(await reported()).toEqual(['web-1']);
  });

  test('keeps that disk when those of the group grow less, and replaces it with all', async () => {
    const id = await makeGroup();
    const one = await member('web-1');
    await change(one, { disk_gb: 8 });
    await update({ id, vm: { ...VM, disk_gb: 6 } });
    expect(await members()).toMatchObject([{ id: one.id, disk_gb: 8 }, { disk_gb: 6 }, {}]);
    expect(await reported()).toEqual(['web-1']);
    await update({ id, vm: { ...VM, disk_gb: 8 } });
    expect(await reported()).toEqual([]);
    await update({ id, vm: { ...VM, disk_gb: 2 } });
    expect(await member('web-1')).toMatchObject({ id: expect.not.stringMatching(one.id) });
  });

  test('leaves a member alone whose machine is missing', async () => {
    const id = await makeGroup();
    const one = await member('web-1');
    await disturb(one, { kind: 'vanish' });
    expect(await driftedOf(id)).toEqual([]);
    expect(await update({ id, max_size: 5 })).toMatchObject({ status: 'succeeded' });
  });

  test('that fails keeps what it has restored, and takes back what it has changed', async () => {
    const id = await makeGroup();
    const [one, , three] = await members();
    if (one === undefined || three === undefined) throw new Error('too few');
    await change(one, { cpu_cores: 3, memory_gb: 2 });
    const { drivers } = bench().fleet;
    const fault = { action: 'configure', kind: 'fail-final', vm_id: three.id } as const;
    for (const driver of drivers.values()) driver.faults.add(fault);
    const vm = { ...VM, cpu_cores: 2 };
    expect(await update({ id, vm })).toMatchObject({ status: 'failed' });
    for (const driver of drivers.values()) driver.faults.clear();
    expect(await member('web-1')).toMatchObject({ cpu_cores: 1, memory_gb: 1 });
    expect(await reported()).toEqual([]);
  });
});
