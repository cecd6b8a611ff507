import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

describe('the migration of a stopped VM', () => {
  const bench = useBench();

  async function makeStopped(): Promise<Vm> {
    const vm = await makeVm(bench());
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    return vm;
  }

  const see = (vm: Vm): Promise<Vm> => bench().expectOk('vm.get', { id: vm.id });

  function addFault(fault: Fault): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.add(fault);
  }

  function clearFaults(): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
  }

  async function statuses(): Promise<readonly string[]> {
    const machines = [...(await inspectFleet(bench().fleet)).values()].flat();
    return machines.map(({ status }) => status).sort();
  }

  /** Changes a node's row to that of an agent of the last release. */
  async function makeAgentOlder(name: string): Promise<void> {
    const [row] = await bench().store.read({ from: 'nodes', where: { name } });
    if (row === undefined) throw new Error(`${name} is a node`);
    const { coldMigration, ...capabilities } = JSON.parse(row.capabilities_json);
    expect(coldMigration).toBe('yes');
    const older = { ...row, capabilities_json: JSON.stringify(capabilities) };
    await bench().store.commit([{ kind: 'put', into: 'nodes', row: older }]);
  }

  async function otherNodes(vm: Vm): Promise<readonly string[]> {
    const rows = await bench().store.read({ from: 'nodes' });
    return rows.map(({ name }) => name).filter((name) => name !== vm.node);
  }

  test('moves it, leaves it stopped for its reason, and it starts on its new node', async () => {
    const vm = await makeStopped();
    const moved = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(await bench().end(moved.operation)).toMatchObject({ status: 'succeeded' });
    const now = await see(vm);
    expect(now).toMatchObject({ status: 'stopped', stop_reason: 'command' });
    expect(now.node).not.toBe(vm.node);
    expect(await machineOf(bench(), now)).toMatchObject({
      status: 'stopped',
      stop_reason: 'command',
    });
    expect(await statuses()).toEqual(['stopped']);
    expect(await bench().store.read({ from: 'allocations' })).toHaveLength(1);
    const started = await bench().expectOk('vm.start', { id: vm.id });
    expect(await bench().end(started.operation)).toMatchObject({ status: 'succeeded' });
    expect(await see(vm)).toMatchObject({ status: 'running', node: now.node });
  });

  test('is announced as cold, and that of a running VM as live', async () => {
    const vm = await makeVm(bench());
    const live = await bench().expectOk('vm.migrate', { id: vm.id });
    await bench().end(live.operation);
    const now = await see(vm);
    expect(live.notices).toEqual([
      `Live migration from ${vm.node} to ${now.node}: the VM runs on.`,
    ]);
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    const cold = await bench().expectOk('vm.migrate', { id: vm.id });
    await bench().end(cold.operation);
    const { node } = await see(vm);
    expect(cold.notices).toEqual([
      `Cold migration from ${now.node} to ${node}: the VM is stopped, and stays stopped.`,
    ]);
  });

  test('is refused where an agent of the last release has a part in it', async () => {
    const vm = await makeStopped();
    const [first = '', ...rest] = await otherNodes(vm);
    await makeAgentOlder(first);
    expect(await bench().expectProblem('vm.migrate', { id: vm.id, node: first })).toMatchObject({
      code: 'conflict',
      detail: `The VM web-01 is stopped, and node ${first} moves only running VMs.`,
      remedy:
        `Start it first (novacron vm start ${vm.id}), then move it, ` +
        `or upgrade the agent of ${first}.`,
    });
    const moved = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(await bench().end(moved.operation)).toMatchObject({ status: 'succeeded' });
    expect(rest).toContain((await see(vm)).node);
    await makeAgentOlder(String((await see(vm)).node));
    expect(await bench().expectProblem('vm.migrate', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('moves only running VMs'),
    });
  });

  test.each(['prepare-incoming', 'migrate'] as const)(
    'whose %s fails leaves it where it was, and it starts there',
    async (action) => {
      const vm = await makeStopped();
      addFault({ action, kind: 'fail-final' });
      const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      clearFaults();
      expect(await see(vm)).toMatchObject({ node: vm.node, status: 'stopped' });
      expect(await statuses()).toEqual(['stopped']);
      const started = await bench().expectOk('vm.start', { id: vm.id });
      expect(await bench().end(started.operation)).toMatchObject({ status: 'succeeded' });
    },
  );

  test('whose activate fails is not undone, and a retry goes forward', async () => {
    const vm = await makeStopped();
    addFault({ action: 'activate', kind: 'fail-final' });
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    expect(await statuses()).toEqual(['incoming', 'migrated']);
    clearFaults();
    const again = await bench().expectOk('operation.retry', { id: operation.id });
    expect(await bench().end(again.resource)).toMatchObject({ status: 'succeeded' });
    expect(await statuses()).toEqual(['stopped']);
    expect((await see(vm)).node).not.toBe(vm.node);
  });

  test('goes on where a killed server left it', async () => {
    const vm = await makeStopped();
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    await bench().advance(400);
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await statuses()).toEqual(['stopped']);
    expect(await see(vm)).toMatchObject({ status: 'stopped' });
  });

  test('is no drift', async () => {
    const vm = await makeStopped();
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    await bench().advance(120_000);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    expect(await see(vm)).toMatchObject({ status: 'stopped', power_state: 'stopped' });
  });
});
