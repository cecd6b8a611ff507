import { describe, expect, test } from '@jest/globals';
import type { NetworkId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TINY_VM = { cpu_cores: 1, memory_gb: 0.5, disk_gb: 1 } as const;
const ADDRESS = '10.0.0.9';

describe('a VM with an address of its own choice', () => {
  const bench = useBench();

  async function makeNetwork(name: string, cidr: string): Promise<NetworkId> {
    return (await bench().expectOk('network.create', { name, cidr })).resource.id;
  }

  async function change(vm: Vm, more: Omit<InputOf<'vm.update'>, 'id'>): Promise<Vm> {
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, ...more });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    return bench().expectOk('vm.get', { id: vm.id });
  }

  async function heldAddresses(): Promise<readonly string[]> {
    const rows = await bench().store.read({ from: 'network_addresses' });
    return rows.map(({ ip_address }) => ip_address).sort();
  }

  function failEverywhere(action: 'create' | 'configure'): void {
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action, kind: 'fail-final' });
    }
  }

  test('has it, and its machine too', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await makeVm(bench(), { network_id, ip_address: ADDRESS });
    expect(vm).toMatchObject({
      ip_address: ADDRESS,
      network_interfaces: [{ network_id, ip_address: ADDRESS }],
    });
    expect((await machineOf(bench(), vm))?.spec.network).toMatchObject({ ip_address: ADDRESS });
  });

  test('has one IPv6 address, however it is spelled', async () => {
    const network_id = await makeNetwork('six', 'fd00::/64');
    const vm = await makeVm(bench(), { network_id, ip_address: 'FD00:0:0::00A' });
    expect(vm.ip_address).toBe('fd00:0:0:0:0:0:0:a');
    const named = { ...SMALL_VM, name: 'web-02', network_id };
    const refused = await bench().expectProblem('vm.create', { ...named, ip_address: 'fd00::a' });
    expect(refused).toMatchObject({ code: 'address-taken', data: { resource_id: vm.id } });
  });

  test.each([
    ['10.0.1.9', 'is not in 10.0.0.0/28, the block of the network front'],
    ['fd00::9', 'is not in 10.0.0.0/28, the block of the network front'],
    ['10.0.0.0', 'is the address of the network itself'],
    ['10.0.0.1', 'is the gateway'],
    ['10.0.0.15', 'is the broadcast address'],
    ['10.0.0.9/28', 'must be an IP address without a prefix length'],
    ['10.0.0.256', 'must be an IP address without a prefix length'],
  ])('is refused with %s, already in the preview', async (ip_address, message) => {
    const network_id = await makeNetwork('front', '10.0.0.0/28');
    const input = { ...SMALL_VM, network_id, ip_address };
    const fields = [{ path: ['ip_address'], message: expect.stringContaining(message) }];
    const refused = await bench().expectProblem('vm.create', input);
    expect(refused).toMatchObject({ code: 'validation-failed', fields });
    const { problems } = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input,
    });
    expect(problems).toMatchObject([{ code: 'validation-failed' }]);
  });

  test('is refused without a network, and leaves its address with it', async () => {
    const problem = { fields: [{ path: ['ip_address'], message: 'needs a network_id' }] };
    const input = { ...SMALL_VM, ip_address: ADDRESS };
    expect(await bench().expectProblem('vm.create', input)).toMatchObject(problem);
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const back = await makeNetwork('back', '10.1.0.0/24');
    const vm = await makeVm(bench(), { network_id, ip_address: ADDRESS });
    const both = { id: vm.id, network_id: null, ip_address: '10.0.0.10' };
    expect(await bench().expectProblem('vm.update', both)).toMatchObject(problem);
    expect((await change(vm, { network_id: back })).ip_address).toMatch(/^10\.1\.0\./);
    expect(await change(vm, { network_id: null })).toMatchObject({ ip_address: null });
    expect(await heldAddresses()).toEqual([]);
  });

  test('keeps others from it: those that choose it, and those that are assigned one', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/29');
    const vm = await makeVm(bench(), { network_id, ip_address: '10.0.0.4' });
    const refused = await bench().expectProblem('vm.create', {
      ...TINY_VM,
      name: 'other',
      network_id,
      ip_address: '10.0.0.4',
    });
    expect(refused).toMatchObject({
      code: 'address-taken',
      detail: 'The address 10.0.0.4 of the network front is taken by the VM web-01.',
      fields: [{ path: ['ip_address'], message: 'is the address of the VM web-01' }],
      data: { resource_id: vm.id },
    });
    for (const number of [1, 2, 3, 4]) {
      await makeVm(bench(), { ...TINY_VM, name: `auto-${number}`, network_id });
    }
    expect(await heldAddresses()).toEqual([2, 3, 4, 5, 6].map((end) => `10.0.0.${end}`));
    const full = { ...TINY_VM, name: 'auto-5', network_id };
    expect(await bench().expectProblem('vm.create', full)).toMatchObject({ code: 'network-full' });
  });

  test('is one of two that ask for it at once', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        bench().call('vm.create', { ...TINY_VM, name, network_id, ip_address: ADDRESS }),
      ),
    );
    const codes = answers.map((answer) => (answer.ok ? 'made' : answer.error.code));
    expect(codes.toSorted()).toEqual(['address-taken', 'address-taken', 'made']);
    await bench().endAll();
    expect(await heldAddresses()).toEqual([ADDRESS]);
  });

  test('is refused in a batch in which another one has chosen it', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vms = ['one', 'two'].map((name) => ({
      ...TINY_VM,
      name,
      network_id,
      ip_address: ADDRESS,
    }));
    const refused = await bench().expectProblem('vm_batch.create', { vms });
    expect(refused).toMatchObject({
      code: 'address-taken',
      fields: [{ path: ['vms', 1, 'ip_address'] }],
    });
  });

  test('changes it in place, and gives the one before back', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await makeVm(bench(), { network_id, ip_address: ADDRESS });
    const input = { id: vm.id, ip_address: '10.0.0.77' };
    const preview = await bench().expectOk('admission.preview', { operation: 'vm.update', input });
    expect(preview).toMatchObject({ problems: [], restarts: [] });
    const moved = await change(vm, { ip_address: '10.0.0.77' });
    expect(moved).toMatchObject({ ip_address: '10.0.0.77', mac_address: vm.mac_address });
    const machine = await machineOf(bench(), moved);
    expect(machine?.spec.network).toMatchObject({ ip_address: '10.0.0.77' });
    expect(await heldAddresses()).toEqual(['10.0.0.77']);
    await makeVm(bench(), { ...TINY_VM, name: 'next', network_id, ip_address: ADDRESS });
    const taken = { id: vm.id, ip_address: ADDRESS };
    expect(await bench().expectProblem('vm.update', taken)).toMatchObject({
      code: 'address-taken',
    });
  });

  test('keeps it where it is no longer said, through changes, a stop and a move', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await makeVm(bench(), { network_id, ip_address: ADDRESS });
    await change(vm, { ip_address: null, name: 'web-02' });
    for (const name of ['vm.stop', 'vm.start', 'vm.migrate'] as const) {
      const { operation } = await bench().expectOk(name, { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    const now = await bench().expectOk('vm.get', { id: vm.id });
    expect(now).toMatchObject({ ip_address: ADDRESS, status: 'running' });
    expect((await machineOf(bench(), now))?.spec.network).toMatchObject({ ip_address: ADDRESS });
  });

  test('frees it with its deletion, and where its create or its change fails', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await makeVm(bench(), { network_id, ip_address: ADDRESS });
    failEverywhere('configure');
    const update = { id: vm.id, ip_address: '10.0.0.77' };
    const changed = await bench().expectOk('vm.update', update);
    expect(await bench().end(changed.operation)).toMatchObject({ status: 'failed' });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ ip_address: ADDRESS });
    expect(await heldAddresses()).toEqual([ADDRESS]);
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    expect(await heldAddresses()).toEqual([]);
    failEverywhere('create');
    const created = { ...SMALL_VM, network_id, ip_address: ADDRESS };
    const { operation } = await bench().expectOk('vm.create', created);
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    expect(await heldAddresses()).toEqual([]);
  });

  test('is drift where another client changes it', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const terraform = { client: 'terraform', deployment: 'shop' } as const;
    const input = { ...SMALL_VM, network_id, ip_address: ADDRESS };
    const { resource, operation } = await bench().expectOk('vm.create', input, terraform);
    await bench().end(operation);
    const other = await bench().expectOk('vm.update', { id: resource.id, ip_address: '10.0.0.77' });
    await bench().end(other.operation);
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toMatchObject([{ fields: [{ field: 'ip_address' }] }]);
  });
});
