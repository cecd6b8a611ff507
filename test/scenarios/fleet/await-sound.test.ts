/** The wait of other suites ends when all is sound, and not before. */
import { describe, expect, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import { awaitSound, SOUND_MS_MAX } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const LOST_MS = 120_000;

describe('the wait until a fleet is sound', () => {
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET });

  test('lasts until every node was inspected, also where nothing is wrong', async () => {
    for (const { name } of SHARED_STORAGE_FLEET.nodes) {
      await makeVm(bench(), { name: `on-${name}`, placement: { node: name } });
    }
    const before = new Map(bench().inspections);
    const beforeMs = bench().deps.clock.nowMs();
    await awaitSound(bench());
    for (const { name } of SHARED_STORAGE_FLEET.nodes) {
      expect(bench().inspections.get(name)).toBeGreaterThan(before.get(name) ?? 0);
    }
    expect(bench().deps.clock.nowMs() - beforeMs).toBeLessThan(60_000);
  });

  test('lasts until the node of a recovered VM is back and has no copy of it', async () => {
    const { id } = await makeVm(bench(), {
      placement: { node: 'node-a' },
      healing: { on_node_loss: 'restart' },
    });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const node = String(items[0]?.id) as NodeId;
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    await expect(awaitSound(bench())).rejects.toThrow(
      'this does not heal: node-a is lost, suspected or fenced; web-01 should be running on node-a',
    );
    await bench().end((await bench().expectOk('node.confirm_dead', { id: node })).operation);
    await bench().advance(LOST_MS);
    await bench().endAll();
    bench().fleet.restartAgent('node-a');
    expect((await inspectFleet(bench().fleet)).get('node-a')).toHaveLength(1);
    const backMs = bench().deps.clock.nowMs();
    await awaitSound(bench());
    expect((await inspectFleet(bench().fleet)).get('node-a')).toEqual([]);
    expect(bench().deps.clock.nowMs() - backMs).toBeLessThan(SOUND_MS_MAX / 5);
  });

  test('ends with what does not agree', async () => {
    const { node } = await makeVm(bench());
    const [row] = await bench().store.read({ from: 'nodes', where: { name: String(node) } });
    if (row === undefined) throw new Error('the node is known');
    const otherwise = { code: 'internal', detail: '', remedy: '', fields: [] } as const;
    const change = { kind: 'update', table: 'nodes', id: row.id, otherwise } as const;
    const set = { vm_count: 7 };
    await bench().store.commit([{ ...change, set }]);
    await expect(awaitSound(bench())).rejects.toThrow(`${node} counts 7 VMs, not 1`);
    await bench().store.commit([{ ...change, set: { vm_count: 1 } }]);
  });
});
