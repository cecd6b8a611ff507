import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { type Bench, startBench } from '../test-kit/start-bench.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Duration of a round of the default interval. Unit: ms. */
const ROUND_MS = 31_000;

const statusOf = async (bench: Bench, { id }: Vm) =>
  (await bench.expectOk('vm.get', { id })).status;

function disturb(bench: Bench, { id, node }: Vm, kind: 'power-off' | 'vanish'): void {
  bench.fleet.drivers.get(String(node))?.disturb(id, { kind });
}

describe('the health check of VMs', () => {
  const bench = useBench();

  test('says once that a VM without power is stopped, and leaves its start to others', async () => {
    const vm = await makeVm(bench());
    disturb(bench(), vm, 'power-off');
    expect(await statusOf(bench(), vm)).toBe('running');
    await bench().advance(ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('stopped');
    await bench().advance(ROUND_MS);
    const { items } = await bench().expectOk('event.list', {});
    expect(items.filter(({ type }) => type === 'vm.stopped')).toMatchObject([
      { target: vm.id, priority: 'high', data: { name: vm.name, node: vm.node, was: 'running' } },
    ]);
    const { items: audit } = await bench().expectOk('audit.list', { limit: 1 });
    expect(audit).toMatchObject([{ operation: 'vm.stopped', principal: 'platform' }]);
    const { operation } = await bench().expectOk('vm.start', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await bench().advance(ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('running');
  });

  test.each([
    ['guest', 'guest'],
    ['panic', 'guest'],
    ['crash', 'hypervisor'],
    ['io_error', 'hypervisor'],
    ['host', 'hypervisor'],
  ] as const)('says that a VM was stopped by %s, until it runs again', async (reason, by) => {
    const vm = await makeVm(bench(), { healing: { restart: 'never' } });
    const reasonOf = async () => (await bench().expectOk('vm.get', { id: vm.id })).stop_reason;
    expect(await reasonOf()).toBeNull();
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.disturb(vm.id, { kind: 'power-off', reason });
    await bench().advance(ROUND_MS);
    expect(await reasonOf()).toBe(reason);
    const { items } = await bench().expectOk('event.list', {});
    expect(items.filter(({ type }) => type === 'vm.stopped')).toMatchObject([
      { target: vm.id, data: { was: 'running', stop_reason: reason } },
    ]);
    const { items: audit } = await bench().expectOk('audit.list', { limit: 1 });
    expect(audit).toMatchObject([{ operation: 'vm.stopped', principal_kind: by }]);
    const started = await bench().expectOk('vm.start', { id: vm.id });
    await bench().end(started.operation);
    expect(await reasonOf()).toBeNull();
    const halted = await bench().expectOk('vm.stop', { id: vm.id });
    await bench().end(halted.operation);
    expect(await reasonOf()).toBe('command');
  });

  test('says that a VM was stopped by a command where an update has stopped it', async () => {
    const vm = await makeVm(bench());
    const reasonOf = async () => (await bench().expectOk('vm.get', { id: vm.id })).stop_reason;
    for (const power_state of ['stopped', 'running'] as const) {
      const { operation } = await bench().expectOk('vm.update', { id: vm.id, power_state });
      await bench().end(operation);
      await bench().advance(ROUND_MS);
      expect(await reasonOf()).toBe(power_state === 'stopped' ? 'command' : null);
    }
  });

  test('says that nothing is known of a VM whose machine is gone; it can be deleted', async () => {
    const vm = await makeVm(bench());
    disturb(bench(), vm, 'vanish');
    await bench().advance(ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('unknown');
    const { items } = await bench().expectOk('event.list', {});
    expect(items.map(({ type }) => type)).toContain('vm.unknown');
    const { operation } = await bench().expectOk('vm.delete', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('does not touch a VM that an operation works on', async () => {
    const vm = await makeVm(bench());
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'configure', kind: 'hang' });
    }
    // Live: the machine runs until it is disturbed.
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, cpu_cores: 4 });
    await bench().advance(100);
    disturb(bench(), vm, 'power-off');
    await bench().advance(ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('running');
    await bench().expectOk('operation.cancel', { id: operation.id });
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    await bench().end(operation);
    await bench().advance(ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('stopped');
  });

  test('says nothing of a node that cannot be asked', async () => {
    const vm = await makeVm(bench());
    await bench().fleet.stopAgent(String(vm.node));
    await bench().advance(2 * ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('unknown');
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(ROUND_MS);
    expect(await statusOf(bench(), vm)).toBe('running');
  });
});

test('VMs are checked as often as the setting says', async () => {
  const bench = await startBench({ healthCheckIntervalMs: 2_000 });
  const vm = await makeVm(bench);
  await bench.advance(10_000);
  disturb(bench, vm, 'power-off');
  await bench.advance(2_500);
  expect(await statusOf(bench, vm)).toBe('stopped');
  await bench.stop();
});
