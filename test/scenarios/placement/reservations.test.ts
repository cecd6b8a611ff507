/** Room that is held for VMs to come. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { EXPIRY_MS } from '@novacron/server/app/resources/reservation/expire-reservations';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Two nodes, each with room for two VMs of 8 cores. */
const FLEET: Fleet = {
  nodes: [1, 2].map((at) => ({
    name: `node-${at}`,
    zone: `zone-${at}`,
    rack: 'rack-1',
    cpu_cores: 16,
    memory_gb: 64,
    disk_gb: 1_000,
  })),
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};

const ROOM = {
  name: 'room',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 100,
  ttl_seconds: 3_600,
} as const;
const BIG_VM = { ...SMALL_VM, cpu_cores: 8, memory_gb: 16, disk_gb: 100 };

describe('a reservation', () => {
  const bench = useBench({ fleet: FLEET });

  const reserve = async (more: Partial<InputOf<'reservation.create'>> = {}) =>
    (await bench().expectOk('reservation.create', { ...ROOM, ...more })).resource;
  const coresUsed = async () =>
    (await bench().expectOk('node.list', {})).items.map(({ allocated }) => allocated.cpu_cores);
  const usage = async () => {
    const [row] = await bench().store.read({ from: 'tenant_quotas', limit: 1 });
    return [row?.vms_used, row?.cpu_cores_used];
  };

  test('holds room on a node that placement chose, and shows it there', async () => {
    const made = await reserve();
    expect(made).toMatchObject({ name: 'room', cpu_cores: 8, memory_gb: 16 });
    expect(made.decision.target_node).toBe(made.node);
    expect((await coresUsed()).toSorted()).toEqual([0, 8]);
    expect(await usage()).toEqual([1, 8]);
    expect(await bench().expectOk('reservation.get', { id: made.id })).toEqual(made);
    const { items } = await bench().expectOk('reservation.list', { name: 'room' });
    expect(items).toEqual([made]);
  });

  test('keeps others out, and is kept out itself, by capacity and by hard rules', async () => {
    const spare = { anti_affinity: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
    const nodes = [await reserve({ ...spare, name: 'a' }), await reserve({ ...spare, name: 'b' })];
    expect(new Set(nodes.map(({ node }) => node)).size).toBe(2);
    const third = await bench().expectProblem('vm.create', { ...SMALL_VM, anti_affinity: 'web' });
    expect(third.code).toBe('no-capacity');
    const fourth = await bench().expectProblem('reservation.create', {
      ...ROOM,
      ...spare,
      name: 'c',
    });
    expect(fourth.code).toBe('no-capacity');
  });

  test('gives its place to the VM that names it, and to no other', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await reserve({ name });
    expect((await bench().expectProblem('vm.create', BIG_VM)).code).toBe('no-capacity');
    const { items } = await bench().expectOk('reservation.list', { name: 'c' });
    const [room] = items;
    if (room === undefined) throw new Error('it was just made');
    const taken = await bench().expectOk('vm.create', { ...BIG_VM, reservation_id: room.id });
    expect(await bench().end(taken.operation)).toMatchObject({ status: 'succeeded' });
    expect(taken.resource.node).toBe(room.node);
    const why = await bench().expectOk('placement.explain', { id: taken.resource.id });
    expect(why.explanation[0]).toBe('takes the place of the reservation c');
    expect(await coresUsed()).toEqual([16, 16]);
    expect(await usage()).toEqual([4, 32]);
    const gone = await bench().expectProblem('reservation.get', { id: room.id });
    expect(gone).toMatchObject({
      code: 'not-found',
      detail: expect.stringMatching(
        /^No reservation found with the id .*: it was used or deleted, or it has expired/,
      ),
    });
    const again = await bench().expectProblem('vm.create', {
      ...BIG_VM,
      name: 'late',
      reservation_id: room.id,
    });
    expect(again.code).toBe('not-found');
  });

  test('gives back what a smaller VM leaves, also where the quota is full', async () => {
    const room = await reserve();
    const tenantId = bench().admin.tenantId;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { vms: 1, cpu_cores: 8 } });
    const { operation } = await bench().expectOk('vm.create', {
      ...SMALL_VM,
      reservation_id: room.id,
    });
    await bench().end(operation);
    expect((await coresUsed()).toSorted()).toEqual([0, 2]);
    expect(await usage()).toEqual([1, 2]);
  });

  test('is not for a larger VM, nor for one that must not be there', async () => {
    const room = await reserve();
    const larger = await bench().expectProblem('vm.create', {
      ...BIG_VM,
      cpu_cores: 9,
      reservation_id: room.id,
    });
    expect(larger).toMatchObject({
      code: 'validation-failed',
      detail: 'The VM asks for more than the reservation room holds: cpu_cores (8 cores held).',
      fields: [{ path: ['cpu_cores'] }],
    });
    const elsewhere = room.node === 'node-1' ? 'node-2' : 'node-1';
    const placement = {
      strategy: null,
      zone: null,
      rack: null,
      node: elsewhere,
      affinity: null,
      anti_affinity: null,
      spread_domain: null,
      numa: null,
      pin_preview: null,
    };
    const pinned = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      placement,
      reservation_id: room.id,
    });
    expect(pinned).toMatchObject({ code: 'no-capacity', data: { reasons: ['pinned-elsewhere'] } });
  });

  test('is not used while its node is out of service', async () => {
    const room = await reserve();
    await bench().store.commit([
      {
        kind: 'update',
        table: 'nodes',
        id: room.node_id,
        set: { status: 'maintenance' },
        otherwise: { code: 'internal', detail: '', remedy: '', fields: [] },
      },
    ]);
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      reservation_id: room.id,
    });
    expect(refused).toMatchObject({
      code: 'conflict',
      detail: `Node ${room.node} of the reservation room is maintenance.`,
    });
  });

  test('expires at its deadline: unusable at once, with its capacity free soon after', async () => {
    const room = await reserve({ ttl_seconds: 60 });
    await bench().advance(60_000);
    const late = await bench().expectProblem('vm.create', { ...SMALL_VM, reservation_id: room.id });
    expect(late.code).toBe('not-found');
    await bench().advance(2 * EXPIRY_MS);
    expect(await coresUsed()).toEqual([0, 0]);
    expect(await usage()).toEqual([0, 0]);
    const { items } = await bench().expectOk('audit.list', { resource_id: room.id });
    expect(items.map(({ operation, principal }) => [operation, principal])).toEqual([
      ['reservation.expire', 'platform'],
      ['reservation.create', 'admin'],
    ]);
    const events = await bench().store.read({ from: 'events', where: { target: room.id } });
    expect(events.map(({ type }) => type)).toEqual([
      'reservation.create.succeeded',
      'reservation.expired',
    ]);
  });

  test('is deleted before that by a client that does not need it any more', async () => {
    const room = await reserve();
    await bench().expectOk('reservation.delete', { id: room.id });
    expect(await coresUsed()).toEqual([0, 0]);
    expect(await usage()).toEqual([0, 0]);
    const again = await bench().expectProblem('reservation.delete', { id: room.id });
    expect(again.code).toBe('not-found');
  });

  test('has a name of its own, counts against the quota, and asks the policies', async () => {
    const room = await reserve();
    const same = await bench().expectProblem('reservation.create', ROOM);
    expect(same).toMatchObject({
      code: 'name-taken',
      detail: `A reservation named room exists already (${room.id}).`,
    });
    const tenantId = bench().admin.tenantId;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { vms: 1 } });
    const more = await bench().expectProblem('reservation.create', { ...ROOM, name: 'other' });
    expect(more.code).toBe('quota-exceeded');
    const rule =
      'package p\n\ndeny contains "none of these" if input.action == "create_reservation"\n';
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { vms: null } });
    await bench().expectOk('policy.create', { name: 'none', type: 'resource', rule });
    const denied = await bench().expectProblem('reservation.create', { ...ROOM, name: 'other' });
    expect(denied).toMatchObject({
      code: 'policy-denied',
      detail: expect.stringContaining('none of these'),
    });
  });

  test('of two VMs that name it at once, one gets it', async () => {
    const room = await reserve();
    const answers = await Promise.all(
      ['a', 'b'].map((name) =>
        bench().call('vm.create', { ...BIG_VM, name, reservation_id: room.id }),
      ),
    );
    expect(answers.map((answer) => (answer.ok ? 'made' : answer.error.code)).toSorted()).toEqual([
      'made',
      'not-found',
    ]);
    await bench().endAll();
  });

  test('holds a node that would be emptied, and says so', async () => {
    const room = await reserve();
    const drained = await bench().expectProblem('node.drain', {
      id: room.node_id,
      failover: 'ignore',
    });
    expect(drained.detail).toContain('it is the reservation room, which expires at');
  });
});
