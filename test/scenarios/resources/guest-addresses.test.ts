import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Duration of a round of the health check, with a margin. Unit: ms. */
const ROUND_MS = 31_000;

const BOOT_MS = 40_000;

const node = (name: string, more = {}): Fleet['nodes'][number] => ({
  name,
  zone: 'zone-a',
  rack: `rack-${name}`,
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  guest_boot_ms: BOOT_MS,
  ...more,
});

const FLEET: Fleet = {
  nodes: [node('node-01'), node('blind', { capabilities: { guest_check: 'no' } })],
  storage_pools: { ssd: { size_gb: 0 }, hdd: { size_gb: 0 }, nvme: { size_gb: 0 } },
};

describe('the addresses that a guest reports', () => {
  const bench = useBench({ fleet: FLEET });

  async function makeConnected(on: string, more = {}): Promise<Vm> {
    const net = await bench().expectOk('network.create', { name: 'lan', cidr: '10.0.0.0/24' });
    await bench().end(net.operation);
    const { operation } = await bench().expectOk('vm.create', {
      ...SMALL_VM,
      placement: { node: on },
      network_id: net.operation.target_id as never,
      ...more,
    });
    await bench().end(operation);
    return see(operation.target_id);
  }
  const see = (id: unknown): Promise<Vm> => bench().expectOk('vm.get', { id } as never);

  test('are shown once it has booted, until the VM stops, and again when it runs', async () => {
    const vm = await makeConnected('node-01');
    expect(vm).toMatchObject({ status: 'running', guest_ip_addresses: [] });
    await bench().advance(BOOT_MS + ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
    const halted = await bench().expectOk('vm.stop', { id: vm.id });
    await bench().end(halted.operation);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([]);
    const started = await bench().expectOk('vm.start', { id: vm.id });
    await bench().end(started.operation);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([]);
    await bench().advance(BOOT_MS + ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
  });

  test('are known when an operation ends that waited for them, until the next start', async () => {
    const vm = await makeConnected('node-01', { wait_for: { ip: true } });
    expect(vm.guest_ip_addresses).toEqual([vm.ip_address]);
    const { operation } = await bench().expectOk('vm.update', {
      id: vm.id,
      metadata: { tier: 'web' },
    });
    await bench().end(operation);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
    const moved = await bench().expectOk('vm.stop', { id: vm.id });
    await bench().end(moved.operation);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([]);
    const started = await bench().expectOk('vm.start', { id: vm.id });
    await bench().end(started.operation);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([]);
    await bench().advance(BOOT_MS + ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
  });

  test('are neither drift nor an event, and are not lost by a pause or an agent', async () => {
    const vm = await makeConnected('node-01');
    const types = async () =>
      (await bench().expectOk('event.list', {})).items
        .map(({ type }) => type)
        .filter((type) => !type.startsWith('compliance_'));
    await bench().advance(1_000);
    const before = await types();
    await bench().advance(BOOT_MS + ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
    expect(await types()).toEqual(before);
    for (const name of ['vm.pause', 'vm.resume'] as const) {
      const { operation } = await bench().expectOk(name, { id: vm.id });
      await bench().end(operation);
      expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
    }
    await bench().fleet.stopAgent('node-01');
    await bench().advance(2 * ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
    bench().fleet.restartAgent('node-01');
    await bench().advance(ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([vm.ip_address]);
  });

  test('follow a change of the address', async () => {
    const vm = await makeConnected('node-01');
    await bench().advance(BOOT_MS + ROUND_MS);
    const { operation } = await bench().expectOk('vm.update', {
      id: vm.id,
      ip_address: '10.0.0.99',
    });
    await bench().end(operation);
    await bench().advance(ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual(['10.0.0.99']);
  });

  test('are not known where the node cannot look at guests', async () => {
    const vm = await makeConnected('blind');
    await bench().advance(BOOT_MS + 2 * ROUND_MS);
    expect((await see(vm.id)).guest_ip_addresses).toEqual([]);
  });
});
