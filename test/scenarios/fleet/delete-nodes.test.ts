/** Nodes that do not come back are deleted. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

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
    node('node-a', 'rack', 'shared'),
    node('node-b', 'rack', 'shared'),
    node('node-c', 'own', 'local'),
  ],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;

describe('a node that does not come back', () => {
  const bench = useBench({ fleet: FLEET });

  async function idOf(name: string): Promise<NodeId> {
    const { items } = await bench().expectOk('node.list', { name });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found.id;
  }

  async function lose(name: string): Promise<NodeId> {
    const id = await idOf(name);
    await bench().fleet.stopAgent(name);
    await bench().advance(LOST_MS);
    return id;
  }

  const names = async () =>
    (await bench().expectOk('node.list', {})).items.map(({ name }) => name).toSorted();

  async function remove(id: NodeId, discard = false) {
    const answer = await bench().expectOk('node.delete', { id, discard });
    expect(await bench().end(answer.operation)).toMatchObject({ status: 'succeeded', steps: [] });
    return answer;
  }

  test('is deleted with its enrollment, and joins as a new one', async () => {
    const { resource } = await bench().expectOk('enrollment.create', { node: 'node-b' });
    const id = await lose('node-b');
    await remove(id);
    expect(await names()).toEqual(['node-a', 'node-c']);
    expect(await bench().expectOk('enrollment.list', { node: ['node-b'] })).toMatchObject({
      items: [{ id: resource.id, status: 'revoked' }],
    });
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items).toMatchObject([{ operation: 'node.delete', outcome: 'done' }]);
    expect(await bench().expectProblem('node.get', { id })).toMatchObject({ code: 'not-found' });
    expect(await makeVm(bench(), { name: 'later' })).toMatchObject({ status: 'running' });
  });

  test('joins as a new node when its agent is started again', async () => {
    const id = await lose('node-c');
    await remove(id);
    bench().fleet.restartAgent('node-c');
    await bench().advance(30_000);
    expect(await names()).toEqual(['node-a', 'node-b', 'node-c']);
    expect(await idOf('node-c')).not.toBe(id);
    const vm = await makeVm(bench(), { name: 'again', placement: { node: 'node-c' } });
    expect(vm).toMatchObject({ node: 'node-c', status: 'running' });
  });

  test('stays while its agent answers', async () => {
    const id = await idOf('node-a');
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('Node node-a is ready'),
      remedy: expect.stringContaining('novacron node drain node-a'),
    });
    await bench().fleet.stopAgent('node-a');
    await bench().advance(10_000);
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({ code: 'conflict' });
    expect(await names()).toContain('node-a');
  });

  test('that is lost and was heard a moment ago stays for some seconds more', async () => {
    const id = await idOf('node-c');
    await bench().fleet.stopAgent('node-c');
    await bench().advance(24_000);
    await bench().expectOk('node.confirm_dead', { id });
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/^Node node-c was heard 2\d s ago\. A node is deleted once/),
      remedy: expect.stringMatching(/^Repeat this after 1\d s\.$/),
    });
    await bench().advance(20_000);
    await remove(id);
  });

  test('that was drained is deleted as soon as it is silent', async () => {
    const id = await idOf('node-a');
    await bench().expectOk('node.drain', { id });
    await bench().endAll();
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({
      detail: expect.stringContaining('Node node-a is maintenance'),
    });
    await lose('node-a');
    await remove(id);
    expect(await names()).toEqual(['node-b', 'node-c']);
  });

  test('that comes back names the disk of a VM whose deletion it missed', async () => {
    const { id: vmId } = await makeVm(bench(), { placement: { node: 'node-a' } });
    const id = await lose('node-a');
    const { operation, notices } = await bench().expectOk('vm.delete', { id: vmId });
    expect(notices).toEqual([
      'Node node-a is lost, and the deletion waits for it. If node-a is confirmed to be dead ' +
        'meanwhile, the root disk of the VM web-01 stays in its storage: remove ' +
        `disks/${vmId} there when the node is repaired.`,
    ]);
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
    const { items } = await bench().expectOk('event.list', { type: ['vm.disk_kept'] });
    expect(items).toMatchObject([
      { target: vmId, data: { node: 'node-a', disk: `disks/${vmId}` } },
    ]);
  });

  test('stays while VMs are recorded there', async () => {
    const vm = await makeVm(bench(), { placement: { node: 'node-c' } });
    const id = await lose('node-c');
    expect(await bench().expectProblem('node.delete', { id, discard: true })).toMatchObject({
      code: 'conflict',
      detail: 'Node node-c has VM web-01.',
      remedy: expect.stringContaining('novacron node confirm-dead node-c'),
    });
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({
      remedy: expect.stringMatching(/^Run them on other nodes/),
    });
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    await remove(id);
    expect(await names()).toEqual(['node-a', 'node-b']);
  });

  test('stays while it has the only content of volumes, unless that is accepted', async () => {
    const vm = await makeVm(bench(), { placement: { node: 'node-c' } });
    const disk = { name: 'data', size_gb: 3, attached_to: vm.id };
    const volume = await bench().expectOk('volume.create', disk);
    await bench().end(volume.operation);
    const kept = await bench().expectOk('snapshot.create', {
      name: 'nightly',
      volume_id: volume.resource.id,
    });
    await bench().end(kept.operation);
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    const id = await lose('node-c');
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({
      code: 'conflict',
      detail:
        'Storage that only node node-c reaches has the content of volume data, snapshot nightly.',
    });
    const { notices } = await remove(id, true);
    expect(notices).toEqual([expect.stringContaining('those of volume data, snapshot nightly')]);
    const dropped = await bench().expectOk('snapshot.delete', { id: kept.resource.id });
    expect(await bench().end(dropped.operation)).toMatchObject({ status: 'succeeded', steps: [] });
    const gone = await bench().expectOk('volume.delete', { id: volume.resource.id });
    expect(await bench().end(gone.operation)).toMatchObject({ status: 'succeeded' });
  });

  describe.each([
    ['kept', false, /They stay there, also when a host joins as node-c again; with --discard/],
    ['removed', true, /They are removed when a host joins as node-c again/],
  ] as const)('with the root disk of a VM that was deleted', (end, discard, words) => {
    test(`names it, and has it ${end} when its host joins again`, async () => {
      const vm = await makeVm(bench(), { name: 'wiped', placement: { node: 'node-c' } });
      const id = await lose('node-c');
      await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
      await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
      const { notices } = await remove(id, discard);
      expect(notices).toEqual([
        expect.stringContaining(`keeps root disks of deleted VMs: wiped (disks/${vm.id})`),
      ]);
      expect(notices?.[0]).toMatch(words);

      bench().fleet.restartAgent('node-c');
      await awaitSound(bench());
      await bench().endAll();
      expect((await inspectFleet(bench().fleet)).get('node-c')).toEqual([]);
      const rows = await bench().store.read({ from: 'operations', where: { kind: 'vm.cleanup' } });
      const sent = rows.map(({ target_id, status, definition_json }) => ({
        target_id,
        status,
        isDiskRemoved: definition_json.includes('"kind":"delete-disk"'),
      }));
      expect(sent).toEqual([{ target_id: vm.id, status: 'succeeded', isDiskRemoved: discard }]);
      const { items: events } = await bench().expectOk('event.list', { type: ['vm.disk_kept'] });
      expect(events).toHaveLength(discard ? 0 : 1);
      const { items: audited } = await bench().expectOk('audit.list', { resource_id: vm.id });
      expect(audited.map(({ operation }) => operation)).toContain('vm.cleanup');

      // Deleted once more: only what is still there is named.
      const again = await lose('node-c');
      const next = await remove(again);
      const named = [expect.stringContaining(`wiped (disks/${vm.id})`)];
      expect(next.notices ?? []).toEqual(discard ? [] : named);
    });
  });

  test('stays while a reservation holds room there', async () => {
    const amounts = { cpu_cores: 1, memory_gb: 1, disk_gb: 1, ttl_seconds: 3600 };
    const held = await bench().expectOk('reservation.create', {
      ...amounts,
      name: 'room',
      placement: { node: 'node-b' },
    });
    await bench().end(held.operation);
    const id = await lose('node-b');
    expect(await bench().expectProblem('node.delete', { id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining(held.resource.id),
    });
  });
});
