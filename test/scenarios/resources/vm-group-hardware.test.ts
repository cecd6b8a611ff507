/**
 * Hardware of VM group members besides their size: interfaces, firmware, limits, placement
 * requirements.
 */
import { expect, test } from '@jest/globals';
import type { NetworkId } from '@novacron/contract/ids';
import { VmIoLimits } from '@novacron/contract/kinds/vm/io-limits';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, useBench } from '../test-kit/use-bench.ts';

const NODES = ['node-a', 'node-b', 'node-c'];

const bench = useBench({
  fleet: {
    nodes: NODES.map((name, at) => ({
      name,
      zone: 'zone-a',
      rack: `rack-${at}`,
      cpu_cores: 8,
      memory_gb: 16,
      disk_gb: 200,
      ...(name === 'node-c' ? {} : { network_mbps: 1_000 }),
    })),
    storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
  },
});

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

const groupOf = (vm: Partial<InputOf<'vm_group.create'>['vm']>) => ({
  name: 'web',
  vm: { ...SIZE, ...vm },
  min_size: 2,
  max_size: 4,
});

async function makeNetwork(name: string, cidr: string): Promise<NetworkId> {
  const made = await bench().expectOk('network.create', { name, cidr });
  return made.resource.id;
}

async function members() {
  return (await bench().expectOk('vm.list', {})).items;
}

test('members have the hardware of their group, in place changes included', async () => {
  const front = await makeNetwork('front', '10.60.0.0/24');
  const back = await makeNetwork('back', '10.61.0.0/24');
  const limits = (disk_iops: number) => VmIoLimits.parse({ disk_iops });
  const made = await bench().expectOk(
    'vm_group.create',
    groupOf({
      network_id: front,
      further_network_ids: [back],
      firmware: 'uefi',
      secure_boot: true,
      tpm: true,
      io_limits: limits(500),
    }),
  );
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded', problem: null });
  const shown = { firmware: 'uefi', secure_boot: true, tpm: true, io_limits: limits(500) };
  for (const vm of await members()) {
    expect(vm).toMatchObject({ ...shown, further_network_ids: [back] });
    expect(vm.network_interfaces.map(({ network_id }) => network_id)).toEqual([front, back]);
    expect((await machineOf(bench(), vm))?.spec).toMatchObject({
      firmware: 'uefi-secure-boot',
      io_limits: { disk_iops: 500 },
      further_networks: [{ network_id: back }],
    });
  }
  const { vm } = await bench().expectOk('vm_group.get', { id: made.resource.id });
  const id = made.resource.id;
  const changed = await bench().expectOk('vm_group.update', {
    id,
    vm: { ...vm, io_limits: limits(900) },
  });
  expect(await bench().end(changed.operation)).toMatchObject({ status: 'succeeded' });
  const ids = (await members()).map((each) => each.id);
  expect(ids).toEqual((await bench().expectOk('vm_group.get', { id })).member_ids);
  expect(await members()).toMatchObject([{ io_limits: limits(900) }, { io_limits: limits(900) }]);
});

test('members are placed where their requirements are met', async () => {
  const requirements = { network_mbps: 400, devices: null, licences: null, tolerations: null };
  const made = await bench().expectOk('vm_group.create', groupOf({ requirements }));
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded', problem: null });
  const nodes = (await members()).map(({ node }) => node);
  expect(nodes).not.toContain('node-c');
});

test('a group whose members cannot be made is refused as a whole', async () => {
  const refused = await bench().expectProblem('vm_group.create', groupOf({ secure_boot: true }));
  expect(refused).toMatchObject({
    code: 'validation-failed',
    detail: expect.stringContaining('Secure Boot is a function of UEFI firmware'),
  });
  expect(await members()).toEqual([]);
});

test('a rollout waits until guests are ready, and stops at one that is not', async () => {
  const wait_for = { agent: true, ip: null, port: null, cloud_init: null, timeout: '20s' };
  const made = await bench().expectOk('vm_group.create', groupOf({ wait_for }));
  expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded', problem: null });
  for (const { faults } of bench().fleet.drivers.values()) {
    faults.add({ action: 'check-guest', kind: 'fail-retry', times: Number.POSITIVE_INFINITY });
  }
  const { id, vm } = await bench().expectOk('vm_group.get', { id: made.resource.id });
  // Fewer cores restart a member, whose guest is waited for.
  const update = await bench().expectOk('vm_group.update', { id, vm: { ...vm, memory_gb: 0.5 } });
  const ended = await bench().end(update.operation);
  expect(ended).toMatchObject({ status: 'failed' });
  expect(ended.problem?.detail).toMatch(/web-1 failed: gave up after 20s: waits for the guest/);
});
