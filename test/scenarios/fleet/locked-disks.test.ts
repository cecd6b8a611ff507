/** VMs of dead nodes whose disks a machine still holds locks of. */
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
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [node('locks-a'), node('locks-b')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;

const REASON = 'the host is unplugged, and the NFS server keeps its locks';

describe('a VM of a dead node whose disks stay locked', () => {
  const bench = useBench({ fleet: FLEET });
  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function loseLocked(more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const { id } = await makeVm(bench(), { placement: { node: 'locks-a' }, ...more });
    const moved = await bench().expectOk('vm.update', { id, placement: null });
    await bench().end(moved.operation);
    const drivers = bench().fleet.drivers;
    drivers.get('locks-b')?.faults.add({ action: 'define', kind: 'disk-locked', times: 1_000 });
    await bench().fleet.stopAgent('locks-a');
    await bench().advance(LOST_MS);
    const { items } = await bench().expectOk('node.list', { name: 'locks-a' });
    const nodeId = String(items[0]?.id) as NodeId;
    const { operation } = await bench().expectOk('node.confirm_dead', { id: nodeId });
    await bench().end(operation);
    return show({ id });
  }

  /** The disks stay locked until the node is back: healing must not move a VM in between. */
  async function comeBack(): Promise<void> {
    bench().fleet.restartAgent('locks-a');
    await awaitSound(bench());
    bench().fleet.drivers.get('locks-b')?.faults.clear();
  }

  async function recover(vm: Vm, more: Partial<InputOf<'vm.recover'>> = {}) {
    const answer = await bench().expectOk('vm.recover', { id: vm.id, ...more });
    return { ...answer, ended: await bench().end(answer.operation) };
  }

  test('does not start, though its node is confirmed dead, until a person says so', async () => {
    const vm = await loseLocked();
    const refused = await recover(vm);
    expect(refused.ended).toMatchObject({ status: 'failed' });
    expect(refused.ended.problem?.detail).toMatch(/A disk is in use by a machine .* lock/);
    expect(await show(vm)).toMatchObject({ node: 'locks-a', status: 'unknown' });

    const forced = await recover(vm, { ignore_disk_locks: true, reason: REASON });
    const risk = expect.stringMatching(
      /VM web-01 starts on locks-b although .* still runs on locks-a, .* two write to one disk/,
    );
    expect(forced.notices?.[0]).toEqual(risk);
    expect(forced.ended).toMatchObject({ status: 'succeeded', note: risk });
    expect(await show(vm)).toMatchObject({ node: 'locks-b', status: 'running' });
    const { items } = await bench().expectOk('audit.list', {
      resource_id: vm.id,
      outcome: ['disk-locks-ignored'],
    });
    expect(items).toMatchObject([
      {
        operation: 'vm.recover',
        principal: 'admin',
        changes: {
          disk_locks: { was: 'respected', is: 'ignored' },
          reason: { was: null, is: REASON },
        },
      },
    ]);
    await comeBack();
  });

  test('that still runs there opens a critical incident until a person has seen it', async () => {
    const vm = await loseLocked();
    await recover(vm, { ignore_disk_locks: true, reason: REASON });
    await bench().advance(10 * 60_000);
    await comeBack();
    const list = () => bench().expectOk('incident.list', { cause: ['second_copy'] });
    const { items } = await list();
    expect(items).toMatchObject([{ state: 'open', severity: 'critical', target: 'web-01' }]);
    const { id, summary } = items[0] ?? { id: '', summary: '' };
    const [ran, disks, written] = summary.split('; ');
    expect(ran).toMatch(/^web-01 ran on locks-a and locks-b at the same time: for up to 10m/);
    expect(disks).toBe('both could write to the same disks, whose content may be damaged');
    expect(written).toMatch(/^the copy on locks-a last wrote \d+\.\d MB per second\.$/);
    const [cleanup] = (await bench().expectOk('operation.list', { kind: ['vm.cleanup'] })).items;
    expect(cleanup).toMatchObject({ target_id: vm.id, status: 'succeeded' });
    const removedAt = String(cleanup?.finished_at);
    const shown = await bench().expectOk('incident.get', { id });
    expect(shown.advice[0]).toBe(
      `The copy of web-01 on locks-a was removed at ${removedAt} (operation ${cleanup?.id}).`,
    );
    expect(shown.steps).toContainEqual({
      at: removedAt,
      what: 'the copy of web-01 on locks-a was removed',
      by: null,
      operation_id: cleanup?.id,
    });
    const { items: events } = await bench().expectOk('event.list', { target: [id] });
    expect(events).toMatchObject([{ type: 'incident.opened', priority: 'critical' }]);
    await bench().expectOk('incident.ack', { id, comment: 'the file system is sound' });
    await bench().advance(20_000);
    expect((await list()).items).toMatchObject([{ state: 'resolved', resolution: 'people' }]);
  });

  test('is not started by healing, however often it tries, and the incident says why', async () => {
    const vm = await loseLocked({ healing: { on_node_loss: 'restart' } });
    for (let minute = 0; minute < 10; minute += 1) {
      await bench().advance(60_000);
      await bench().endAll();
    }
    expect(await show(vm)).toMatchObject({ node: 'locks-a', status: 'unknown' });
    const { items } = await bench().expectOk('incident.list', {});
    const open = items.filter(({ state }) => state !== 'resolved');
    const advice = await Promise.all(
      open.map(async ({ id }) => (await bench().expectOk('incident.get', { id })).advice),
    );
    expect(advice.flat().join(' ')).toMatch(
      /Disks are still in use \(web-01\).*novacron vm recover VM --ignore-disk-locks/,
    );
    await comeBack();
  });

  test('is no evidence of what comes soon after', async () => {
    const { id: other } = await makeVm(bench(), { placement: { node: 'locks-a' }, name: 'other' });
    await loseLocked({ healing: { on_node_loss: 'restart' } });
    await bench().advance(60_000);
    await bench().endAll();
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    const id = String(items[0]?.id);
    const explain = async () =>
      (await bench().expectOk('incident.explain', { id })).explanation.join('\n');
    expect(items).toMatchObject([{ vms_affected: 2 }]);
    expect(await explain()).toMatch(/2 VMs affected[\s\S]*A disk of web-01 is still in use/);
    await comeBack();
    await bench().advance(2 * LOST_MS);
    await bench().endAll();
    const before = await bench().expectOk('incident.get', { id });
    expect(before).toMatchObject({ state: 'resolved' });
    await bench().end((await bench().expectOk('vm.delete', { id: other })).operation);
    await bench().fleet.stopAgent('locks-a');
    await bench().advance(LOST_MS);
    const again = await bench().expectOk('incident.get', { id });
    expect(again).toMatchObject({ occurrences: 2, state: 'open', vms_affected: 1 });
    const explained = await explain();
    expect(explained).toContain('1 VM affected');
    expect(explained).not.toContain('still in use');
    await comeBack();
  });

  test('needs a permission of its own, and a reason', async () => {
    const vm = await loseLocked();
    const input = { id: vm.id, ignore_disk_locks: true, reason: REASON };
    const asOperator = { principal: { ...bench().admin, role: 'operator' } };
    expect(await bench().expectProblem('vm.recover', input, asOperator)).toMatchObject({
      code: 'forbidden',
      detail: 'The role operator does not allow vm.ignore_disk_locks.',
      remedy: expect.stringContaining('Leave out ignore_disk_locks, or ask an admin'),
    });
    for (const reason of [undefined, '  ']) {
      const without = { ...input, reason };
      expect(await bench().expectProblem('vm.recover', without)).toMatchObject({
        code: 'validation-failed',
        detail: 'A VM starts in spite of the locks of its disks only with a reason.',
        fields: [{ path: ['reason'], message: 'is required with ignore_disk_locks' }],
      });
    }
    expect(await show(vm)).toMatchObject({ node: 'locks-a', status: 'unknown' });
    await comeBack();
  });

  test('waits for a fence all the same', async () => {
    const { id } = await makeVm(bench(), { placement: { node: 'locks-a' } });
    await bench().fleet.stopAgent('locks-a');
    await bench().advance(LOST_MS);
    const input = { id, ignore_disk_locks: true, reason: REASON };
    expect(await bench().expectProblem('vm.recover', input)).toMatchObject({
      code: 'conflict',
      data: { reason: 'not-fenced' },
    });
    await comeBack();
  });
});
