/** Room is kept free for the VMs of lost nodes. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 500,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [node('node-a'), node('node-b'), node('node-c')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost and its VMs run elsewhere. Unit: ms. */
const LOST_MS = 120_000;
const RECOVERED_MS = 300_000;

/** A node has room for four of them, so two nodes have room for eight. */
const vm = (name: string, more: Partial<InputOf<'vm.create'>> = {}) => ({
  ...SMALL_VM,
  name,
  cpu_cores: 2,
  memory_gb: 4,
  disk_gb: 10,
  healing: { on_node_loss: 'restart' as const },
  ...more,
});
const names = (count: number) => Array.from({ length: count }, (_, at) => `vm-${at + 1}`);

describe('a fleet that keeps room for one lost node', () => {
  const bench = useBench({ fleet: FLEET, failoverNodes: 1 });

  const create = (input: InputOf<'vm.create'>) => bench().call('vm.create', input);

  async function fill(count: number): Promise<void> {
    for (const name of names(count)) {
      const { operation } = await bench().expectOk('vm.create', vm(name));
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
  }

  const FULL = {
    code: 'no-capacity',
    data: { reason: 'failover', nodes: [expect.stringMatching(/^node-/)] },
  };

  test('refuses a VM that takes the room of a lost node, and says which', async () => {
    await fill(8);
    const refused = await create(vm('vm-9'));
    expect(refused).toMatchObject({ ok: false, error: FULL });
    if (refused.ok) return;
    const { detail, remedy, fields } = refused.error;
    expect(detail).toMatch(
      /^Room is kept free for the loss of one node .* If node-. were lost, the VMs? vm-.* would/,
    );
    expect(remedy).toMatch(/^Add a node, .*on_node_loss = "wait"/);
    // Also one that waits for its node: it takes the room of the others.
    const waiting = vm('vm-9', { healing: { on_node_loss: 'wait' } });
    expect(await create(waiting)).toMatchObject({ ok: false, error: FULL });
    expect(fields).toHaveLength(1);
    // The same words in a plan, at the same attribute.
    const planned = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input: vm('vm-9'),
      session: 'session-1',
    });
    expect(planned.problems).toMatchObject([
      { code: 'no-capacity', detail, remedy, errors: fields },
    ]);
  });

  test('counts in a plan the VMs that it creates besides', async () => {
    await fill(7);
    const preview = (name: string) =>
      bench().expectOk('admission.preview', {
        operation: 'vm.create',
        input: vm(name),
        session: 'session-2',
      });
    expect((await preview('vm-8')).problems).toEqual([]);
    expect((await preview('vm-9')).problems).toMatchObject([{ code: 'no-capacity' }]);
  });

  test('refuses what else takes the room: growth, reservations and batches', async () => {
    await fill(8);
    const { items } = await bench().expectOk('vm.list', {});
    const first = items[0];
    const grown = await bench().call('vm.update', { id: first?.id ?? '', memory_gb: 8 });
    expect(grown).toMatchObject({ ok: false, error: FULL });
    const room = { name: 'room', cpu_cores: 2, memory_gb: 4, disk_gb: 10, ttl_seconds: 600 };
    expect(await bench().call('reservation.create', room)).toMatchObject({ error: FULL });
    const batch = { vms: [vm('a'), vm('b')] };
    expect(await bench().call('vm_batch.create', batch)).toMatchObject({ error: FULL });
    // Less is always possible.
    const smaller = await bench().expectOk('vm.update', { id: first?.id ?? '', memory_gb: 2 });
    expect(await bench().end(smaller.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('refuses a VM that is to start elsewhere from now on', async () => {
    for (const name of names(12)) {
      const input = vm(name, { healing: { on_node_loss: 'wait' } });
      await bench().end((await bench().expectOk('vm.create', input)).operation);
    }
    const { items } = await bench().expectOk('vm.list', {});
    const asked = { id: items[0]?.id ?? '', healing: { on_node_loss: 'restart' as const } };
    expect(await bench().call('vm.update', asked)).toMatchObject({ ok: false, error: FULL });
  });

  test('refuses VMs that rules about other VMs would keep off all nodes after a loss', async () => {
    for (const name of names(2)) {
      const { operation } = await bench().expectOk('vm.create', vm(name, { anti_affinity: 'grp' }));
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    }
    const refused = await create(vm('vm-3', { anti_affinity: 'grp' }));
    expect(refused).toMatchObject({ ok: false, error: FULL });
    if (refused.ok) return;
    expect(refused.error.detail).toMatch(
      /If node-. were lost, the VMs? vm-.* would start on no other node: rules about other VMs/,
    );
    expect(refused.error.remedy).toMatch(/take the rule away or loosen it/);
    // One that waits for its node keeps the others off it all the same.
    const waits = vm('vm-3', { anti_affinity: 'grp', healing: null });
    expect(await create(waits)).toMatchObject({ ok: false, error: FULL });
    for (const [name, healing] of [
      ['free', { on_node_loss: 'restart' }],
      ['waits', { on_node_loss: 'wait' }],
    ] as const) {
      const taken = await bench().expectOk('vm.list', {});
      const others = new Set(
        taken.items.flatMap(({ node, anti_affinity }) => (anti_affinity === 'grp' ? [node] : [])),
      );
      const node = ['node-a', 'node-b', 'node-c'].find((each) => !others.has(each)) ?? '';
      const pinned = vm(name, { healing, placement: { node } });
      await bench().end((await bench().expectOk('vm.create', pinned)).operation);
      const { items } = await bench().expectOk('vm.list', { name });
      const id = items[0]?.id ?? '';
      await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
      const joined = await bench().call('vm.update', { id, anti_affinity: 'grp' });
      expect(joined).toMatchObject({ ok: false, error: FULL });
    }
    // What has no part in the rules is admitted.
    expect(await create(vm('vm-4'))).toMatchObject({ ok: true });
  });

  test('refuses groups the same: new members, larger ones, and a start elsewhere', async () => {
    const { healing } = vm('');
    const size = { cpu_cores: 2, memory_gb: 4, disk_gb: 10 };
    const group = { name: 'failover-group', vm: { ...size, healing }, min_size: 8, max_size: 9 };
    const many = await bench().call('vm_group.create', { ...group, min_size: 9 });
    expect(many).toMatchObject({ ok: false, error: FULL });
    const made = await bench().expectOk('vm_group.create', group);
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const { id } = made.resource;
    const more = await bench().call('vm_group.scale', { id, size: 9 });
    expect(more).toMatchObject({ ok: false, error: FULL });
    const larger = { id, vm: { ...size, memory_gb: 5, healing } };
    expect(await bench().call('vm_group.update', larger)).toMatchObject({ ok: false, error: FULL });
    // Members that have to be replaced for it are not deleted first.
    const replaced = { id, vm: { ...size, memory_gb: 5, disk_gb: 9, healing } };
    expect(await bench().call('vm_group.update', replaced)).toMatchObject({ error: FULL });
    const same = { id, vm: { ...size, metadata: { tier: 'web' }, healing } };
    const changed = await bench().expectOk('vm_group.update', same);
    expect(await bench().end(changed.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('refuses a group whose members are to start elsewhere from now on', async () => {
    const { healing } = vm('');
    const size = { cpu_cores: 2, memory_gb: 4, disk_gb: 10 };
    const group = { name: 'failover-waits', vm: size, min_size: 12, max_size: 12 };
    const wait = { ...group, vm: { ...size, healing: null } };
    const made = await bench().expectOk('vm_group.create', wait);
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const refused = await bench().call('vm_group.update', {
      id: made.resource.id,
      vm: { ...size, healing },
    });
    expect(refused).toMatchObject({ ok: false, error: FULL });
    if (refused.ok) return;
    expect(refused.error.fields).toMatchObject([{ path: ['vm', 'healing', 'on_node_loss'] }]);
  });

  test('admits no more of fifty creates at once than have room', async () => {
    await fill(1);
    const tried = await Promise.all(
      Array.from({ length: 50 }, (_, at) => create(vm(`many-${at}`))),
    );
    expect(tried.filter(({ ok }) => ok)).toHaveLength(7);
    for (const each of tried) {
      if (each.ok) await bench().end(each.value.operation);
      else expect(each).toMatchObject({ error: FULL });
    }
  });

  test('has the room when a node is lost, and none to give away before that', async () => {
    await fill(8);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const dead = await bench().expectOk('node.confirm_dead', { id: items[0]?.id ?? '' });
    await bench().end(dead.operation);
    await bench().advance(RECOVERED_MS);
    const after = await bench().expectOk('vm.list', {});
    expect(after.items.map(({ status }) => status)).toEqual(names(8).map(() => 'running'));
    expect(after.items.filter((each) => each.node === 'node-a')).toEqual([]);
  });

  test('says what the loss of a node would mean, in the order of starts', async () => {
    await fill(4);
    const lone = vm('lone', { placement: { node: 'node-a' } });
    const late = vm('late', { priority: 10, placement: { node: 'node-a' } });
    const waits = vm('waits', { healing: null, placement: { node: 'node-a' } });
    for (const input of [lone, late, waits]) {
      await bench().end((await bench().expectOk('vm.create', input)).operation);
    }
    const { items } = await bench().expectOk('vm.list', {});
    const idOf = (name: string) => items.find((each) => each.name === name)?.id ?? '';
    const unpinned = await bench().expectOk('vm.update', { id: idOf('late'), placement: null });
    await bench().end(unpinned.operation);
    const explain = (name: string) =>
      bench().expectOk('vm.explain', { id: idOf(name), if_node_lost: true });
    const moved = await explain('late');
    expect(moved).toMatchObject({
      outcome: 'starts',
      node: 'node-a',
      priority: 10,
      fence: 'person',
    });
    expect(moved.explanation).toEqual([
      expect.stringMatching(
        /^If node-a were lost now: it would start on node-[bc], or on node-[bc]\.$/,
      ),
      'node-a has no fence device: an operator must first make sure that it is off and ' +
        'confirm it with novacron node confirm-dead node-a.',
      expect.stringMatching(/^It would be number \d of \d to start, with priority 10\.$/),
      'Data that the guest has not written to disk is lost, as after a power failure.',
    ]);
    expect(await explain('lone')).toMatchObject({
      outcome: 'waits',
      explanation: [
        'If node-a were lost now: it would wait for its node: it is pinned to node-a ' +
          '(placement.node).',
      ],
    });
    expect((await explain('waits')).reason).toBe(
      'it is not configured to restart on another node (healing.on_node_loss is "wait")',
    );
    const nodes = await bench().expectOk('node.list', { name: 'node-a' });
    const whole = await bench().expectOk('node.explain', {
      id: nodes.items[0]?.id ?? '',
      if_lost: true,
    });
    const positions = whole.vms.flatMap(({ position }) => position ?? []);
    expect(positions).toEqual(positions.map((_, at) => at + 1));
    expect(whole.vms.filter(({ position }) => position !== null).at(-1)?.vm).toBe('late');
    const nothing = { id: idOf('late'), if_node_lost: false };
    expect(await bench().call('vm.explain', nothing)).toMatchObject({
      error: { code: 'validation-failed', remedy: expect.stringContaining('placement explain') },
    });
  });

  test('takes another node than the fullest where that keeps the room', async () => {
    await fill(6);
    const { items } = await bench().expectOk('vm.list', {});
    expect(new Set(items.map((each) => each.node)).size).toBeGreaterThan(1);
    const more = vm('vm-7', { placement: { strategy: 'pack' } });
    expect(await create(more)).toMatchObject({ ok: true });
  });
});

describe('a fleet that keeps no room', () => {
  const bench = useBench({ fleet: FLEET });

  test('admits VMs until it is full', async () => {
    for (const name of names(12)) {
      expect(await bench().call('vm.create', vm(name))).toMatchObject({ ok: true });
    }
  });
});
