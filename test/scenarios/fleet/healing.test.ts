import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { VmId } from '@novacron/contract/ids';
import { BACKOFF_MS_BASE, UNDO_MS_MAX } from '@novacron/engine/sagas/rules/plan-retry';
import { PLATFORM_RETRIES_MAX } from '@novacron/server/app/healing/inspection/resume-stuck';
import { ROUND_MS, SETTLE_MS } from '@novacron/server/app/healing/inspection/visit-nodes';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const STRANGER = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7' as VmId;

describe('what NovaCron mends by itself', () => {
  const bench = useBench();

  function addFault(fault: Fault): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.add(fault);
  }

  function clearFaults(): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
  }

  async function machinesOn(node: string) {
    return (await inspectFleet(bench().fleet)).get(node) ?? [];
  }

  /** Moves a VM away, and the node that it left fails to tidy up. */
  async function leaveBehind() {
    const vm = await makeVm(bench());
    addFault({ action: 'delete', kind: 'fail-final' });
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    await bench().end(operation);
    clearFaults();
    expect(await machinesOn(String(vm.node))).toMatchObject([{ status: 'migrated' }]);
    return vm;
  }

  test('what a migration left behind is removed in the next round, and audited', async () => {
    const vm = await leaveBehind();
    await bench().advance(ROUND_MS + 1_000);
    expect(await machinesOn(String(vm.node))).toEqual([]);
    const now = await bench().expectOk('vm.get', { id: vm.id });
    expect(await machinesOn(String(now.node))).toMatchObject([{ status: 'running' }]);
    const { items } = await bench().expectOk('audit.list', { resource_id: vm.id, limit: 1 });
    expect(items).toMatchObject([
      {
        operation: 'vm.cleanup',
        principal: 'platform',
        client: 'platform',
        changes: { machine: { was: `migrated on ${vm.node} (left-behind)`, is: null } },
      },
    ]);
  });

  test('a node that comes back is visited at once', async () => {
    const vm = await leaveBehind();
    const node = String(vm.node);
    await bench().fleet.stopAgent(node);
    await bench().advance(1_000);
    bench().fleet.restartAgent(node);
    await bench().advance(SETTLE_MS + 2_000);
    expect(await machinesOn(node)).toEqual([]);
  });

  test('a machine whose VM was deleted is removed', async () => {
    const vm = await makeVm(bench());
    const node = String(vm.node);
    const [machine] = await machinesOn(node);
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    // As a node would have it that is set back to a copy of yesterday.
    const driver = bench().fleet.drivers.get(node);
    if (driver === undefined || machine === undefined) throw new Error('the node has a driver');
    const order = { vm_id: vm.id, generation: 1, signal: new AbortController().signal };
    await driver.create(order, machine.spec);
    await bench().advance(ROUND_MS + 1_000);
    expect(await machinesOn(node)).toEqual([]);
  });

  test('a machine that this server never knew is left alone', async () => {
    const vm = await makeVm(bench());
    const [machine] = await machinesOn(String(vm.node));
    const driver = bench().fleet.drivers.get('node-a');
    if (driver === undefined || machine === undefined) throw new Error('the node has a driver');
    const order = { vm_id: STRANGER, generation: 1, signal: new AbortController().signal };
    await driver.create(order, machine.spec);
    await bench().advance(ROUND_MS + 1_000);
    expect((await machinesOn('node-a')).map(({ vm_id }) => vm_id)).toContain(STRANGER);
    await driver.delete(order);
  });

  test('a machine of a VM that the store never knew is an incident until it is gone', async () => {
    const vm = await makeVm(bench());
    const [machine] = await machinesOn(String(vm.node));
    const driver = bench().fleet.drivers.get('node-a');
    if (driver === undefined || machine === undefined) throw new Error('the node has a driver');
    // As with a store that was restored from a backup of before the VM was made.
    const order = { vm_id: STRANGER, generation: 1, signal: new AbortController().signal };
    await driver.create(order, { ...machine.spec, name: 'younger' });
    await driver.start({ ...order, generation: 2 });
    await bench().advance(ROUND_MS + 20_000);
    const listed = async () =>
      (await bench().expectOk('incident.list', { cause: ['unknown_machine'] })).items;
    const named = {
      state: 'open',
      severity: 'warning',
      target: 'node-a',
      vms_down: 0,
      summary: `Node node-a has machines of unknown VMs: younger (${STRANGER}, running).`,
    };
    expect(await listed()).toMatchObject([named]);
    const { advice } = await bench().expectOk('incident.get', {
      id: String((await listed())[0]?.id),
    });
    expect(advice.join()).toContain('NovaCron leaves them unchanged');
    // Another server does not end it before it has looked at the node.
    await bench().restartServer();
    await bench().advance(ROUND_MS + 20_000);
    expect(await listed()).toMatchObject([{ ...named, occurrences: 1 }]);
    expect((await machinesOn('node-a')).map(({ vm_id }) => vm_id)).toContain(STRANGER);
    await driver.delete({ ...order, generation: 3 });
    await bench().advance(ROUND_MS + 20_000);
    expect(await listed()).toMatchObject([{ state: 'resolved' }]);
  });

  test('nothing is removed where a migration got stuck', async () => {
    const vm = await makeVm(bench());
    addFault({ action: 'activate', kind: 'fail-final', times: 2 });
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    clearFaults();
    await bench().advance(ROUND_MS + 1_000);
    expect(await machinesOn(String(vm.node))).toMatchObject([{ status: 'migrated' }]);
    const kinds = (await bench().store.read({ from: 'operations' })).map(({ kind }) => kind);
    expect(kinds).not.toContain('vm.cleanup');
  });

  test('what got stuck on a node that was away goes on when it is back', async () => {
    addFault({ action: 'start', kind: 'fail-retry', times: 1 });
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    await bench().advance(BACKOFF_MS_BASE / 2);
    const node = String(resource.node);
    await bench().fleet.stopAgent(node);
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    expect(await bench().expectOk('vm.get', { id: resource.id })).toMatchObject({
      status: 'failed',
    });
    bench().fleet.restartAgent(node);
    await bench().advance(SETTLE_MS + 20_000);
    expect(await bench().expectOk('operation.get', { id: operation.id })).toMatchObject({
      status: 'failed',
      steps: [{ status: 'undone' }, { status: 'undone' }],
    });
    expect(await machinesOn(node)).toEqual([]);
    const { items } = await bench().expectOk('audit.list', { resource_id: resource.id });
    expect(items.map(({ operation: name, principal }) => [name, principal])).toContainEqual([
      'operation.retry',
      'platform',
    ]);
  });
});

/** Hours pass, for one node only, which is checked no more often than necessary. */
describe('what NovaCron cannot mend', () => {
  const node = { name: 'node-a', zone: 'z', rack: 'r', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  const pool = { size_gb: 100 };
  const bench = useBench({
    fleet: { nodes: [node], storage_pools: { ssd: pool, hdd: pool, nvme: pool } },
    healthCheckIntervalMs: ROUND_MS,
  });

  test('what gets stuck again and again is left to people', async () => {
    const vm = await makeVm(bench());
    const faults = bench().fleet.drivers.get('node-a')?.faults;
    faults?.add({ action: 'configure', kind: 'fail-final', times: 1 });
    faults?.add({ action: 'configure', kind: 'fail-retry', times: 10_000 });
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 8 });
    expect(await bench().end(operation)).toMatchObject({ status: 'stuck' });
    await bench().advance(PLATFORM_RETRIES_MAX * (ROUND_MS + UNDO_MS_MAX) + 2 * ROUND_MS);
    faults?.clear();
    const log = await bench().store.read({
      from: 'operation_log',
      where: { operation_id: operation.id },
    });
    const retries = log.filter(({ entry_json }) => JSON.parse(entry_json).kind === 'retried');
    expect(retries).toHaveLength(PLATFORM_RETRIES_MAX);
    const ended = await bench().expectOk('operation.get', { id: operation.id });
    expect(ended).toMatchObject({ status: 'stuck' });
    const again = await bench().expectOk('operation.retry', { id: operation.id });
    expect(await bench().end(again.resource)).toMatchObject({ status: 'failed' });
  });
});
