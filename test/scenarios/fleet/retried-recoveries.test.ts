/** Stuck recoveries that people retry after the new node of their VM has returned. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 2 * MINUTE_MS;

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
  nodes: ['node-a', 'node-b'].map(node),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

describe('a stuck recovery that people retry', () => {
  afterEach(async () => {
    for (const { name } of FLEET.nodes) {
      bench().fleet.restartAgent(name);
      bench().fleet.drivers.get(name)?.faults.clear();
    }
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: FLEET });
  const show = (id: Vm['id']) => bench().expectOk('vm.get', { id });

  async function confirmDead(name: string): Promise<void> {
    const { items } = await bench().expectOk('node.list', { name });
    const id = String(items[0]?.id) as NodeId;
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
  }
  const recoveries = async () => {
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    return [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
  };
  async function machines(id: Vm['id']): Promise<readonly string[]> {
    const found = await inspectFleet(bench().fleet);
    return [...found].flatMap(([name, all]) =>
      all.filter(({ vm_id }) => vm_id === id).map(({ status }) => `${name} ${status}`),
    );
  }
  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) await bench().advance(MINUTE_MS);
  }

  test.each([
    { kind: 'hang', isDead: false },
    { kind: 'hang', isDead: true },
    { kind: 'fail-final', isDead: false },
    { kind: 'fail-final', isDead: true },
  ] as const)('runs its VM once: $kind, known to be off: $isDead', async ({ kind, isDead }) => {
    const { id } = await makeVm(bench(), { placement: { node: 'node-a' } });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    bench().fleet.drivers.get('node-b')?.faults.add({ action: 'start', kind, times: 100 });
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    await confirmDead('node-a');
    await bench().expectOk('vm.recover', { id });
    await bench().advance(10_000);
    await bench().fleet.stopAgent('node-b');
    await bench().advance(MINUTE_MS);
    if (isDead) await confirmDead('node-b');
    await pass(20);
    const [stuck] = await recoveries();
    expect(stuck).toMatchObject({ status: 'stuck' });
    bench().fleet.restartAgent('node-b');
    bench().fleet.drivers.get('node-b')?.faults.clear();
    await bench().advance(2_000);
    const again = await bench().expectOk('operation.retry', { id: String(stuck?.id) });
    expect(await bench().end(again.resource)).toMatchObject({ status: 'succeeded' });
    // Its node is inspected after its return.
    await pass(1);
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    expect(await machines(id)).toEqual(['node-b running']);
    expect(await recoveries()).toMatchObject([{ status: 'succeeded' }]);
  });
});
