/** Reported status of VMs whose node is lost: they may or may not be running. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const NODE = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const FLEET: Fleet = {
  nodes: ['node-a', 'node-b', 'node-c'].map((name) => ({ ...NODE, name })),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost, and a returning node is ready. Unit: ms. */
const LOST_MS = 120_000;

describe('a lost node', () => {
  const bench = useBench({ fleet: FLEET });

  async function lose(node: string) {
    await bench().fleet.stopAgent(node);
    await bench().advance(LOST_MS);
    const { items } = await bench().expectOk('node.list', {});
    expect(items.find(({ name }) => name === node)?.status).toBe('lost');
  }

  async function namesOf(status: InputOf<'vm.list'>['status']) {
    const { items } = await bench().expectOk('vm.list', { status });
    return items.map(({ name }) => name);
  }

  test('has VMs whose status is unknown until it is back, and nothing drifts', async () => {
    const on = (name: string, node: string) => makeVm(bench(), { name, placement: { node } });
    const [here, off] = [await on('here', 'node-a'), await on('off', 'node-a')];
    await on('there', 'node-b');
    await bench().end((await bench().expectOk('vm.stop', { id: off.id })).operation);
    await lose('node-a');
    expect(await bench().expectOk('vm.get', { id: here.id })).toMatchObject({
      status: 'unknown',
      node: 'node-a',
      power_state: 'running',
    });
    expect(await bench().expectOk('vm.get', { id: off.id })).toMatchObject({ status: 'stopped' });
    expect(await namesOf(['running'])).toEqual(['there']);
    expect(await namesOf(['unknown'])).toEqual(['here']);
    expect(await namesOf(['stopped', 'unknown'])).toEqual(['here', 'off']);
    expect(await namesOf(['stopped', 'running'])).toEqual(['off', 'there']);
    expect(await namesOf(['running', 'unknown'])).toEqual(['here', 'there']);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    bench().fleet.restartAgent('node-a');
    await bench().advance(LOST_MS);
    expect(await namesOf(['running'])).toEqual(['here', 'there']);
    expect(await namesOf(['unknown'])).toEqual([]);
  });

  test('that is confirmed dead ends the deletion of a VM that waits for it', async () => {
    const vm = await makeVm(bench(), { name: 'gone', placement: { node: 'node-a' } });
    await lose('node-a');
    const { operation } = await bench().expectOk('vm.delete', { id: vm.id });
    // Past its point of no return, it waits for the node.
    await bench().advance(LOST_MS);
    expect(await bench().expectOk('operation.get', { id: operation.id })).toMatchObject({
      status: 'running',
    });
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const [node] = items;
    if (node === undefined) throw new Error('the node is listed');
    await bench().expectOk('node.confirm_dead', { id: node.id });
    await bench().advance(60_000);
    expect(await bench().expectOk('operation.get', { id: operation.id })).toMatchObject({
      status: 'succeeded',
    });
    expect(await namesOf(['unknown', 'running', 'stopped'])).toEqual([]);
    await bench().end((await bench().expectOk('node.delete', { id: node.id })).operation);
  });

  test('degrades the groups of its members', async () => {
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 4 },
      min_size: 3,
      max_size: 3,
      anti_affinity: 'node',
    });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const { id } = made.resource;
    const show = async () => bench().expectOk('vm_group.get', { id });
    expect(await show()).toMatchObject({ status: 'ready', ready_size: 3, size: 3 });
    await lose('node-c');
    const lost = { status: 'degraded', ready_size: 2, size: 3 };
    expect(await show()).toMatchObject(lost);
    expect((await bench().expectOk('vm_group.list', {})).items).toMatchObject([lost]);
    bench().fleet.restartAgent('node-c');
    await bench().advance(LOST_MS);
    expect(await show()).toMatchObject({ status: 'ready', ready_size: 3 });
  });
});
