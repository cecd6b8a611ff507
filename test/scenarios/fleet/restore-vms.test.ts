/** VMs whose disks are on their dead node alone are restored from exported snapshots elsewhere. */

import { utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId, VolumeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import { EXPORT_RETENTION_MS } from '@novacron/server/app/resources/snapshot/snapshot-exports';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: `own of ${name}`, sharing: 'local' as const, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [node('dr-x'), node('dr-y'), node('dr-z')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

const RESTORED = { healing: { on_node_loss: 'restore' } } as const;

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;

/** Time limit for a VM to run again from snapshots, once its node is known to be off. Unit: ms. */
const RESTORED_MS_MAX = 15 * 60_000;

describe('a VM that is restored from exported snapshots', () => {
  const bench = useBench({ fleet: FLEET });

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function makeOn(name: string, more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const { id } = await makeVm(bench(), { placement: { node: name }, ...RESTORED, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return show({ id });
  }

  async function attachTo(vm: Vm, name = 'data'): Promise<VolumeId> {
    const disk = { name, size_gb: 3, attached_to: vm.id };
    const made = await bench().expectOk('volume.create', disk);
    await bench().end(made.operation);
    return made.resource.id;
  }

  /** Takes a snapshot and exports it. */
  async function secure(volume_id: VolumeId, name = 'nightly') {
    const made = await bench().expectOk('snapshot.create', { name, volume_id });
    await bench().end(made.operation);
    const { id } = made.resource;
    await bench().end((await bench().expectOk('snapshot.export', { id })).operation);
    return bench().expectOk('snapshot.get', { id });
  }

  async function lose(name: string): Promise<NodeId> {
    await bench().fleet.stopAgent(name);
    await bench().advance(LOST_MS);
    const { items } = await bench().expectOk('node.list', { name });
    return String(items[0]?.id) as NodeId;
  }

  async function confirm(id: NodeId): Promise<void> {
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    await bench().advance(20_000);
    await bench().endAll();
  }

  async function comeBack(name: string): Promise<void> {
    bench().fleet.restartAgent(name);
    await awaitSound(bench());
  }

  const explain = ({ id }: Pick<Vm, 'id'>) =>
    bench().expectOk('vm.explain', { id, if_node_lost: true });

  test('runs elsewhere with its volume of then, and what is lost is said everywhere', async () => {
    const vm = await makeOn('dr-x');
    const volume = await attachTo(vm);
    const snapshot = await secure(volume);
    await bench().advance(600_000);
    expect(await explain(vm)).toMatchObject({
      outcome: 'starts',
      recovery_point: snapshot.created_at,
      reason: expect.stringMatching(/data from nightly of .* What was written since is lost: 10m/u),
    });
    const dead = await lose('dr-x');
    // Nothing is restored before the node is known to be off.
    expect(await show(vm)).toMatchObject({ node: 'dr-x', status: 'unknown' });
    await confirm(dead);
    const after = await show(vm);
    expect(after).toMatchObject({ id: vm.id, status: 'running', volumes: [volume] });
    expect(after.node).not.toBe('dr-x');
    expect(after).not.toHaveProperty('restored_from');
    expect(await machineOf(bench(), after)).toMatchObject({
      status: 'running',
      volumes: [{ volume_id: volume, size_gb: 3 }],
    });
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    expect(items).toMatchObject([
      {
        status: 'succeeded',
        note: expect.stringMatching(/What was written since is lost: 10m.*recovery point/u),
        steps: [{ name: 'restore-1' }, { name: 'create' }, { name: 'attach-1' }, { name: 'start' }],
      },
    ]);
    const incidents = await bench().expectOk('incident.list', { cause: ['node_lost'] });
    const [incident] = incidents.items;
    if (incident === undefined) throw new Error('there is no incident');
    const { steps } = await bench().expectOk('incident.get', { id: incident.id });
    expect(steps.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^vm.recover of web-01 began: .*recovery point/u),
    );
    await comeBack('dr-x');
    expect((await inspectFleet(bench().fleet)).get('dr-x')).toEqual([]);
    const cleaned = await bench().store.read({
      from: 'operations',
      where: { kind: 'vm.cleanup' },
    });
    expect(cleaned.map(({ definition_json }) => definition_json)).toEqual([
      expect.not.stringContaining('"kind":"delete-disk"'),
    ]);
    const kept = await bench().expectOk('event.list', { type: ['vm.disk_kept'] });
    expect(kept.items).toMatchObject([{ data: { node: 'dr-x', disk: `disks/${vm.id}` } }]);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    // The disks that are kept there would be taken for its own.
    expect(await bench().expectProblem('vm.migrate', { id: vm.id, node: 'dr-x' })).toMatchObject({
      code: 'validation-failed',
    });
  });

  test('runs within 15 minutes after its node is known to be off, and says its RPO', async () => {
    const vm = await makeOn('dr-x');
    const snapshot = await secure(await attachTo(vm));
    await bench().advance(600_000);
    const id = await lose('dr-x');
    const { operation } = await bench().expectOk('node.confirm_dead', { id });
    const known = await bench().end(operation);
    const knownMs = Date.parse(known.finished_at ?? '');
    await bench().advance(RESTORED_MS_MAX);
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    expect(items).toMatchObject([{ target_id: vm.id, status: 'succeeded' }]);
    const restoredMs = Date.parse(items[0]?.finished_at ?? '') - knownMs;
    expect(restoredMs).toBeGreaterThan(0);
    expect(restoredMs).toBeLessThan(RESTORED_MS_MAX);
    // Its data are those of the snapshot: how old these are is in the operation and the incident.
    const note = String(items[0]?.note);
    expect(note).toContain(`data from nightly of ${snapshot.created_at}.`);
    expect(note).toMatch(/What was written since is lost: 10m\d*s? \(recovery point\)/u);
    const [incident] = (await bench().expectOk('incident.list', { cause: ['node_lost'] })).items;
    if (incident === undefined) throw new Error('there is no incident');
    const { members, steps } = await bench().expectOk('incident.get', { id: incident.id });
    expect(members).toMatchObject([{ vm_id: vm.id }]);
    expect(Date.parse(members[0]?.up_at ?? '') - knownMs).toBeLessThan(RESTORED_MS_MAX);
    expect(steps.map(({ what }) => what)).toContain(`vm.recover of ${vm.name} began: ${note}`);
    const { explanation } = await bench().expectOk('incident.explain', { id: incident.id });
    expect(explanation).toContainEqual(
      expect.stringMatching(/: restart_elsewhere \(level 4\), \S+ of at most 15m: it helped$/u),
    );
    await comeBack('dr-x');
  });

  test('waits for its node without an export, and says so', async () => {
    const bare = await makeOn('dr-x', { name: 'bare' });
    const vm = await makeOn('dr-x');
    await attachTo(vm);
    expect(await explain(vm)).toMatchObject({
      outcome: 'waits',
      recovery_point: null,
      reason: expect.stringContaining('no snapshot of data was exported'),
    });
    expect(await explain(bare)).toMatchObject({
      outcome: 'waits',
      reason: expect.stringContaining('it has no volume'),
    });
    await confirm(await lose('dr-x'));
    await bench().advance(60_000);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ node: 'dr-x', status: 'unknown' });
    expect(
      await bench().expectProblem('vm.recover', { id: vm.id, from_snapshot: true }),
    ).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('no snapshot of data was exported'),
    });
    const refused = await bench().expectOk('event.list', { type: ['vm.not_recovered'] });
    expect(refused.items.length).toBeGreaterThan(0);
    await comeBack('dr-x');
    expect(await show(vm)).toMatchObject({ node: 'dr-x', status: 'running' });
  });

  test('is restored on request, and is where it was when that fails', async () => {
    const vm = await makeOn('dr-x', { healing: null });
    await secure(await attachTo(vm));
    await confirm(await lose('dr-x'));
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'import-volume', kind: 'fail-final' });
    }
    const begun = await bench().expectOk('vm.recover', { id: vm.id, from_snapshot: true });
    expect(begun.notices).toEqual([expect.stringContaining('keeps the disks that it has')]);
    expect(await bench().end(begun.operation)).toMatchObject({ status: 'failed' });
    expect(await show(vm)).toMatchObject({ node: 'dr-x', status: 'unknown' });
    // The next attempt is made on another node.
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    const again = await bench().expectOk('vm.recover', { id: vm.id, from_snapshot: true });
    expect(await bench().end(again.operation)).toMatchObject({ status: 'succeeded' });
    expect((await show(vm)).node).not.toBe('dr-x');
    await comeBack('dr-x');
  });

  test('says in its plan what it loses, and keeps the newest export', async () => {
    const input = { ...SMALL_VM, name: 'fresh', placement: { node: 'dr-x' }, ...RESTORED };
    const fresh = await bench().expectOk('admission.preview', { operation: 'vm.create', input });
    const path = ['healing', 'on_node_loss'];
    expect(fresh.risks).toEqual([
      {
        summary: 'Restored from snapshots',
        message: expect.stringContaining('waits until it is back'),
        path,
      },
    ]);
    const vm = await makeOn('dr-x');
    const volume = await attachTo(vm);
    await secure(volume, 'older');
    await bench().advance(60_000);
    const newest = await secure(volume, 'newer');
    const { risks } = await bench().expectOk('admission.preview', {
      operation: 'vm.update',
      input: { id: vm.id, healing: { on_node_loss: 'restore', attempts: 4 } },
    });
    expect(risks).toEqual([
      {
        summary: 'Restored from snapshots',
        message: expect.stringContaining('data from newer of'),
        path,
      },
    ]);
    const atMs = bench().deps.clock.nowMs() - EXPORT_RETENTION_MS - 60_000;
    for (const { snapshotId } of bench().deps.exports?.list() ?? []) {
      const { path: file = '' } = bench().deps.exports?.find(snapshotId) ?? {};
      for (const each of [file, dirname(file)]) utimesSync(each, atMs / 1_000, atMs / 1_000);
    }
    await bench().advance(RETENTION_MS);
    const { exports } = await bench().expectOk('snapshot.exports', {});
    expect(exports.map(({ snapshot_id }) => snapshot_id)).toEqual([newest.id]);
  });
});
