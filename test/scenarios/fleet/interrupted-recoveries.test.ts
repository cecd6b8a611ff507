/** The new node of a VM fails while the VM is recovered there. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
/** Time after which a silent node is lost, and within which every node is visited. Unit: ms. */
const LOST_MS = 2 * MINUTE_MS;
const VISITED_MS = 11 * MINUTE_MS;

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: ['node-a', 'node-b', 'node-c', 'node-d', 'node-e', 'node-f'].map(node),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

describe('a VM whose new node fails during its recovery', () => {
  // All are back then, so that the bench finds all machines, and none fails any more: a node has
  // its faults although its agent was away, and its driver is there only while that runs.
  afterEach(async () => {
    for (const { name } of FLEET.nodes) {
      bench().fleet.restartAgent(name);
      bench().fleet.drivers.get(name)?.faults.clear();
    }
    await awaitSound(bench());
    const left = [...bench().fleet.drivers].filter(([, { faults }]) =>
      [faults.take('define', ''), faults.take('start', '')].some((fault) => fault !== undefined),
    );
    expect(left.map(([name]) => name)).toEqual([]);
  });
  const bench = useBench({ fleet: FLEET });

  const show = (id: Vm['id']) => bench().expectOk('vm.get', { id });

  async function confirmDead(name: string): Promise<void> {
    const { items } = await bench().expectOk('node.list', { name });
    const id = String(items[0]?.id) as NodeId;
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
  }

  /** The node of a VM is dead, and the VM is being recovered. @returns its new node */
  async function beginRecovery(fault: Fault): Promise<{ id: Vm['id']; destination: string }> {
    const healing = { on_node_loss: 'restart' } as const;
    const { id } = await makeVm(bench(), { healing, placement: { node: 'node-a' } });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    for (const { faults } of bench().fleet.drivers.values()) faults.add(fault);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    await confirmDead('node-a');
    await bench().advance(10_000);
    const held = await bench().store.read({ from: 'allocations', where: { vm_id: id } });
    const { items } = await bench().expectOk('node.list', {});
    const found = items.find(
      (each) => each.name !== 'node-a' && held.some(({ node_id }) => node_id === each.id),
    );
    const destination = String(found?.name);
    for (const [name, { faults }] of bench().fleet.drivers) {
      if (name !== destination) faults.clear();
    }
    return { id, destination };
  }

  const recoveries = async () => {
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    return [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
  };

  /** Returns the nodes that have the machine of a VM, and whether it runs there. */
  async function machines(id: Vm['id']): Promise<readonly string[]> {
    const found = await inspectFleet(bench().fleet);
    return [...found].flatMap(([name, all]) =>
      all.filter(({ vm_id }) => vm_id === id).map(({ status }) => `${name} ${status}`),
    );
  }

  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) await bench().advance(MINUTE_MS);
  }

  test('is never started twice: one that is silent may run it', async () => {
    const { id, destination } = await beginRecovery({
      action: 'start',
      kind: 'crash-before-answer',
    });
    expect(await machines(id)).toEqual([`${destination} running`]);
    await bench().fleet.stopAgent(destination);
    await pass(20);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    expect(await machines(id)).toEqual([]);
    expect(await recoveries()).toMatchObject([
      { status: 'stuck', steps: [{ status: 'succeeded' }, { name: 'start', status: 'failed' }] },
    ]);
    const { waiting } = await bench().expectOk('healing.status', {});
    const why = `The VM web-01 may run on ${destination}, on which its recovery or migration`;
    expect(waiting).toMatchObject([
      { operation: 'vm.recover', target: 'web-01', reason: expect.stringContaining(why) },
    ]);
    const refused = await bench().expectProblem('vm.recover', { id });
    expect(refused.detail).toContain(why);
    expect(refused.remedy).toContain(`novacron node confirm-dead ${destination}`);
    await confirmDead(destination);
    await pass(3);
    const moved = await show(id);
    expect(moved).toMatchObject({ status: 'running' });
    expect(['node-a', destination]).not.toContain(moved.node);
    // The copy is removed at the first look at its node.
    bench().fleet.restartAgent(destination);
    await pass(3);
    expect(await machines(id)).toEqual([`${moved.node} running`]);
  });

  test('runs once, on a node that answers, when that is back', async () => {
    const { id, destination } = await beginRecovery({
      action: 'start',
      kind: 'crash-before-answer',
    });
    await bench().fleet.stopAgent(destination);
    await pass(12);
    bench().fleet.restartAgent(destination);
    await pass(3);
    const moved = await show(id);
    expect(moved).toMatchObject({ status: 'running' });
    expect(await machines(id)).toEqual([`${moved.node} running`]);
  });

  test.each(['define', 'start'] as const)(
    'in the step %s starts elsewhere as soon as that is known to be off',
    async (action) => {
      const { id, destination } = await beginRecovery({ action, kind: 'hang', times: 100 });
      await bench().fleet.stopAgent(destination);
      await bench().advance(MINUTE_MS / 2);
      await confirmDead(destination);
      await pass(1);
      const moved = await show(id);
      expect(moved).toMatchObject({ status: 'running' });
      expect(['node-a', destination]).not.toContain(moved.node);
      expect(await recoveries()).toMatchObject([
        {
          status: 'failed',
          problem: {
            detail: expect.stringContaining(
              `node ${destination}, on which the VM was to run, is known to be off; another ` +
                'node is tried',
            ),
          },
        },
        { status: 'succeeded' },
      ]);
      bench().fleet.restartAgent(destination);
      await bench().advance(VISITED_MS);
      expect(await machines(id)).toEqual([`${moved.node} running`]);
    },
  );

  test('before it is known whether it was made there has one machine in the end', async () => {
    const { id, destination } = await beginRecovery({
      action: 'define',
      kind: 'crash-before-answer',
    });
    await bench().fleet.stopAgent(destination);
    await pass(16);
    const moved = await show(id);
    expect(moved).toMatchObject({ status: 'running' });
    expect(['node-a', destination]).not.toContain(moved.node);
    bench().fleet.restartAgent(destination);
    await bench().advance(VISITED_MS);
    expect(await machines(id)).toEqual([`${moved.node} running`]);
  });

  test.each(['define', 'start'] as const)(
    'and whose hypervisor hangs in the step %s is on another one in a quarter of an hour',
    async (action) => {
      const { id, destination } = await beginRecovery({ action, kind: 'hang', times: 100 });
      await pass(16);
      const moved = await show(id);
      expect(moved).toMatchObject({ status: 'running' });
      expect(['node-a', destination]).not.toContain(moved.node);
    },
  );
});
