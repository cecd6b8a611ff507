/** Steps of operations, plans and reverts wait for what is more urgent, and for budgets. */
import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Bench } from '../test-kit/start-bench.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
/** To take memory away restarts a VM. */
const LARGE = { ...SIZE, memory_gb: 2 };

const waiting = async (bench: Bench) => (await bench.expectOk('healing.status', {})).waiting;

async function operationsOf(bench: Bench, kind: string) {
  const { items } = await bench.expectOk('operation.list', { limit: 1000, kind: [kind] });
  return [...items].sort(
    (left, right) => Date.parse(left.created_at) - Date.parse(right.created_at),
  );
}

/** Its machine ends. */
function crash(bench: Bench, { id, node }: Pick<Vm, 'id' | 'node'>): void {
  const end = { kind: 'power-off', reason: 'crash' } as const;
  bench.fleet.drivers.get(String(node))?.disturb(id, end);
}

async function nodeNamed(bench: Bench, name: string) {
  const [node] = (await bench.expectOk('node.list', { name })).items;
  if (node === undefined) throw new Error(`there is no node ${name}`);
  return node;
}

async function makeGroup(bench: Bench, more: Partial<InputOf<'vm_group.create'>> = {}) {
  const asked = { name: 'web', vm: SIZE, min_size: 2, max_size: 3, ...more };
  const made = await bench.expectOk('vm_group.create', asked, TERRAFORM);
  expect(await bench.end(made.operation)).toMatchObject({ status: 'succeeded' });
  const group = await bench.expectOk('vm_group.get', { id: made.resource.id });
  const members = await Promise.all(group.member_ids.map((id) => bench.expectOk('vm.get', { id })));
  return { group, members };
}

describe('a move of the optimizer', () => {
  const every = { everyMs: 10 * MINUTE_MS, movesMax: 20 } as const;
  const bench = useBench({ improvements: { goal: 'rebalance', mode: 'apply', ...every } });

  test('waits while its VM is healed, and goes on afterwards', async () => {
    const vms: Vm[] = [];
    for (const name of ['one', 'two', 'three']) {
      const vm = await makeVm(bench(), { ...SIZE, cpu_cores: 2, name });
      if (vm.node !== 'node-a') {
        await bench().end(
          (await bench().expectOk('vm.migrate', { id: vm.id, node: 'node-a' })).operation,
        );
      }
      vms.push({ ...vm, node: 'node-a' });
    }
    await bench().advance(20_000);
    for (const vm of vms) crash(bench(), vm);
    await bench().advance(5_000);
    expect(await operationsOf(bench(), 'vm.start')).toHaveLength(3);
    expect(await operationsOf(bench(), 'optimizer.rebalance')).toEqual([]);
    await bench().advance(40_000);
    expect(await waiting(bench())).toEqual([
      expect.objectContaining({
        class: 'consolidation',
        by: 'fleet-plans',
        operation: 'vm.migrate',
        reason: expect.stringMatching(/^it was healed a moment ago and is left alone for/),
      }),
    ]);
    await bench().advance(2 * MINUTE_MS);
    await bench().endAll();
    expect(await operationsOf(bench(), 'optimizer.rebalance')).toMatchObject([
      { status: 'succeeded' },
    ]);
    expect(await waiting(bench())).toEqual([]);
  });
});

describe('a rollout', () => {
  const bench = useBench();

  test('waits while a member is being recovered', async () => {
    const { group, members } = await makeGroup(bench(), { vm: LARGE });
    const [first, second] = members;
    if (first === undefined || second === undefined) throw new Error('the group has two members');
    // The second start waits for ten seconds after the first.
    crash(bench(), second);
    await bench().advance(5_000);
    crash(bench(), second);
    await bench().advance(2_000);
    const { operation } = await bench().expectOk(
      'vm_group.update',
      { id: group.id, vm: SIZE },
      TERRAFORM,
    );
    await bench().advance(1_000);
    expect(await waiting(bench())).toEqual([
      expect.objectContaining({ by: 'restarts', operation: 'vm.start', target: 'web-2' }),
      {
        class: 'maintenance',
        by: 'vm-groups',
        operation: 'vm.update',
        target: 'web-1',
        since: expect.any(String),
        reason: '1 of its group web is down or being changed, and max_unavailable allows 1',
        held_by: null,
      },
    ]);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const [, start] = await operationsOf(bench(), 'vm.start');
    const [change] = await operationsOf(bench(), 'vm.update');
    expect(start).toMatchObject({ target_id: second.id, status: 'succeeded' });
    expect(change).toMatchObject({ target_id: first.id, status: 'succeeded' });
    expect(Date.parse(change?.created_at ?? '')).toBeGreaterThanOrEqual(
      Date.parse(start?.finished_at ?? ''),
    );
  });

  test('goes on after a while although a member stays down: it may repair it', async () => {
    const { group, members } = await makeGroup(bench(), {
      vm: { ...LARGE, healing: { restart: 'never' } },
    });
    const second = members[1];
    if (second === undefined) throw new Error('the group has two members');
    crash(bench(), second);
    await bench().advance(5_000);
    const vm = { ...SIZE, healing: { restart: 'never' as const } };
    const { operation } = await bench().expectOk(
      'vm_group.update',
      { id: group.id, vm },
      TERRAFORM,
    );
    await bench().advance(5 * MINUTE_MS);
    expect(await operationsOf(bench(), 'vm.update')).toEqual([]);
    await bench().advance(6 * MINUTE_MS);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('that is cancelled while it waits has changed nothing', async () => {
    const { group, members } = await makeGroup(bench(), {
      vm: { ...LARGE, healing: { restart: 'never' } },
    });
    const [, second] = members;
    if (second === undefined) throw new Error('the group has two members');
    crash(bench(), second);
    await bench().advance(5_000);
    const vm = { ...SIZE, healing: { restart: 'never' as const } };
    const { operation } = await bench().expectOk('vm_group.update', { id: group.id, vm });
    await bench().advance(MINUTE_MS);
    await bench().expectOk('operation.cancel', { id: operation.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    for (const { steps } of await operationsOf(bench(), 'vm.update')) expect(steps).toEqual([]);
  });
});

describe('the revert of drift', () => {
  const bench = useBench();

  test('takes members of a group one after another, although it is of all of them', async () => {
    const { members } = await makeGroup(bench(), { min_size: 3 });
    await bench().advance(1_000);
    for (const { id } of members) {
      const changed = await bench().expectOk('vm.update', { id, memory_gb: LARGE.memory_gb });
      await bench().end(changed.operation);
    }
    await bench().advance(1_000);
    const ids = members.map(({ id }) => id);
    const before = (await operationsOf(bench(), 'vm.update')).length;
    const { remediated } = await bench().expectOk('drift.remediate', { action: 'revert', ids });
    expect(remediated.map(({ outcome }) => outcome)).toEqual(['started', 'started', 'started']);
    await bench().endAll();
    const reverts = (await operationsOf(bench(), 'vm.update')).slice(before);
    expect(reverts.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    for (const [at, { created_at }] of reverts.entries()) {
      const last = reverts[at - 1]?.finished_at;
      if (last != null) expect(Date.parse(created_at)).toBeGreaterThanOrEqual(Date.parse(last));
    }
  });

  test('that NovaCron makes by itself waits while a person drains the node', async () => {
    await bench().expectOk('drift_settings.update', {
      auto_remediate: 'revert',
      auto_severity_max: 'high',
    });
    const vms: Vm[] = [];
    for (const name of ['one', 'two']) {
      const asked = { ...SIZE, name, placement: { node: 'node-a' } };
      const { resource, operation } = await bench().expectOk('vm.create', asked, TERRAFORM);
      await bench().end(operation);
      await bench().expectOk('vm.update', { id: resource.id, placement: null }, TERRAFORM);
      await bench().endAll();
      vms.push(resource);
    }
    await bench().advance(1_000);
    // The drain cannot go on until they answer.
    for (const name of ['node-b', 'node-c']) await bench().fleet.stopAgent(name);
    const { id } = await nodeNamed(bench(), 'node-a');
    const drain = await bench().expectOk('node.drain', { id, failover: 'ignore' });
    await bench().advance(1_000);
    const [move] = await operationsOf(bench(), 'vm.migrate');
    const idle = vms.find((vm) => vm.id !== move?.target_id);
    if (idle === undefined) throw new Error('one VM at a time is moved');
    await bench().expectOk('vm.update', { id: idle.id, name: 'renamed' });
    await bench().advance(10_000);
    expect(await waiting(bench())).toContainEqual(
      expect.objectContaining({
        class: 'maintenance',
        by: 'drift-remediation',
        operation: 'drift.remediate',
        reason: expect.stringMatching(/^node node-a is being changed by node.drain/),
      }),
    );
    for (const name of ['node-b', 'node-c']) bench().fleet.restartAgent(name);
    if (drain.operation !== undefined) await bench().end(drain.operation);
    await bench().advance(MINUTE_MS);
    await bench().endAll();
    expect((await bench().expectOk('vm.get', { id: idle.id })).name).toBe(idle.name);
  });
});

describe('a node that is woken for a VM', () => {
  const bench = useBench();
  const whole = { ...SIZE, cpu_cores: 8 } as const;

  test('waits until a person has powered it off, and its claim names the creation', async () => {
    const { id } = await nodeNamed(bench(), 'node-c');
    await bench().expectOk('node.drain', { id });
    bench().fleet.drivers.get('node-c')?.faults.add({ action: 'power-off', kind: 'hang' });
    for (const name of ['one', 'two']) await makeVm(bench(), { ...whole, name });
    const down = await bench().expectOk('node.powerdown', { id });
    const made = await bench().expectOk('vm.create', { ...whole, name: 'three' });
    await bench().advance(2_000);
    expect(await waiting(bench())).toEqual([
      expect.objectContaining({
        class: 'scaling',
        by: 'wake-on-demand',
        operation: 'node.powerup',
        target: 'node-c',
        held_by: down.operation.id,
      }),
    ]);
    expect(await bench().end(down.operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const claims = await bench().store.read({
      from: 'arbiter_claims',
      where: { who: 'wake-on-demand' },
    });
    expect(claims).toMatchObject([{ class: 'scaling', parent_id: made.operation.id }]);
  });
});

describe('a VM that needs the room of spot VMs', () => {
  const node = { rack: 'rack-1', zone: 'zone-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  const bench = useBench({
    fleet: {
      nodes: [{ ...node, name: 'only' }],
      storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
    },
  });

  test('stops none that its group cannot spare', async () => {
    const spot = { ...SIZE, cpu_cores: 2, spot: true, priority: 1 };
    const { members } = await makeGroup(bench(), { vm: spot });
    await makeVm(bench(), { ...spot, name: 'batch', priority: 40, cpu_cores: 4 });
    const down = members[1];
    if (down === undefined) throw new Error('the group has two members');
    await bench().end((await bench().expectOk('vm.stop', { id: down.id })).operation);
    const big = { ...SIZE, name: 'big', cpu_cores: 2, priority: 80 };
    const { operation } = await bench().expectOk('vm.create', big);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const { items } = await bench().expectOk('vm.list', { status: ['preempted'] });
    expect(items.map(({ name }) => name)).toEqual(['batch']);
  });
});
