/** What records of placement decisions say of their execution, and rows of earlier releases. */
import { describe, expect, test } from '@jest/globals';
import { type OperationId, VmId } from '@novacron/contract/ids';
import { commitAll } from '../../../server/src/adapters/store/suite/rows.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

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

describe('rows of earlier releases', () => {
  const bench = useBench();
  const DOCUMENT =
    'policy spread priority 7\n  for vm where tier=web\n' +
    '  rule r: placement\n    then schedule mode=hard\n';

  test('are completed page by page after a start', async () => {
    const vm = await makeVm(bench());
    const { store } = bench();
    const [decision] = await store.read({ from: 'placement_decisions' });
    if (decision === undefined) throw new Error('a create records its decision');
    const before = { score: null, executed_at_ms: null, outcome: null } as const;
    const forgotten = Array.from({ length: 450 }, (_, at) => ({
      ...decision,
      ...before,
      id: `dec_0${String(at).padStart(3, '0')}`,
      vm_id: 'vm_left',
      operation_id: 'op_forgotten' as OperationId,
    }));
    const made = await bench().expectOk('orchestration_policy.create', { document: DOCUMENT });
    const place = { table: 'orchestration_policies', id: made.resource.id } as const;
    const [stored] = await store.read({ from: 'orchestration_policies' });
    const parts = { selector: stored?.selector, rules: stored?.rules, priority: stored?.priority };
    expect(JSON.parse(parts.selector ?? '')).toMatchObject({ matchLabels: { tier: 'web' } });
    expect(JSON.parse(parts.rules ?? '')).toMatchObject([{ name: 'r', type: 'placement' }]);
    expect(parts.priority).toBe(7);
    await commitAll(store, [
      ...forgotten.map((row) => ({ kind: 'put', into: 'placement_decisions', row }) as const),
      { kind: 'patch', table: 'placement_decisions', id: decision.id, set: before },
      { kind: 'patch', ...place, set: { selector: null, rules: '[]', priority: null } },
    ]);
    await bench().restartServer();
    await bench().advance(60_000);
    const [completed] = await store.read({
      from: 'placement_decisions',
      where: { vm_id: VmId.parse(vm.id) },
    });
    expect(completed).toEqual(decision);
    const rest = await store.read({ from: 'placement_decisions', where: { vm_id: 'vm_left' } });
    expect(new Set(rest.map(({ outcome, score }) => `${outcome} ${score}`))).toEqual(
      new Set([`unknown ${decision.score}`]),
    );
    expect(rest).toHaveLength(450);
    expect(await store.read({ from: 'orchestration_policies' })).toMatchObject([parts]);
  });
});
