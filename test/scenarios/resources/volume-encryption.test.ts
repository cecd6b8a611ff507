import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { keyRequestSubject, keySubject } from '@novacron/contract/agent/agent-subjects';
import { CONTENT_KEY_BYTES } from '@novacron/contract/agent/content-key';
import { keysOf } from '@novacron/contract/closed-table';
import { NodeId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

const NODE = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const FLEET: Fleet = {
  nodes: [
    { ...NODE, name: 'node-a' },
    { ...NODE, name: 'node-b' },
    { ...NODE, name: 'node-c', capabilities: { volume_encryption: 'no' } },
  ],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};
const NOT_MOVED = expect.objectContaining({
  vm: 'other',
  why: 'no other node in service with room is of the kind that it asks for',
});
const VOLUME = { name: 'data', size_gb: 10, encrypted: true } as const;

describe('an encrypted volume', () => {
  const bench = useBench({ fleet: FLEET });

  async function make(more: Partial<InputOf<'volume.create'>> = {}) {
    const made = await bench().expectOk('volume.create', { ...VOLUME, ...more });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    return bench().expectOk('volume.get', { id: made.resource.id });
  }

  async function vmOn(node: string, name = 'web') {
    return makeVm(bench(), { name, placement: { node } });
  }

  /** What the agent of a node is answered that asks for a key. */
  async function ask(node: string, id: string): Promise<unknown> {
    const { bus } = bench();
    const answered = new Promise((resolve) => {
      const leave = bus.subscribe(keySubject(node), (message) => {
        if (message.request !== 'r') return;
        leave();
        const { request: _request, control_plane: _claim, ...answer } = message;
        resolve(answer);
      });
    });
    bus.publish(keyRequestSubject(node), { request: 'r', id });
    return answered;
  }

  /** The stored keys of contents, by their ids. */
  async function keys(): Promise<Readonly<Record<string, string>>> {
    const rows = await bench().store.read({ from: 'content_keys' });
    return Object.fromEntries(rows.map(({ id, key_sealed }) => [id, key_sealed]));
  }

  test('has a key of its own, which is sealed and in no answer and no other row', async () => {
    const vm = await vmOn('node-a');
    const volume = await make({ attached_to: vm.id });
    expect(volume).toMatchObject({ encrypted: true, status: 'attached' });
    expect((await machineOf(bench(), vm))?.volumes).toMatchObject([{ encrypted: 'yes' }]);
    const key = String((await keys())[volume.id]);
    expect(Buffer.from(key, 'base64')).toHaveLength(CONTENT_KEY_BYTES);
    const [stored] = await bench().storeOnDisk.read({ from: 'content_keys' });
    expect(stored?.key_sealed).toMatch(/^ncs1\./);
    const tables = keysOf(ROW_OF_EACH_TABLE).filter((from) => from !== 'content_keys');
    const everything = [
      volume,
      await bench().expectOk('volume.list', {}),
      await bench().expectOk('audit.list', {}),
      await bench().expectOk('operation.list', {}),
      await Promise.all(tables.map((from) => bench().store.read({ from }))),
    ];
    expect(JSON.stringify(everything)).not.toContain(key);
  });

  test('is opened by the node that has it, and by no other one', async () => {
    const volume = await make();
    const refused = (node: string) => ({
      refused: `${volume.id} is neither on ${node} nor on its way there`,
    });
    expect(await ask('node-a', volume.id)).toEqual(refused('node-a'));
    const vm = await vmOn('node-a');
    const { operation } = await bench().expectOk('volume.update', {
      id: volume.id,
      attached_to: vm.id,
    });
    // The operation has a command to this node.
    const key = { key: (await keys())[volume.id] };
    expect(await ask('node-a', volume.id)).toEqual(key);
    await bench().end(operation);
    expect(await ask('node-a', volume.id)).toEqual(key);
    expect(await ask('node-b', volume.id)).toEqual(refused('node-b'));
    const moved = await bench().expectOk('vm.migrate', { id: vm.id, node: 'node-b', force: true });
    expect(await ask('node-b', volume.id)).toEqual(key);
    expect(await bench().end(moved.operation)).toMatchObject({ status: 'succeeded' });
    expect(await ask('node-b', volume.id)).toEqual(key);
    expect(await ask('node-a', volume.id)).toEqual(refused('node-a'));
  });

  test('loses its key, and each snapshot its own one, when it is deleted', async () => {
    const volume = await make();
    const taken = await bench().expectOk('snapshot.create', { name: 's', volume_id: volume.id });
    expect(await bench().end(taken.operation)).toMatchObject({ status: 'succeeded' });
    const snapshot = taken.resource;
    const found = await keys();
    expect(Object.keys(found)).toEqual(expect.arrayContaining([volume.id, snapshot.id]));
    expect(found[volume.id]).not.toBe(found[snapshot.id]);
    const { node } = await bench().expectOk('snapshot.get', { id: snapshot.id });
    expect(await ask(node, snapshot.id)).toEqual({ key: found[snapshot.id] });
    expect(await ask('node-c', snapshot.id)).toHaveProperty('refused');
    const gone = await bench().expectOk('snapshot.delete', { id: snapshot.id });
    await bench().end(gone.operation);
    expect(Object.keys(await keys())).toEqual([volume.id]);
    await bench().expectOk('volume.delete', { id: volume.id });
    expect(await keys()).toEqual({});
    expect(await ask(node, volume.id)).toEqual({ refused: `${volume.id} has no key` });
  });

  test('does not go to a node that cannot encrypt volumes', async () => {
    const vm = await vmOn('node-c');
    const input = { ...VOLUME, attached_to: vm.id };
    const refusal = {
      code: 'in-use',
      detail:
        'The volume data is encrypted, and the node node-c, which is to open it, cannot encrypt ' +
        'volumes: its agent does not announce it.',
    };
    expect(await bench().expectProblem('volume.create', input)).toMatchObject(refusal);
    expect(await keys()).toEqual({});
    const preview = { operation: 'volume.create', input } as const;
    const plan = await bench().expectOk('admission.preview', preview);
    expect(plan.problems).toMatchObject([refusal]);
    const other = await vmOn('node-a', 'other');
    await make({ attached_to: other.id });
    const move = { id: other.id, node: 'node-c', force: true };
    expect(await bench().expectProblem('vm.migrate', move)).toMatchObject({
      detail: 'The VM other has an encrypted volume, which node-c cannot open.',
    });
    await bench().expectOk('vm.update', { id: other.id, placement: null });
    // The other node has more room.
    for (const name of ['b-1', 'b-2', 'b-3']) await vmOn('node-b', name);
    const { operation } = await bench().expectOk('vm.migrate', { id: other.id });
    await bench().end(operation);
    expect(await bench().expectOk('vm.get', { id: other.id })).toMatchObject({ node: 'node-b' });
    // A plan for the fleet moves it to the only other node that opens its volume, or not at all.
    const drain = async (name: string, dry_run: boolean) => {
      const { items } = await bench().expectOk('node.list', {});
      const id = items.find((node) => node.name === name)?.id ?? NodeId.parse('');
      return { id, dry_run };
    };
    const planned = await bench().expectOk('node.drain', await drain('node-b', true));
    expect(planned.plan.moves.find(({ vm_id: id }) => id === other.id)?.to).toBe('node-a');
    const emptied = await bench().expectOk('node.drain', await drain('node-a', false));
    if (emptied.operation !== undefined) await bench().end(emptied.operation);
    const left = await bench().expectOk('node.drain', await drain('node-b', true));
    expect(left.plan).toMatchObject({ moves: [], left: expect.arrayContaining([NOT_MOVED]) });
  });

  test('has no copies in plain', async () => {
    const volume = await make();
    const taken = await bench().expectOk('snapshot.create', { name: 's', volume_id: volume.id });
    await bench().end(taken.operation);
    const source_snapshot_id = taken.resource.id;
    const copy = { name: 'copy', size_gb: 10, source_snapshot_id };
    expect(await bench().expectProblem('volume.create', copy)).toMatchObject({
      fields: [{ path: ['encrypted'], message: 'must be true, as the snapshot is encrypted' }],
    });
    const exported = { id: source_snapshot_id };
    expect(await bench().expectProblem('snapshot.export', exported)).toMatchObject({
      detail: 'The snapshot s is encrypted, and an export would be a file in plain.',
    });
    const made = await make({ ...copy, encrypted: true });
    expect(Object.keys(await keys())).toContain(made.id);
    const change = { id: volume.id, encrypted: false };
    expect(await bench().expectProblem('volume.update', change)).toMatchObject({
      code: 'validation-failed',
    });
  });
});
