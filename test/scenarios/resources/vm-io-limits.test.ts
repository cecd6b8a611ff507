/** I/O limits of VMs: what their nodes get, which nodes take them, and limits changed there. */
import { describe, expect, test } from '@jest/globals';
import { defaultFleet } from '@novacron/agent/fleet/fleet';
import type { MachineIoLimits } from '@novacron/contract/agent/machine';
import { VmIoLimits } from '@novacron/contract/kinds/vm/io-limits';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const limits = (set: Partial<VmIoLimits>) => VmIoLimits.parse(set);
const CAUTIOUS = limits({ disk_iops: 500, network_out_mbps: 100 });

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

const SOON_MS = 1_000;
const TURNS = 4;

describe('the limits of a VM', () => {
  const bench = useBench();

  async function soon() {
    for (let turn = 0; turn < TURNS; turn += 1) await bench().advance(SOON_MS / TURNS);
  }

  const limitsOnNode = async (vm: Vm) => (await machineOf(bench(), vm))?.spec.io_limits;

  test('reach its node, change while it runs, move with it and go away', async () => {
    const vm = await makeVm(bench(), { io_limits: CAUTIOUS });
    expect(await limitsOnNode(vm)).toEqual({ disk_iops: 500, network_out_mbps: 100 });
    const io_limits = limits({ disk_mb_per_second: 20 });
    const changed = await bench().expectOk('vm.update', {
      id: vm.id,
      io_limits,
      restart: 'forbidden',
    });
    const ended = await bench().end(changed.operation);
    expect(ended).toMatchObject({ status: 'succeeded', steps: [{ name: 'configure' }] });
    expect(await limitsOnNode(vm)).toEqual({ disk_mb_per_second: 20 });
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    const moved = await bench().expectOk('vm.get', { id: vm.id });
    expect(moved.node).not.toBe(vm.node);
    expect(moved.io_limits).toEqual(io_limits);
    expect(await limitsOnNode(moved)).toEqual({ disk_mb_per_second: 20 });
    const none = await bench().expectOk('vm.update', { id: vm.id, io_limits: null });
    await bench().end(none.operation);
    expect(await limitsOnNode(moved)).toBeUndefined();
  });

  test('changed on its node are drift, which a revert puts back', async () => {
    const asked = { ...SMALL_VM, io_limits: CAUTIOUS };
    const made = await bench().expectOk('vm.create', asked, TERRAFORM);
    await bench().end(made.operation);
    await soon();
    const vm = await bench().expectOk('vm.get', { id: made.resource.id });
    const alter = async (io_limits: MachineIoLimits | undefined) => {
      const driver = bench().fleet.drivers.get(String(vm.node));
      driver?.disturb(vm.id, { kind: 'alter', spec: { io_limits } });
      await soon();
    };
    await alter({ disk_iops: 9_000, network_out_mbps: 100 });
    const seen = limits({ disk_iops: 9_000, network_out_mbps: 100 });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ io_limits: seen });
    expect((await bench().expectOk('drift.report', {})).items).toMatchObject([
      { resource_id: vm.id, drift_class: 'availability' },
    ]);
    await alter(undefined);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ io_limits: null });
    const { items } = await bench().expectOk('audit.list', { resource_id: vm.id });
    expect(items.map(({ operation }) => operation)).toContain('vm.io_limits_changed');
    const revert = { action: 'revert' as const, ids: [String(vm.id)] };
    const [item] = (await bench().expectOk('drift.remediate', revert)).remediated;
    if (item?.operation == null) throw new Error('nothing was reverted');
    await bench().end(item.operation);
    await soon();
    expect(await limitsOnNode(vm)).toEqual({ disk_iops: 500, network_out_mbps: 100 });
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('that are all null are none, on its node and in drift', async () => {
    const vm = await makeVm(bench(), { io_limits: limits({}) });
    expect(await limitsOnNode(vm)).toBeUndefined();
    await soon();
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('of zero are refused at their field', async () => {
    const wrong = { ...SMALL_VM, io_limits: { ...limits({}), disk_iops: 0 } };
    const refused = await bench().expectProblem('vm.create', wrong);
    expect(refused).toMatchObject({ code: 'validation-failed' });
    expect(refused.fields).toMatchObject([{ path: ['io_limits', 'disk_iops'] }]);
  });
});

describe('a fleet in which one node can limit', () => {
  const { nodes, ...fleet } = defaultFleet();
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('the default fleet has nodes');
  const cannot = { disk_limits: 'no', network_limits: 'no' } as const;
  const bench = useBench({
    fleet: {
      ...fleet,
      nodes: [first, ...others.map((node) => ({ ...node, capabilities: cannot }))],
    },
  });

  test('places VMs with limits there, and refuses them elsewhere in words', async () => {
    const names = ['one', 'two', 'three'];
    for (const name of names) {
      const vm = await makeVm(bench(), { ...SMALL_VM, name, io_limits: CAUTIOUS });
      expect(vm.node).toBe(first.name);
    }
    const [vm] = (await bench().expectOk('vm.list', { name: 'one' })).items;
    const elsewhere = { id: String(vm?.id), node: others[0]?.name };
    const refused = await bench().expectProblem('vm.migrate', elsewhere);
    expect(JSON.stringify(refused)).toContain('has a hypervisor without I/O limits of disks');
  });

  test('refuses to give limits to a VM on another node', async () => {
    const placement = { node: others[0]?.name };
    const vm = await makeVm(bench(), { ...SMALL_VM, placement: placement as never });
    const change = { id: vm.id, io_limits: limits({ network_in_mbps: 10 }) };
    const refused = await bench().expectProblem('vm.update', change);
    expect(refused).toMatchObject({ code: 'no-capacity' });
    expect(refused.detail).toContain('has a hypervisor without I/O limits of network interfaces');
  });
});
