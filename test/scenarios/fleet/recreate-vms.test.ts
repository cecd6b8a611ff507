/** VMs whose root disk is on their dead node alone get a new one elsewhere, if they ask for it. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { Operation } from '@novacron/contract/operation/operation';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const node = (name: string, pool: string, sharing: 'shared' | 'local') => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool, sharing, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [
    node('node-a', 'own-a', 'local'),
    node('node-b', 'own-b', 'local'),
    node('node-c', 'rack', 'shared'),
    node('node-d', 'rack', 'shared'),
  ],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;

const RECREATED = { healing: { on_node_loss: 'recreate' } } as const;

describe('a VM whose root disk is on its dead node alone', () => {
  const bench = useBench({ fleet: FLEET });

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function makeOn(name: string, more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const { id } = await makeVm(bench(), { placement: { node: name }, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return show({ id });
  }

  async function attachTo(vm: Vm): Promise<void> {
    const disk = { name: 'data', size_gb: 3, attached_to: vm.id };
    await bench().end((await bench().expectOk('volume.create', disk)).operation);
  }

  async function die(name: string): Promise<void> {
    await bench().fleet.stopAgent(name);
    await bench().advance(LOST_MS);
    const { items } = await bench().expectOk('node.list', { name });
    const id = String(items[0]?.id) as NodeId;
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
  }

  async function comeBack(name: string): Promise<void> {
    bench().fleet.restartAgent(name);
    await awaitSound(bench());
  }

  /** Returns the definitions of the clean-up operations. */
  async function cleanUps(): Promise<readonly string[]> {
    const rows = await bench().store.read({ from: 'operations', where: { kind: 'vm.cleanup' } });
    return rows.map(({ definition_json }) => definition_json);
  }

  test('gets a new one on request, and the old one is deleted when the node is back', async () => {
    const vm = await makeOn('node-a', { metadata: { tier: 'web' } });
    await die('node-a');
    const refused = await bench().expectProblem('vm.recover', { id: vm.id });
    expect(refused).toMatchObject({
      code: 'conflict',
      remedy: expect.stringContaining(`novacron vm recover ${vm.id} --recreate`),
    });
    const begun = await bench().expectOk('vm.recover', { id: vm.id, recreate: true });
    expect(begun.notices).toEqual([expect.stringContaining('that it had on node-a is lost')]);
    expect(await bench().end(begun.operation)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'create' }, { name: 'start' }],
    });
    const after = await show(vm);
    expect(after).toMatchObject({ id: vm.id, status: 'running', ip_address: vm.ip_address });
    expect(after.node).not.toBe('node-a');
    expect(after).not.toHaveProperty('recreated_from');
    expect(await machineOf(bench(), after)).toMatchObject({ spec: { labels: { tier: 'web' } } });
    await comeBack('node-a');
    expect((await inspectFleet(bench().fleet)).get('node-a')).toEqual([]);
    expect(await cleanUps()).toEqual([expect.stringContaining('"kind":"delete-disk"')]);
    expect(await show(vm)).toMatchObject({ node: after.node, status: 'running' });
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  /** It is under way until the agents of its targets are not slow any more. */
  async function recoverSlowly(vm: Vm, action: 'create' | 'start'): Promise<Operation> {
    await die('node-a');
    for (const name of ['node-b', 'node-c', 'node-d']) {
      bench().fleet.drivers.get(name)?.faults.add({ action, kind: 'hang' });
    }
    const begun = await bench().expectOk('vm.recover', { id: vm.id, recreate: true });
    await bench().advance(5_000);
    return begun.operation;
  }

  test('goes on with the old one if its node is back before the new one starts', async () => {
    const vm = await makeOn('node-a');
    const operation = await recoverSlowly(vm, 'create');
    await comeBack('node-a');
    const { items } = await bench().expectOk('operation.list', { target_id: vm.id });
    expect(items.find(({ id }) => id === operation.id)).toMatchObject({ status: 'failed' });
    const ended = await bench().expectOk('operation.get', { id: operation.id });
    expect(JSON.stringify(ended)).toContain('node node-a is back, so its VM continues there');
    expect(await show(vm)).toMatchObject({ node: 'node-a', status: 'running' });
    const places = [...(await inspectFleet(bench().fleet))].filter(([, all]) =>
      all.some((machine) => machine.vm_id === vm.id),
    );
    expect(places.map(([name]) => name)).toEqual(['node-a']);
  });

  test('leaves no disk there where it got a new one and was deleted meanwhile', async () => {
    const vm = await makeOn('node-a');
    const kept = await makeOn('node-a', { name: 'kept' });
    await die('node-a');
    const begun = await bench().expectOk('vm.recover', { id: vm.id, recreate: true });
    await bench().end(begun.operation);
    for (const { id } of [vm, kept]) {
      await bench().end((await bench().expectOk('vm.delete', { id })).operation);
    }
    await comeBack('node-a');
    expect((await inspectFleet(bench().fleet)).get('node-a')).toEqual([]);
    const rows = await bench().store.read({ from: 'operations', where: { kind: 'vm.cleanup' } });
    const sent = new Map(rows.map((row) => [row.target_name, row.definition_json]));
    expect(sent.get('web-01')).toContain('"kind":"delete-disk"');
    // It was not recreated: its disk may be what someone wants to have back.
    expect(sent.get('kept')).not.toContain('"kind":"delete-disk"');
  });

  test('gets a new one by itself where it asks for that, and others wait', async () => {
    const asks = await makeOn('node-a', { name: 'asks', ...RECREATED });
    const waits = await makeOn('node-a', { name: 'waits', healing: { on_node_loss: 'restart' } });
    await die('node-a');
    await bench().advance(20_000);
    await bench().endAll();
    expect(await show(asks)).toMatchObject({
      status: 'running',
      node: expect.not.stringMatching('node-a'),
    });
    expect(await show(waits)).toMatchObject({ status: 'unknown', node: 'node-a' });
    await comeBack('node-a');
    expect(await show(waits)).toMatchObject({ status: 'running', node: 'node-a' });
    const left = (await inspectFleet(bench().fleet)).get('node-a') ?? [];
    expect(left.map(({ spec }) => spec.name)).toEqual(['waits']);
  });

  test('keeps the disk that it has where another node reaches it', async () => {
    const vm = await makeOn('node-c', RECREATED);
    await die('node-c');
    await bench().advance(20_000);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ status: 'running', node: 'node-d' });
    await comeBack('node-c');
    expect(await cleanUps()).toEqual([expect.not.stringContaining('"kind":"delete-disk"')]);
  });

  test('waits for the node where it is protected, or has a volume there', async () => {
    const locked = await makeOn('node-a', { deletion_protection: true, ...RECREATED });
    const full = await makeOn('node-a', { name: 'full', ...RECREATED });
    await attachTo(full);
    await die('node-a');
    await bench().advance(60_000);
    await bench().endAll();
    for (const vm of [locked, full]) {
      expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    }
    const ask = { recreate: true };
    expect(await bench().expectProblem('vm.recover', { id: locked.id, ...ask })).toMatchObject({
      code: 'deletion-protected',
    });
    expect(await bench().expectProblem('vm.recover', { id: full.id, ...ask })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('data'),
    });
    await comeBack('node-a');
  });

  test('is where it was when no new one can be made, and is tried again', async () => {
    const vm = await makeOn('node-a');
    await die('node-a');
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'create', kind: 'fail-final' });
    }
    const begun = await bench().expectOk('vm.recover', { id: vm.id, recreate: true });
    expect(await bench().end(begun.operation)).toMatchObject({ status: 'failed' });
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    // The next attempt is made on another node.
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    const again = await bench().expectOk('vm.recover', { id: vm.id, recreate: true });
    expect(await bench().end(again.operation)).toMatchObject({ status: 'succeeded' });
    await comeBack('node-a');
    expect((await inspectFleet(bench().fleet)).get('node-a')).toEqual([]);
  });

  test('says in its plan what it loses', async () => {
    const input = { ...SMALL_VM, name: 'web', placement: { node: 'node-a' }, ...RECREATED };
    const { risks } = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input,
    });
    expect(risks).toEqual([
      {
        summary: 'Root disk not kept',
        message: expect.stringContaining('what is on it is lost'),
        path: ['healing', 'on_node_loss'],
      },
    ]);
  });

  test('is among those that start elsewhere when people ask before', async () => {
    const vm = await makeOn('node-a', RECREATED);
    const lost = await bench().expectOk('vm.explain', { id: vm.id, if_node_lost: true });
    expect(lost.explanation.join(' ')).toContain('with a new root disk from its template');
  });
});
