import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

type WriteOfVm = Extract<OperationName, 'vm.start' | 'vm.stop' | 'vm.update' | 'vm.delete'>;

describe('the power of a VM', () => {
  const bench = useBench();

  async function run<Name extends WriteOfVm>(name: Name, input: InputOf<Name>) {
    return bench().end((await bench().expectOk(name, input)).operation);
  }

  function addFault(fault: Fault): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.add(fault);
  }

  function clearFaults(): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
  }

  test('a VM is stopped and started where it is, and keeps its place meanwhile', async () => {
    const vm = await makeVm(bench());
    expect(await run('vm.stop', { id: vm.id })).toMatchObject({ status: 'succeeded' });
    const stopped = await bench().expectOk('vm.get', { id: vm.id });
    expect(stopped).toMatchObject({ status: 'stopped', node: vm.node, power_state: 'stopped' });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'stopped' });
    expect(await bench().store.read({ from: 'allocations' })).toHaveLength(1);
    expect(await run('vm.start', { id: vm.id })).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running' });
  });

  test('both may be repeated', async () => {
    const vm = await makeVm(bench());
    for (const name of ['vm.start', 'vm.stop', 'vm.stop', 'vm.start'] as const) {
      expect(await run(name, { id: vm.id })).toMatchObject({ status: 'succeeded' });
    }
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
  });

  test('a VM stays stopped when the server and its agent start again', async () => {
    const vm = await makeVm(bench());
    await run('vm.stop', { id: vm.id });
    await bench().fleet.stopAgent(String(vm.node));
    await bench().restartServer();
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(1_000);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'stopped' });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'stopped' });
  });

  test('a start makes true what was believed: the machine had died unseen', async () => {
    const vm = await makeVm(bench());
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'power-off' });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'stopped' });
    await run('vm.start', { id: vm.id });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'running' });
  });

  test('a guest that does not heed goes on running, and is stopped by force', async () => {
    const vm = await makeVm(bench());
    addFault({ action: 'stop', kind: 'ignore-stop' });
    expect(await run('vm.stop', { id: vm.id })).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('only force stops it') },
    });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
    clearFaults();
    addFault({ action: 'stop', kind: 'ignore-stop' });
    const forced = await run('vm.stop', { id: vm.id, force: 'yes' });
    expect(forced).toMatchObject({ status: 'succeeded' });
    clearFaults();
  });

  test('a start that fails leaves the VM stopped', async () => {
    const vm = await makeVm(bench());
    await run('vm.stop', { id: vm.id });
    addFault({ action: 'start', kind: 'fail-final' });
    expect(await run('vm.start', { id: vm.id })).toMatchObject({ status: 'failed' });
    clearFaults();
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'stopped' });
    expect(await machineOf(bench(), vm)).toMatchObject({ status: 'stopped' });
  });

  test('a stopped VM is changed and stays stopped', async () => {
    const vm = await makeVm(bench());
    await run('vm.stop', { id: vm.id });
    await run('vm.update', { id: vm.id, cpu_cores: 1, memory_gb: 8 });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'stopped' });
    expect(await machineOf(bench(), vm)).toMatchObject({
      status: 'stopped',
      spec: { cpu_cores: 1, memory_mib: 8192 },
      restarts: 0,
    });
  });

  test('a volume is attached to a stopped VM, and is there when it starts', async () => {
    const vm = await makeVm(bench());
    await run('vm.stop', { id: vm.id });
    const made = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 10,
      attached_to: vm.id,
    });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    await run('vm.start', { id: vm.id });
    expect(await machineOf(bench(), vm)).toMatchObject({
      status: 'running',
      volumes: [{ volume_id: made.resource.id, size_gb: 10 }],
    });
  });

  describe('after a change that got stuck', () => {
    /** Whether the machine has 4 or 8 GB is unknown; 8 are reserved for it. */
    async function makeUncertain() {
      const vm = await makeVm(bench());
      addFault({ action: 'configure', kind: 'fail-final', times: 2 });
      expect(await run('vm.update', { id: vm.id, memory_gb: 8 })).toMatchObject({
        status: 'stuck',
      });
      clearFaults();
      return vm;
    }

    async function heldMib() {
      return (await bench().store.read({ from: 'allocations' }))[0]?.memory_mib;
    }

    test.each([
      ['vm.start', 'running'],
      ['vm.stop', 'stopped'],
    ] as const)('%s first brings the machine to its desired state', async (name, status) => {
      const vm = await makeUncertain();
      bench()
        .fleet.drivers.get(String(vm.node))
        ?.disturb(vm.id, { kind: 'alter', spec: { memory_mib: 8192 } });
      expect(await heldMib()).toBe(8192);
      const done = await run(name, { id: vm.id });
      expect(done).toMatchObject({
        status: 'succeeded',
        steps: [{ name: 'configure' }, { name: name.slice('vm.'.length) }],
      });
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status });
      expect(await machineOf(bench(), vm)).toMatchObject({ status, spec: { memory_mib: 4096 } });
      expect(await heldMib()).toBe(4096);
    });

    test('a start that cannot do so leaves it unknown, with all that is held', async () => {
      const vm = await makeUncertain();
      addFault({ action: 'configure', kind: 'fail-final' });
      expect(await run('vm.start', { id: vm.id })).toMatchObject({
        status: 'failed',
        problem: { detail: expect.stringContaining('step configure failed') },
      });
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'unknown' });
      expect(await heldMib()).toBe(8192);
    });

    test('another change settles its size, and a start its status', async () => {
      const vm = await makeUncertain();
      await run('vm.update', { id: vm.id, memory_gb: 6 });
      expect(await heldMib()).toBe(6144);
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'unknown' });
      await run('vm.start', { id: vm.id });
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
    });

    test('a stop does not make a VM out of a machine that is gone', async () => {
      const vm = await makeUncertain();
      bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'vanish' });
      expect(await run('vm.stop', { id: vm.id })).toMatchObject({
        status: 'failed',
        problem: { detail: expect.stringContaining('is not on this node') },
      });
    });
  });

  describe('of a VM whose machine is missing', () => {
    /** Two inspections of its node. */
    const SOON_MS = 25 * 60_000;

    async function lose(vm: Vm): Promise<void> {
      bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'vanish' });
      await bench().advance(SOON_MS);
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'unknown' });
    }

    test('is made again by a start, with its volume, network and size', async () => {
      const make = bench().expectOk;
      const made = await make('network.create', { name: 'lan', cidr: '10.7.0.0/24' });
      await bench().end(made.operation);
      const vm = await makeVm(bench(), { network_id: made.resource.id });
      const disk = { name: 'data', size_gb: 3, attached_to: vm.id };
      await bench().end((await make('volume.create', disk)).operation);
      const before = await machineOf(bench(), vm);
      await lose(vm);
      expect(await run('vm.start', { id: vm.id })).toMatchObject({
        status: 'succeeded',
        steps: [{ name: 'define' }, { name: 'start' }],
      });
      if (before === undefined) throw new Error('there was no machine');
      // The guest has its settings on its seed disk.
      const { guest: _settings, ...spec } = before.spec;
      const { volumes, status } = before;
      expect(await machineOf(bench(), vm)).toMatchObject({ spec, volumes, status });
      const after = await bench().expectOk('vm.get', { id: vm.id });
      expect(after).toMatchObject({ status: 'running', power_state: 'running', node: vm.node });
      await bench().advance(SOON_MS);
      const { items } = await bench().expectOk('drift.report', {});
      expect(items).toEqual([]);
    });

    test('stays missing where its root disk is lost, and the operation says so', async () => {
      const vm = await makeVm(bench());
      await lose(vm);
      addFault({ action: 'define', kind: 'fail-final' });
      expect(await run('vm.start', { id: vm.id })).toMatchObject({
        status: 'failed',
        problem: { detail: expect.stringContaining('step define failed') },
      });
      const after = await bench().expectOk('vm.get', { id: vm.id });
      expect(after).toMatchObject({ status: 'unknown', power_state: 'stopped' });
    });

    test('is known to be stopped where it was made again and does not start', async () => {
      const vm = await makeVm(bench());
      await lose(vm);
      addFault({ action: 'start', kind: 'fail-final' });
      expect(await run('vm.start', { id: vm.id })).toMatchObject({ status: 'failed' });
      await bench().advance(SOON_MS);
      expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'stopped' });
      clearFaults();
      expect(await run('vm.start', { id: vm.id })).toMatchObject({ status: 'succeeded' });
    });
  });

  test('a stopped VM is deleted like any other', async () => {
    const vm = await makeVm(bench());
    await run('vm.stop', { id: vm.id });
    expect(await run('vm.delete', { id: vm.id })).toMatchObject({ status: 'succeeded' });
    expect([...(await inspectFleet(bench().fleet)).values()].flat()).toEqual([]);
  });

  test('a VM that is being created or may be anywhere is neither started nor stopped', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    expect(await bench().expectProblem('vm.stop', { id: resource.id })).toMatchObject({
      code: 'conflict',
      detail: `The VM web-01 is being changed by ${operation.id}.`,
    });
    await bench().end(operation);
    addFault({ action: 'activate', kind: 'fail-final', times: 2 });
    const moved = await bench().expectOk('vm.migrate', { id: resource.id });
    expect(await bench().end(moved.operation)).toMatchObject({ status: 'stuck' });
    clearFaults();
    expect(await bench().expectProblem('vm.start', { id: resource.id })).toMatchObject({
      detail: expect.stringContaining('may be on any of several nodes'),
    });
  });
});
