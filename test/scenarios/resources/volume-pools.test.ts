import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { OperationId, VolumeId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { decodeDefinition } from '@novacron/server/app/kernel/definitions/operation-definition';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const NODE = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const FLEET: Fleet = {
  nodes: ['node-a', 'node-b'].map((name) => ({ ...NODE, name })),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** A few rounds of the removal. Unit: ms. */
const ROUNDS_MS = 15_000;

/** Time after which a powered-off node is lost, and a returning node is ready. Unit: ms. */
const LOST_MS = 120_000;

/** Time after which a failed removal is retried. Unit: ms. */
const AGAIN_MS = 600_000;

/** Time after which a server has stored another heartbeat of every agent. Unit: ms. */
const BEATS_MS = 30_000;

describe('the storage that has the content of a volume', () => {
  const bench = useBench({ fleet: FLEET });

  /** Agents announce their storage from now on. */
  async function announce(poolOf: (node: string) => string, hdd?: string): Promise<void> {
    for (const [node, driver] of bench().fleet.drivers) {
      const sizes = { size_gb: 100, free_gb: 50 };
      const classes = { hdd: { pool: hdd, sharing: 'shared', ...sizes } };
      const storage = {
        pool: poolOf(node),
        sharing: 'local',
        ...sizes,
        ...(hdd === undefined ? {} : { classes }),
      };
      Object.assign(driver, { storage: () => storage });
    }
    await bench().advance(BEATS_MS);
  }

  async function change(input: InputOf<'volume.update'>) {
    const { operation } = await bench().expectOk('volume.update', input);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    return operation.id;
  }

  /** Returns the volume data in the command of each step. */
  async function volumesOf(id: OperationId): Promise<unknown[]> {
    const [row] = await bench().store.read({ from: 'operations', where: { id } });
    if (row === undefined) throw new Error('the operation is stored');
    return decodeDefinition(row).steps.flatMap(({ action }) =>
      'action' in action && 'volume' in action.action ? [action.action.volume] : [],
    );
  }

  async function remove(id: VolumeId): Promise<void> {
    const { operation } = await bench().expectOk('volume.delete', { id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  }

  /** The operations that have removed the content of a volume, or have tried to. */
  async function removalsOf(id: VolumeId) {
    const where = { target_id: id, kind: 'volume.cleanup' };
    const rows = await bench().store.read({ from: 'operations', where });
    return rows.flatMap((row) =>
      decodeDefinition(row).steps.flatMap(({ action }) =>
        action.kind === 'agent'
          ? [{ status: row.status, action: action.action, node: action.node }]
          : [],
      ),
    );
  }

  /** A volume that was used by the VM of one node, and a VM of the other node. */
  async function useVolume(type: 'ssd' | 'hdd' = 'ssd') {
    const vm = await makeVm(bench(), { placement: { node: 'node-a' } });
    const other = await makeVm(bench(), { name: 'web-02', placement: { node: 'node-b' } });
    const made = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 10,
      type,
      attached_to: vm.id,
    });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const { id } = made.resource;
    return { vm, other, id, created: made.operation.id };
  }

  test('is not that of its snapshot where its VM has moved, until it moves back', async () => {
    await announce((node) => `pool-of-${node}`);
    const { vm, id } = await useVolume();
    const end = async ({ operation }: { readonly operation: { readonly id: OperationId } }) =>
      bench().end(operation);
    const made = await bench().expectOk('snapshot.create', { name: 'before', volume_id: id });
    await end(made);
    const move = async (node: string) =>
      end(await bench().expectOk('vm.migrate', { id: vm.id, node, force: true }));
    expect(await move('node-b')).toMatchObject({ status: 'succeeded' });
    await end(await bench().expectOk('vm.stop', { id: vm.id }));
    const restore = { id: made.resource.id };
    expect(await bench().expectProblem('snapshot.restore', restore)).toMatchObject({
      code: 'in-use',
      detail:
        'The snapshot before is on node-a, and the volume data is now in a storage that node-a ' +
        'does not use.',
      remedy: `Move its VM back first: novacron vm migrate ${vm.id} --node node-a`,
    });
    expect(await move('node-a')).toMatchObject({ status: 'succeeded' });
    const restored = await bench().expectOk('snapshot.restore', restore);
    expect(await end(restored)).toMatchObject({ status: 'succeeded' });
  });

  test('refuses its attachment on a node that does not reach it, and allows it back', async () => {
    await announce((node) => `pool-of-${node}`);
    const { vm, other, id, created } = await useVolume();
    expect(await volumesOf(created)).toEqual([
      { volume_id: id, size_gb: 10, storage_class: 'ssd' },
    ]);
    const refusal = {
      code: 'in-use',
      detail:
        'The content of the volume data is in the storage pool-of-node-a, and the node concerned ' +
        'uses the storage pool-of-node-b: it would find an empty volume.',
      fields: [{ path: ['attached_to'], message: 'is on a node that does not reach the content' }],
    };
    const away = { id, attached_to: other.id };
    expect(await bench().expectProblem('volume.update', away)).toMatchObject(refusal);
    await change({ id, attached_to: null });
    expect(await bench().expectProblem('volume.update', away)).toMatchObject(refusal);
    const back = await change({ id, attached_to: vm.id });
    const kept = { volume_id: id, size_gb: 10, storage_class: 'ssd', pool: 'pool-of-node-a' };
    expect(await volumesOf(back)).toEqual([kept]);
  });

  test('of a class that both nodes share is reached from each of them', async () => {
    await announce((node) => `pool-of-${node}`, 'shared-hdd');
    const { vm, other, id, created } = await useVolume('hdd');
    const disk = { volume_id: id, size_gb: 10, storage_class: 'hdd' };
    expect(await volumesOf(created)).toEqual([disk]);
    await change({ id, attached_to: null });
    const kept = { ...disk, pool: 'shared-hdd' };
    expect(await volumesOf(await change({ id, attached_to: other.id }))).toEqual([kept]);
    await change({ id, attached_to: null });
    await change({ id, attached_to: vm.id });
    const { operation } = await bench().expectOk('vm.migrate', {
      id: vm.id,
      node: 'node-b',
      force: true,
    });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await volumesOf(await change({ id, size_gb: 20 }))).toEqual([{ ...kept, size_gb: 20 }]);
    await remove(id);
    await bench().advance(ROUNDS_MS);
    expect(await removalsOf(id)).toEqual([
      {
        status: 'succeeded',
        action: { kind: 'delete-volume', pool: 'shared-hdd' },
        node: expect.any(String),
      },
    ]);
  });

  test('is that of earlier content where its class gets another one', async () => {
    await announce((node) => `pool-of-${node}`);
    const { vm, id } = await useVolume('hdd');
    await change({ id, attached_to: null });
    await announce((node) => `pool-of-${node}`, 'shared-hdd');
    const back = await volumesOf(await change({ id, attached_to: vm.id }));
    expect(back).toMatchObject([{ volume_id: id, pool: 'pool-of-node-a' }]);
    const { operation } = await bench().expectOk('vm.migrate', {
      id: vm.id,
      node: 'node-b',
      force: true,
    });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    // The copy is new content of the other node.
    const grown = await volumesOf(await change({ id, size_gb: 20 }));
    expect(grown).toMatchObject([{ volume_id: id, pool: 'shared-hdd' }]);
  });

  test('is known after the VM was deleted, and a snapshot is taken there', async () => {
    await announce((node) => `pool-of-${node}`);
    const { vm, other, id } = await useVolume();
    const { operation } = await bench().expectOk('vm.delete', { id: vm.id });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const away = { id, attached_to: other.id };
    expect(await bench().expectProblem('volume.update', away)).toMatchObject({ code: 'in-use' });
    const taken = await bench().expectOk('snapshot.create', { name: 'before', volume_id: id });
    expect(await bench().end(taken.operation)).toMatchObject({ status: 'succeeded' });
    expect(taken.resource).toMatchObject({ node: 'node-a' });
    const copy = { name: 'copy', size_gb: 10, source_snapshot_id: taken.resource.id };
    const refused = await bench().expectProblem('volume.create', {
      ...copy,
      attached_to: other.id,
    });
    expect(refused).toMatchObject({ code: 'in-use' });
  });

  test('goes with its VM to another node', async () => {
    await announce((node) => `pool-of-${node}`);
    const { vm, other, id } = await useVolume();
    const { operation } = await bench().expectOk('vm.migrate', {
      id: vm.id,
      node: 'node-b',
      force: true,
    });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    const [row] = await bench().store.read({ from: 'volumes', where: { id } });
    expect(row?.pool_id).toBe('pool-of-node-b');
    const moved = await change({ id, attached_to: other.id });
    expect(await volumesOf(moved)).toMatchObject([{ pool: 'pool-of-node-b' }]);
  });

  test('is any node where they share it', async () => {
    await announce(() => 'pool-of-all');
    const { other, id } = await useVolume();
    const moved = await change({ id, attached_to: other.id });
    expect(await volumesOf(moved)).toMatchObject([{ pool: 'pool-of-all' }]);
  });

  test('loses the content of a volume that is deleted', async () => {
    await announce((node) => `pool-of-${node}`);
    const { id } = await useVolume();
    await change({ id, attached_to: null });
    await remove(id);
    await bench().advance(ROUNDS_MS);
    expect(await removalsOf(id)).toEqual([
      {
        status: 'succeeded',
        action: { kind: 'delete-volume', pool: 'pool-of-node-a' },
        node: 'node-a',
      },
    ]);
    expect(await bench().store.read({ from: 'volume_removals' })).toEqual([]);
    await bench().advance(AGAIN_MS);
    expect(await removalsOf(id)).toHaveLength(1);
  });

  test('keeps the content until a node that reaches it is back', async () => {
    await announce((node) => `pool-of-${node}`);
    const { id } = await useVolume();
    await change({ id, attached_to: null });
    await bench().fleet.killAgent('node-a');
    await bench().advance(LOST_MS);
    await remove(id);
    await bench().advance(ROUNDS_MS);
    expect(await removalsOf(id)).toEqual([]);
    bench().fleet.restartAgent('node-a');
    await announce((node) => `pool-of-${node}`);
    await bench().advance(LOST_MS);
    expect(await removalsOf(id)).toMatchObject([{ status: 'succeeded', node: 'node-a' }]);
  });

  test('is tried again where a node has refused the removal', async () => {
    await announce((node) => `pool-of-${node}`);
    const { id } = await useVolume();
    await change({ id, attached_to: null });
    bench().fleet.drivers.get('node-a')?.faults.add({
      action: 'delete-volume',
      kind: 'fail-final',
      times: 1,
    });
    await remove(id);
    await bench().advance(ROUNDS_MS);
    expect((await removalsOf(id)).map(({ status }) => status)).not.toContain('succeeded');
    await bench().advance(AGAIN_MS + ROUNDS_MS);
    expect((await removalsOf(id)).map(({ status }) => status)).toContain('succeeded');
    expect(await bench().store.read({ from: 'volume_removals' })).toEqual([]);
  });

  test('loses what the creation of a volume has left that failed', async () => {
    await announce((node) => `pool-of-${node}`);
    const vm = await makeVm(bench(), { placement: { node: 'node-a' } });
    bench().fleet.drivers.get('node-a')?.faults.add({
      action: 'attach',
      kind: 'fail-final',
      times: 1,
    });
    const input = { name: 'data', size_gb: 10, attached_to: vm.id };
    const { operation, resource } = await bench().expectOk('volume.create', input);
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    await bench().advance(ROUNDS_MS);
    expect(await removalsOf(resource.id)).toMatchObject([{ status: 'succeeded', node: 'node-a' }]);
  });

  test('is not asked for where agents announce none', async () => {
    const { other, id } = await useVolume();
    const moved = await change({ id, attached_to: other.id });
    expect(await volumesOf(moved)).toEqual([{ volume_id: id, size_gb: 10, storage_class: 'ssd' }]);
  });
});
