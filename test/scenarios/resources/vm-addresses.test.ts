import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TINY_VM = { cpu_cores: 1, memory_gb: 0.5, disk_gb: 1 } as const;

describe('the address of a VM', () => {
  const bench = useBench();

  async function makeNetwork(name: string, cidr: string): Promise<string> {
    return (await bench().expectOk('network.create', { name, cidr })).resource.id;
  }

  async function change(vm: Vm, more: { readonly network_id?: string | null; name?: string }) {
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, ...more });
    await bench().end(operation);
    return bench().expectOk('vm.get', { id: vm.id });
  }

  test('is one of its network, which its machine has as well', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await makeVm(bench(), { network_id });
    expect(vm.ip_address).toMatch(/^10\.0\.0\.\d+$/);
    expect(vm.mac_address).toMatch(/^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
    const { ip_address, mac_address } = vm;
    expect(vm.network_interfaces).toEqual([{ network_id, ip_address, mac_address }]);
    expect((await machineOf(bench(), vm))?.spec.network).toMatchObject({ ip_address, mac_address });
  });

  test('is none without a network', async () => {
    expect(await makeVm(bench())).toMatchObject({
      ip_address: null,
      mac_address: null,
      network_interfaces: [],
    });
  });

  test('stays through changes, a stop, a start and a move', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/24');
    const vm = await makeVm(bench(), { network_id });
    await change(vm, { name: 'web-02' });
    for (const name of ['vm.stop', 'vm.start', 'vm.migrate'] as const) {
      const { operation } = await bench().expectOk(name, { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    const { ip_address, mac_address } = vm;
    const now = await bench().expectOk('vm.get', { id: vm.id });
    expect(now).toMatchObject({ ip_address, mac_address, status: 'running' });
    expect((await machineOf(bench(), now))?.spec.network).toMatchObject({ ip_address });
  });

  test('changes with the network, while the interface keeps its own', async () => {
    const front = await makeNetwork('front', '10.0.0.0/24');
    const back = await makeNetwork('back', '10.1.0.0/24');
    const vm = await makeVm(bench(), { network_id: front });
    const moved = await change(vm, { network_id: back });
    expect(moved.ip_address).toMatch(/^10\.1\.0\./);
    expect(moved.mac_address).toBe(vm.mac_address);
    expect(await change(vm, { network_id: null })).toMatchObject({ ip_address: null });
    const again = await change(vm, { network_id: front });
    expect(again).toMatchObject({ ip_address: vm.ip_address, mac_address: vm.mac_address });
  });

  test('is free again when the VM is gone, and for one of the same name the same', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/16');
    const vm = await makeVm(bench(), { network_id });
    const { operation } = await bench().expectOk('vm.delete', { id: vm.id });
    await bench().end(operation);
    expect(await bench().store.read({ from: 'network_addresses' })).toEqual([]);
    expect((await makeVm(bench(), { network_id })).ip_address).toBe(vm.ip_address);
  });

  test('is free again when the VM could not be made', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/30');
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'create', kind: 'fail-final' });
    }
    const { operation } = await bench().expectOk('vm.create', { ...SMALL_VM, network_id });
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    expect(await bench().store.read({ from: 'network_addresses' })).toEqual([]);
  });

  test('of many VMs that are asked for at once, each has one of its own, to the last', async () => {
    const network_id = await makeNetwork('front', '10.0.0.0/28');
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        bench().call('vm.create', { ...TINY_VM, name: `n${index}`, network_id }),
      ),
    );
    await bench().endAll();
    const { items } = await bench().expectOk('vm.list', { limit: 100 });
    expect(new Set(items.map((vm) => vm.ip_address)).size).toBe(13);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(13);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({
      error: {
        code: 'network-full',
        detail:
          'The network front (10.0.0.0/28) has no free address: all of its 13 addresses are taken.',
        remedy: 'Connect the VM to another network, or delete VMs of this one.',
        fields: [
          {
            path: ['network_id'],
            message: 'has no free address: all of its 13 addresses are taken',
          },
        ],
      },
    });
  });

  test('is refused in a plan and to a VM that joins where the network is full', async () => {
    const network_id = await makeNetwork('front', '10.0.0.8/32');
    await makeVm(bench(), { network_id });
    const other = await makeVm(bench(), { name: 'web-02' });
    const refused = await bench().expectProblem('vm.update', { id: other.id, network_id });
    expect(refused).toMatchObject({
      code: 'network-full',
      detail: 'The network front (10.0.0.8/32) has no free address: its 1 address is taken.',
    });
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input: { ...SMALL_VM, name: 'web-03', network_id },
    });
    expect(preview.problems).toMatchObject([
      { code: 'network-full', errors: [{ path: ['network_id'] }] },
    ]);
  });
});
