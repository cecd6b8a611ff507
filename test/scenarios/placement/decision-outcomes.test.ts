/** Execution data in records of placement decisions. */
import { describe, expect, test } from '@jest/globals';
import { commitAll } from '../../../server/src/adapters/store/suite/rows.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('the outcome of a placement decision', () => {
  const bench = useBench();

  async function decisionsOf(vmId: string) {
    return bench().store.read({
      from: 'placement_decisions',
      where: { vm_id: vmId },
      orderBy: { column: 'id', direction: 'asc' },
    });
  }

  function addFaults(...actions: readonly ('start' | 'delete' | 'activate')[]): void {
    for (const driver of bench().fleet.drivers.values()) {
      for (const action of actions) driver.faults.add({ action, kind: 'fail-final' });
    }
  }

  test('is recorded with the end of the create and of each move', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    const pending = await bench().expectOk('placement.explain', { id: resource.id });
    expect(pending).toMatchObject({ executed_at: null, outcome: null });
    const { finished_at } = await bench().end(operation);
    const explained = await bench().expectOk('placement.explain', { id: resource.id });
    expect(explained).toMatchObject({ executed_at: finished_at, outcome: 'placed' });
    await bench().advance(1_000);
    const moved = await bench().expectOk('vm.migrate', { id: resource.id });
    await bench().end(moved.operation);
    const rows = await decisionsOf(resource.id);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['placed', 'placed']);
    expect(
      rows.map(({ score, decision_json }) => score === JSON.parse(decision_json).score),
    ).toEqual([true, true]);
    expect(rows[1]?.executed_at_ms).toBeGreaterThan(rows[0]?.executed_at_ms ?? Infinity);
  });

  test('of a move to a named node is explained by the question of the VM itself', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    await bench().end(operation);
    const { node: source } = await bench().expectOk('vm.get', { id: resource.id });
    const { items } = await bench().expectOk('node.list', {});
    const drained = items.find(({ name }) => name === source);
    const drain = await bench().expectOk('node.drain', { id: drained?.id ?? '' });
    if (drain.operation !== undefined) await bench().end(drain.operation);
    const { node } = await bench().expectOk('vm.get', { id: resource.id });
    expect(node).not.toBe(source);
    const explained = await bench().expectOk('placement.explain', { id: resource.id });
    expect(explained.explanation[0]).toBe(
      `${node} was named by the move that brought the VM there`,
    );
    expect(explained.explanation.join('\n')).not.toContain('pinned');
    const others = items.filter(({ name }) => name !== source && name !== node);
    for (const { name } of others) {
      const asked = { id: resource.id, node: name };
      const { basis, explanation } = await bench().expectOk('placement.explain', asked);
      expect(basis).toBe('recorded');
      expect(explanation.join('\n')).not.toContain('pinned');
    }
  });

  test('is failed where everything was undone, and stuck where that failed', async () => {
    addFaults('start');
    const failed = await bench().expectOk('vm.create', SMALL_VM);
    await bench().end(failed.operation);
    const [undone] = await decisionsOf(failed.resource.id);
    expect(undone).toMatchObject({ outcome: 'failed', executed_at_ms: expect.any(Number) });
    addFaults('delete');
    const stuck = await bench().expectOk('vm.create', { ...SMALL_VM, name: 'web-02' });
    await bench().end(stuck.operation);
    const explained = await bench().expectOk('placement.explain', { id: stuck.resource.id });
    expect(explained.outcome).toBe('stuck');
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    await bench().end(
      (await bench().expectOk('operation.retry', { id: stuck.operation.id })).resource,
    );
    expect(await decisionsOf(stuck.resource.id)).toMatchObject([{ outcome: 'failed' }]);
  });

  test('is nothing to wait for where retention has deleted the decision', async () => {
    const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM);
    const [decision] = await decisionsOf(resource.id);
    await commitAll(bench().store, [
      { kind: 'drop', from: 'placement_decisions', id: decision?.id ?? '' },
    ]);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await decisionsOf(resource.id)).toEqual([]);
  });
});
