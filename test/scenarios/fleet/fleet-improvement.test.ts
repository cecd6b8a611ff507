import { describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { Operation } from '@novacron/contract/operation/operation';
import { problem } from '@novacron/contract/problem/problem';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

describe('improving the fleet', () => {
  const bench = useBench();

  async function nodeNamed(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [node] = items;
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }

  /** Small VMs that were all placed on one node. */
  async function fill(node: string, count: number): Promise<readonly Vm[]> {
    const vms: Vm[] = [];
    for (let at = 0; at < count; at += 1) {
      const vm = await makeVm(bench(), { name: `${node}-vm-${at}`, cpu_cores: 1, memory_gb: 2 });
      if (vm.node !== node) {
        const moved = await bench().expectOk('vm.migrate', { id: vm.id, node });
        await bench().end(moved.operation);
      }
      vms.push(await bench().expectOk('vm.get', { id: vm.id }));
    }
    return vms;
  }

  async function end(answer: { readonly operation?: Operation | undefined }): Promise<Operation> {
    if (answer.operation === undefined) throw new Error('there is an operation');
    return bench().end(answer.operation);
  }

  async function placesOf(vms: readonly Vm[]): Promise<readonly unknown[]> {
    const now = await Promise.all(vms.map(({ id }) => bench().expectOk('vm.get', { id })));
    for (const vm of now) {
      expect(await machineOf(bench(), vm)).toMatchObject({ status: vm.status });
    }
    return now.map(({ node }) => node);
  }

  test('a dry run plans a drain and changes nothing', async () => {
    const vms = await fill('node-a', 2);
    const node = await nodeNamed('node-a');
    const { plan, operation } = await bench().expectOk('node.drain', {
      id: node.id,
      dry_run: true,
    });
    expect(operation).toBeUndefined();
    expect(plan).toMatchObject({
      goal: 'drain',
      emptied: ['node-a'],
      moves: [
        { vm: 'node-a-vm-0', from: 'node-a' },
        { vm: 'node-a-vm-1', from: 'node-a' },
      ],
      effort: { memory_gb: 4 },
    });
    expect(plan.explanation[0]).toBe('2 live migrations empty node node-a.');
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'ready', vm_count: 2 });
    expect(await placesOf(vms)).toEqual(['node-a', 'node-a']);
  });

  test('a drain moves every VM, and nothing is placed there until it is activated', async () => {
    const vms = await fill('node-a', 3);
    const { id } = await nodeNamed('node-a');
    const drained = await bench().expectOk('node.drain', { id });
    expect(drained.operation).toMatchObject({ kind: 'node.drain', target_name: 'node-a' });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'draining' });
    const refused = await bench().expectProblem('node.activate', { id });
    expect(refused).toMatchObject({
      code: 'conflict',
      detail: `Node node-a is being drained by ${drained.operation?.id}.`,
    });
    expect(await end(drained)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'move-1' }, { name: 'move-2' }, { name: 'move-3' }],
    });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'maintenance', vm_count: 0 });
    expect(await placesOf(vms)).not.toContain('node-a');
    const pinned = await bench().expectProblem('vm.migrate', {
      id: vms[0]?.id ?? ('' as Vm['id']),
      node: 'node-a',
    });
    expect(JSON.stringify(pinned)).toContain('takes no VMs: it is in maintenance');
    await bench().advance(60_000);
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'maintenance' });
    await bench().expectOk('node.activate', { id });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'ready' });
    const { items } = await bench().expectOk('audit.list', { resource_id: vms[0]?.id ?? '' });
    const moved = { operation: 'vm.migrate', principal: 'platform' };
    expect(items).toContainEqual(expect.objectContaining(moved));
  });

  test('a drain goes on where a killed server left it', async () => {
    const vms = await fill('node-b', 3);
    const { id } = await nodeNamed('node-b');
    const drained = await bench().expectOk('node.drain', { id });
    await bench().advance(400);
    await bench().restartServer();
    expect(await end(drained)).toMatchObject({ status: 'succeeded' });
    expect(await placesOf(vms)).not.toContain('node-b');
    expect(await nodeNamed('node-b')).toMatchObject({ status: 'maintenance', vm_count: 0 });
  });

  test('a drain moves stopped VMs too, and they stay stopped', async () => {
    const vms = await fill('node-a', 2);
    const stopped = await bench().expectOk('vm.stop', { id: vms[0]?.id ?? ('' as Vm['id']) });
    await bench().end(stopped.operation);
    const { id } = await nodeNamed('node-a');
    const drained = await bench().expectOk('node.drain', { id });
    expect(drained.plan?.moves.map(({ manner }) => manner).sort()).toEqual(['cold', 'live']);
    expect(await end(drained)).toMatchObject({ status: 'succeeded' });
    expect(await placesOf(vms)).not.toContain('node-a');
    const states = vms.map(async (vm) => (await bench().expectOk('vm.get', { id: vm.id })).status);
    expect(await Promise.all(states)).toEqual(['stopped', 'running']);
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'maintenance', vm_count: 0 });
  });

  test('a drain is refused where a VM cannot move, and says which and why', async () => {
    const [vm] = await fill('node-a', 1);
    const paused = await bench().expectOk('vm.pause', { id: vm?.id ?? ('' as Vm['id']) });
    await bench().end(paused.operation);
    const { id } = await nodeNamed('node-a');
    const refused = await bench().expectProblem('node.drain', { id });
    expect(refused).toMatchObject({
      code: 'no-capacity',
      detail:
        `Node node-a cannot be emptied: 1 VM cannot move. ${vm?.name}: it is paused and cannot ` +
        'move until it is resumed or stopped.',
      remedy: expect.stringContaining('Start, unpin or delete those VMs'),
    });
    // N+1 does not keep it there.
    expect(refused.remedy).not.toContain('--failover ignore');
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'ready' });
  });

  test('a drain stops what cannot move where it is asked to, after what can', async () => {
    const [stays, moves] = await fill('node-a', 2);
    if (stays === undefined) throw new Error('there is no VM');
    const pinned = { id: stays.id, placement: { node: 'node-a' } };
    await bench().end((await bench().expectOk('vm.update', pinned)).operation);
    const { id } = await nodeNamed('node-a');
    const shown = await bench().expectOk('node.drain', { id, stop: true, dry_run: true });
    expect(shown.plan?.explanation[0]).toBe(
      '1 live migration off node node-a, where 1 VM that cannot move is stopped.',
    );
    const drained = await bench().expectOk('node.drain', { id, stop: true });
    expect(await end(drained)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'move-1' }, { name: 'stop-1' }],
    });
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'maintenance', vm_count: 1 });
    expect(await placesOf([stays])).toEqual(['node-a']);
    expect(await placesOf(moves === undefined ? [] : [moves])).not.toContain('node-a');
    await bench().advance(10 * 60_000);
    expect(await bench().expectOk('vm.get', { id: stays.id })).toMatchObject({ status: 'stopped' });
    await bench().expectOk('node.activate', { id });
    await bench().end((await bench().expectOk('vm.start', { id: stays.id })).operation);
  });

  test('a drain whose migration fails keeps what was moved, and says what to do', async () => {
    await fill('node-a', 2);
    const { id } = await nodeNamed('node-a');
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'migrate', kind: 'fail-final' });
    }
    const ended = await end(await bench().expectOk('node.drain', { id }));
    expect(ended).toMatchObject({
      status: 'failed',
      problem: { remedy: expect.stringContaining('VMs that were moved stay where they are now') },
    });
    expect(ended.problem?.detail).toContain('vm.migrate of node-a-vm-0 failed');
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    expect(await nodeNamed('node-a')).toMatchObject({ status: 'draining', vm_count: 2 });
    const again = await end(await bench().expectOk('node.drain', { id }));
    expect(again).toMatchObject({ status: 'succeeded' });
  });

  test('one improvement runs at a time; cancelled, it stops behind the move at hand', async () => {
    const vms = await fill('node-c', 3);
    const { id } = await nodeNamed('node-c');
    const drained = await bench().expectOk('node.drain', { id });
    const second = await bench().expectProblem('optimizer.rebalance', {});
    expect(second).toMatchObject({
      code: 'conflict',
      detail:
        `node.drain (${drained.operation?.id}) is running. Only one operation at a time may ` +
        'change which nodes accept VMs.',
    });
    await bench().advance(100);
    const cancelled = await bench().expectOk('operation.cancel', {
      id: drained.operation?.id ?? ('' as Operation['id']),
    });
    expect(await bench().end(cancelled.resource)).toMatchObject({ status: 'failed' });
    await bench().endAll();
    expect((await placesOf(vms)).filter((node) => node === 'node-c')).toHaveLength(2);
    await bench().expectOk('node.activate', { id });
  });

  test('a rebalance evens the fleet out and keeps to its budget', async () => {
    const vms = await fill('node-a', 4);
    const { plan } = await bench().expectOk('optimizer.rebalance', {
      dry_run: true,
      moves_max: 1,
    });
    expect(plan.moves).toHaveLength(1);
    const answer = await bench().expectOk('optimizer.rebalance', {});
    expect(answer.plan.after.imbalance).toBeLessThan(answer.plan.before.imbalance);
    expect(await end(answer)).toMatchObject({ status: 'succeeded', target_kind: 'fleet' });
    expect(new Set(await placesOf(vms)).size).toBe(3);
    const nothing = await bench().expectOk('optimizer.rebalance', {});
    expect(nothing.operation).toMatchObject({ status: 'succeeded', steps: [] });
  });

  test('a consolidation sends emptied nodes to standby, from where they come back', async () => {
    const vms = [...(await fill('node-a', 1)), ...(await fill('node-b', 2))];
    const answer = await bench().expectOk('optimizer.consolidate', {});
    expect(answer.plan.emptied).toEqual(['node-c']);
    expect(await end(answer)).toMatchObject({ status: 'succeeded' });
    const node = await nodeNamed('node-c');
    expect(node).toMatchObject({ status: 'standby' });
    expect(await placesOf(vms)).not.toContain('node-c');
    await bench().expectOk('node.activate', { id: node.id });
    expect(await nodeNamed('node-c')).toMatchObject({ status: 'ready' });
  });

  test('a defragmentation makes room for a VM of the size, which must be whole', async () => {
    await fill('node-a', 1);
    await fill('node-b', 1);
    await fill('node-c', 1);
    const size = { cpu_cores: 8, memory_gb: 16, disk_gb: 100 };
    const answer = await bench().expectOk('optimizer.defragment', size);
    expect(answer.plan).toMatchObject({ before: { slots: 0 }, after: { slots: 2 } });
    expect(await end(answer)).toMatchObject({ status: 'succeeded' });
    await makeVm(bench(), { name: 'large', ...size });
    const half = await bench().expectProblem('optimizer.defragment', { cpu_cores: 8 });
    expect(half.detail).toBe('The size of the VM requires cpu_cores, memory_gb and disk_gb.');
  });

  test('a node that is unknown or lost is neither drained nor activated', async () => {
    const { id } = await nodeNamed('node-a');
    const unknown = `${id.slice(0, -4)}0000` as NodeId;
    for (const name of ['node.drain', 'node.activate'] as const) {
      const refused = await bench().expectProblem(name, { id: unknown });
      expect(refused.detail).toBe(`No node found with the id ${unknown}.`);
    }
    await bench().store.commit([
      {
        kind: 'update',
        table: 'nodes',
        id,
        set: { status: 'lost' },
        otherwise: problem('conflict', { detail: 'It is gone.', remedy: 'None.' }),
      },
    ]);
    expect(await bench().expectProblem('node.drain', { id })).toMatchObject({
      detail: 'Node node-a is lost: its agent does not respond, so no VM can be moved off it.',
      remedy: expect.stringContaining('novacron node confirm-dead node-a'),
    });
    expect(await bench().expectProblem('node.activate', { id })).toMatchObject({
      detail: 'Node node-a is lost: its agent does not respond.',
    });
  });
});
