import { describe, expect, test } from '@jest/globals';
import { ROUND_MS } from '@novacron/server/app/healing/inspection/visit-nodes';
import {
  decodeDefinition,
  type StepAction,
} from '@novacron/server/app/kernel/definitions/operation-definition';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('what removes machines and disks', () => {
  const bench = useBench();

  /** Every removal that an operation may ask for: of each step, and of its undo. */
  async function removalsOf(operationId: string): Promise<string[]> {
    const [row] = await bench().store.read({ from: 'operations', where: { id: operationId } });
    if (row === undefined) throw new Error('the operation is stored');
    return decodeDefinition(row).steps.flatMap(({ name, action, undo }) => [
      ...describeRemoval(name, action),
      ...describeRemoval(`undo:${name}`, undo),
    ]);
  }

  /** Changes node rows to those of agents of the last release. */
  async function makeAgentsOlder(): Promise<void> {
    const nodes = await bench().store.read({ from: 'nodes' });
    const older = nodes.map((row) => {
      const { forget, migrationRelease, ...capabilities } = JSON.parse(row.capabilities_json);
      expect([forget, migrationRelease]).not.toContain('no');
      return { ...row, capabilities_json: JSON.stringify(capabilities) };
    });
    await bench().store.commit(
      older.map((row) => ({ kind: 'put' as const, into: 'nodes' as const, row })),
    );
  }

  async function removalsOfAll(prepare: () => Promise<void> = async () => undefined) {
    await prepare();
    const created = await bench().expectOk('vm.create', SMALL_VM);
    await bench().end(created.operation);
    const { id } = created.resource;
    const create = await removalsOf(created.operation.id);
    await prepare();
    const moved = await bench().expectOk('vm.migrate', { id });
    const migrate = await removalsOf(moved.operation.id);
    await bench().end(moved.operation);
    await prepare();
    const deleted = await bench().expectOk('vm.delete', { id });
    const end = await removalsOf(deleted.operation.id);
    expect(await bench().end(deleted.operation)).toMatchObject({ status: 'succeeded' });
    return { create, migrate, delete: end };
  }

  test('a disk goes with its VM or with the undo of its creation, never otherwise', async () => {
    expect(await removalsOfAll()).toEqual({
      create: ['undo:create: delete-disk'],
      migrate: ['undo:prepare-incoming: forget', 'delete-source: forget'],
      delete: ['delete: delete-disk'],
    });
  });

  test('agents of the last release get the removal that they know', async () => {
    expect(await removalsOfAll(makeAgentsOlder)).toEqual({
      create: ['undo:create: delete'],
      migrate: ['undo:prepare-incoming: delete', 'undo:activate: delete', 'delete-source: delete'],
      delete: ['delete: delete'],
    });
  });

  test('what a migration left behind is forgotten', async () => {
    const vm = await makeVm(bench());
    const source = bench().fleet.drivers.get(String(vm.node));
    source?.faults.add({ action: 'forget', kind: 'fail-final' });
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    await bench().end(operation);
    await bench().advance(ROUND_MS + 1_000);
    const operations = await bench().store.read({ from: 'operations' });
    const cleanup = operations.find(({ kind }) => kind === 'vm.cleanup');
    expect(await removalsOf(String(cleanup?.id))).toEqual(['delete: forget']);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
  });
});

const REMOVALS = ['delete', 'forget', 'delete-disk'];

function describeRemoval(step: string, action: StepAction | null): string[] {
  if (action?.kind !== 'agent' || !REMOVALS.includes(action.action.kind)) return [];
  return [`${step}: ${action.action.kind}`];
}
