/** Automatic changes that conflict with each other or with users' changes. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { awaitSound } from '../test-kit/await-sound.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: 'rack', sharing: 'shared', size_gb: 900, free_gb: 500 } as const,
});
const FLEET: Fleet = {
  nodes: [node('node-a'), node('node-b')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;
/** Two rounds of the reconcilers. */
const ROUNDS_MS = 40_000;

const bench = useBench({ fleet: FLEET });
const show = (id: Vm['id']) => bench().expectOk('vm.get', { id });

async function idOf(name: string): Promise<NodeId> {
  const { items } = await bench().expectOk('node.list', { name });
  return String(items[0]?.id) as NodeId;
}

async function makeOn(name: string, more: Partial<InputOf<'vm.create'>> = {}) {
  const { id } = await makeVm(bench(), { placement: { node: name }, ...more });
  await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
  return id;
}

async function comeBack(name: string): Promise<void> {
  bench().fleet.restartAgent(name);
  await awaitSound(bench());
}

const waiting = async () => (await bench().expectOk('healing.status', {})).waiting;

describe('a VM whose node is known to be off', () => {
  const healing = { on_node_loss: 'restart' } as const;

  async function confirm(): Promise<void> {
    await bench().advance(LOST_MS);
    const id = await idOf('node-a');
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    await bench().advance(10_000);
  }

  test('is recovered although a person was changing it, and that change says so', async () => {
    const id = await makeOn('node-a', { healing });
    await bench().fleet.stopAgent('node-a');
    const { operation } = await bench().expectOk('vm.update', { id, cpu_cores: 1 });
    await confirm();
    await bench().endAll();
    expect(await bench().expectOk('operation.get', { id: operation?.id ?? '' })).toMatchObject({
      status: 'failed',
      problem: {
        detail:
          'vm.update of web-01 failed: it was superseded: node node-a is known to be off, and ' +
          'the VM web-01 is recovered',
      },
    });
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running', cpu_cores: 2 });
    const { items } = await bench().expectOk('audit.list', { limit: 1000 });
    expect(items.find(({ outcome }) => outcome === 'superseded')).toMatchObject({
      operation: 'vm.recover',
      principal: 'platform',
      resource_name: 'web-01',
    });
    await comeBack('node-a');
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
  });

  test('is elsewhere, and stopped, where a person was stopping it', async () => {
    const id = await makeOn('node-a', { healing });
    await bench().fleet.stopAgent('node-a');
    const { operation } = await bench().expectOk('vm.stop', { id });
    await confirm();
    await bench().endAll();
    expect(await bench().expectOk('operation.get', { id: operation?.id ?? '' })).toMatchObject({
      status: 'succeeded',
    });
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'stopped' });
    await comeBack('node-a');
  });

  test('is not deleted in the middle of its recovery, but afterwards', async () => {
    const id = await makeOn('node-a', { healing });
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    const nodeId = await idOf('node-a');
    await bench().end((await bench().expectOk('node.confirm_dead', { id: nodeId })).operation);
    await bench().fleet.stopAgent('node-b');
    await bench().advance(10_000);
    const refused = await bench().expectProblem('vm.delete', { id });
    expect(refused).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/^The VM web-01 is being changed by op_/),
    });
    bench().fleet.restartAgent('node-b');
    await bench().endAll();
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    await bench().end((await bench().expectOk('vm.delete', { id })).operation);
    await bench().advance(ROUNDS_MS);
    const { items } = await bench().expectOk('operation.list', { limit: 1000 });
    expect(items.filter(({ kind }) => kind === 'vm.recover')).toHaveLength(1);
    await comeBack('node-a');
  });
});

describe('a restart by a policy', () => {
  /** Restarts what has the label as soon as it can. */
  async function restartAll(): Promise<void> {
    const document = `policy fresh
  for vm where tier=web
  rule r: custom
    then restart
`;
    await bench().expectOk('orchestration_policy.create', { document });
  }

  const restartsOf = async (id: string) => {
    const { items } = await bench().expectOk('operation.list', { limit: 1000 });
    return items.filter((each) => each.target_id === id && each.kind === 'vm.start');
  };

  test('waits while a person drains the node of the VM, and the status says so', async () => {
    const id = await makeOn('node-a', { metadata: { tier: 'web' } });
    // The drain cannot go on until it answers.
    await bench().fleet.stopAgent('node-b');
    await bench().expectOk('node.drain', {
      id: await idOf('node-a'),
      failover: 'ignore',
    });
    await restartAll();
    await bench().advance(ROUNDS_MS);
    expect(await waiting()).toEqual([
      {
        class: 'maintenance',
        by: 'orchestration/fresh',
        operation: 'vm.start',
        target: 'web-01',
        since: expect.any(String),
        reason: expect.stringMatching(/what people ask for is not cancelled$/),
        held_by: expect.stringMatching(/^op_/),
      },
    ]);
    expect(await restartsOf(id)).toEqual([]);
    bench().fleet.restartAgent('node-b');
    await bench().endAll();
    await bench().advance(5 * 60_000);
    await bench().endAll();
    expect(await restartsOf(id)).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  test('never takes a group below its budget while a member is down', async () => {
    const { resource, operation } = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 10, metadata: { tier: 'web' } },
      min_size: 2,
      max_size: 2,
      anti_affinity: 'node',
    });
    await bench().end(operation);
    const { member_ids } = await bench().expectOk('vm_group.get', { id: resource.id });
    const members = await Promise.all(member_ids.map(show));
    const up = members.find((each) => each.node === 'node-b');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    await restartAll();
    await bench().advance(ROUNDS_MS);
    expect(await restartsOf(up?.id ?? '')).toEqual([]);
    expect(await waiting()).toContainEqual(
      expect.objectContaining({
        target: up?.name,
        reason: '1 of its group web is down or being changed, and max_unavailable allows 1',
      }),
    );
    const { items } = await bench().expectOk('incident.list', { limit: 1 });
    expect(items).toMatchObject([{ cause: 'node_lost' }]);
    await comeBack('node-a');
    await bench().endAll();
    expect(await restartsOf(up?.id ?? '')).not.toEqual([]);
  });
});
