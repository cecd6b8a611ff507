import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@novacron/agent/drivers/simulator/faults';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { SnapshotId } from '@novacron/contract/ids';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import { ROUND_MS } from '@novacron/server/app/healing/inspection/visit-nodes';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

function fleetOf(capabilities: NonNullable<Fleet['nodes'][number]['capabilities']>): Fleet {
  const node = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  return {
    nodes: ['node-a', 'node-b'].map((name) => ({ ...node, name, capabilities })),
    storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
  };
}

type SnapshotWrite = Extract<OperationName, `snapshot.${string}` | `volume.${string}`>;

function useSnapshots(fleet?: Fleet) {
  const bench = useBench(fleet === undefined ? {} : { fleet });

  async function makeVolume(more: Partial<InputOf<'volume.create'>> = {}) {
    const made = await bench().expectOk('volume.create', { name: 'data', size_gb: 10, ...more });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    return bench().expectOk('volume.get', { id: made.resource.id });
  }

  async function take(volume: { readonly id: InputOf<'volume.get'>['id'] }, name = 'before') {
    const made = await bench().expectOk('snapshot.create', { name, volume_id: volume.id });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    return bench().expectOk('snapshot.get', { id: made.resource.id });
  }

  async function run<Name extends SnapshotWrite>(name: Name, input: InputOf<Name>) {
    const answer = await bench().expectOk(name, input);
    // Every write answers with its operation.
    return bench().end((answer as unknown as { operation: { id: never } }).operation);
  }

  async function kept() {
    const found = [];
    for (const [node, driver] of bench().fleet.drivers) {
      const inspected = await driver.inspectSnapshots();
      if (inspected.ok) found.push(...inspected.value.map((snapshot) => ({ node, ...snapshot })));
    }
    return found;
  }

  async function poolUsedGb() {
    const [pool] = await bench().store.read({ from: 'storage_pools', where: { id: 'ssd' } });
    return pool?.size_gb_used;
  }

  function addFault(fault: Fault): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.add(fault);
  }

  function clearFaults(): void {
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
  }

  return { bench, makeVolume, take, run, kept, poolUsedGb, addFault, clearFaults };
}

describe('the life of a snapshot', () => {
  const { bench, makeVolume, take, run, kept, poolUsedGb } = useSnapshots();

  test('is taken of an unused volume, and is counted in its pool', async () => {
    const volume = await makeVolume();
    const asked = { name: 'before', volume_id: volume.id, description: 'the upgrade' };
    const { resource, operation } = await bench().expectOk('snapshot.create', asked);
    expect(resource).toMatchObject({ ...asked, status: 'creating', size_gb: 10, revision: 1 });
    expect(resource.id).toMatch(/^snap_/);
    const ended = await bench().end(operation);
    expect(ended).toMatchObject({ status: 'succeeded', steps: [{ name: 'take' }] });
    const snapshot = await bench().expectOk('snapshot.get', { id: resource.id });
    expect(snapshot).toMatchObject({ status: 'ready', node: expect.stringMatching(/^node-/) });
    expect(await kept()).toMatchObject([
      { node: snapshot.node, snapshot_id: snapshot.id, volume_id: volume.id, size_gb: 10 },
    ]);
    expect(await poolUsedGb()).toBe(20);
    const { items } = await bench().expectOk('snapshot.list', { name: 'before' });
    expect(items).toEqual([snapshot]);
    const events = await bench().store.read({ from: 'events', where: { target: snapshot.id } });
    expect(events.map(({ type }) => type)).toEqual([
      'snapshot.create.accepted',
      'snapshot.create.succeeded',
    ]);
  });

  test('is taken on the node of the VM that uses the volume, which runs on', async () => {
    const vm = await makeVm(bench());
    const volume = await makeVolume({ attached_to: vm.id });
    expect(await take(volume)).toMatchObject({ node: vm.node, status: 'ready' });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
    expect(await bench().expectOk('volume.get', { id: volume.id })).toMatchObject({
      status: 'attached',
    });
  });

  test('keeps its size when the volume grows, and its node when the VM moves', async () => {
    const vm = await makeVm(bench());
    const volume = await makeVolume({ attached_to: vm.id });
    const { id, node } = await take(volume);
    await run('volume.update', { id: volume.id, size_gb: 30 });
    await bench().end((await bench().expectOk('vm.migrate', { id: vm.id })).operation);
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ node, size_gb: 10 });
    expect(await run('snapshot.restore', { id })).toMatchObject({ status: 'succeeded' });
    expect(await kept()).toMatchObject([{ node, restored_to: [volume.id] }]);
    expect(await bench().expectOk('volume.get', { id: volume.id })).toMatchObject({ size_gb: 30 });
  });

  test('gets another name and description at once', async () => {
    const { id } = await take(await makeVolume());
    const { resource, operation } = await bench().expectOk('snapshot.update', {
      id,
      name: 'after',
      description: 'kept for the audit',
    });
    expect(operation).toMatchObject({ status: 'succeeded', steps: [] });
    expect(resource).toMatchObject({ name: 'after', revision: 2, status: 'ready' });
    const same = await bench().expectOk('snapshot.update', { id, name: 'after' });
    expect(same.resource.revision).toBe(2);
    expect(await run('snapshot.delete', { id })).toMatchObject({ status: 'succeeded' });
  });

  test('is restored to its volume, whose history says so', async () => {
    const volume = await makeVolume();
    const { id } = await take(volume);
    const { resource, operation } = await bench().expectOk('snapshot.restore', { id });
    expect(resource).toMatchObject({ status: 'restoring' });
    const refused = await bench().expectProblem('volume.update', { id: volume.id, size_gb: 20 });
    expect(refused).toMatchObject({ code: 'conflict', data: { operation_id: operation.id } });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await kept()).toMatchObject([{ restored_to: [volume.id] }]);
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'ready' });
    const { items } = await bench().expectOk('audit.list', { resource_id: volume.id });
    const entry = items.find((one) => one.operation === 'snapshot.restore');
    expect(entry).toMatchObject({ changes: { content: { is: 'before' } }, principal: 'admin' });
  });

  test('fills new volumes, which outlive it', async () => {
    const vm = await makeVm(bench());
    const { id } = await take(await makeVolume());
    const asked = { name: 'copy', size_gb: 12, attached_to: vm.id, source_snapshot_id: id };
    const made = await bench().expectOk('volume.create', asked);
    const ended = await bench().end(made.operation);
    expect(ended.steps.map(({ name }) => name)).toEqual(['fill', 'attach']);
    expect(await kept()).toMatchObject([{ restored_to: [made.resource.id] }]);
    const copy = { id: made.resource.id };
    expect(await bench().expectOk('volume.get', copy)).toMatchObject({
      status: 'attached',
      source_snapshot_id: id,
    });
    await run('snapshot.delete', { id });
    await run('volume.update', { ...copy, source_snapshot_id: null });
    expect(await bench().expectOk('volume.get', copy)).toMatchObject({ source_snapshot_id: null });
    expect(await poolUsedGb()).toBe(22);
  });

  test('several are taken of one volume one after another, and all protect it', async () => {
    const volume = await makeVolume();
    for (const name of ['weekly', 'nightly']) await take(volume, name);
    expect(await bench().expectProblem('volume.delete', { id: volume.id })).toEqual({
      code: 'in-use',
      detail: 'The volume data cannot be deleted: it has 2 snapshots: nightly, weekly.',
      remedy: 'Delete the snapshots first (novacron snapshot delete NAME), or keep the volume.',
      fields: [],
      data: { snapshots: ['nightly', 'weekly'] },
    });
    for (const { id } of (await bench().expectOk('snapshot.list', {})).items) {
      expect(await run('snapshot.delete', { id })).toMatchObject({ status: 'succeeded' });
    }
    expect(await kept()).toEqual([]);
    expect(await run('volume.delete', { id: volume.id })).toMatchObject({ status: 'succeeded' });
    expect(await poolUsedGb()).toBe(0);
  });

  test('a repeat with the same key is answered again and takes nothing twice', async () => {
    const volume = await makeVolume();
    const asked = { name: 'before', volume_id: volume.id, idempotency_key: 'take-before' };
    const first = await bench().expectOk('snapshot.create', asked);
    await bench().end(first.operation);
    const second = await bench().expectOk('snapshot.create', asked);
    expect(second.resource.id).toBe(first.resource.id);
    expect(await kept()).toHaveLength(1);
  });

  test('policies decide over each of its writes', async () => {
    const volume = await makeVolume();
    const { id } = await take(volume);
    await bench().expectOk('policy.create', {
      name: 'Frozen',
      type: 'resource',
      enforcement_mode: 'block',
      rule:
        'package novacron\n' +
        'deny contains msg if {\n  endswith(input.action, "_snapshot")\n' +
        '  msg := sprintf("no %s of %s", [input.action, input.resource.volume_id])\n}\n',
    });
    for (const [name, input] of [
      ['snapshot.create', { name: 'x', volume_id: volume.id }],
      ['snapshot.update', { id, name: 'y' }],
      ['snapshot.restore', { id }],
      ['snapshot.delete', { id }],
    ] as const) {
      const action = `${name.split('.')[1]}_snapshot`;
      expect(await bench().expectProblem(name, input as never)).toMatchObject({
        code: 'policy-denied',
        detail: expect.stringContaining(`no ${action} of ${volume.id}`),
      });
    }
  });
});

describe('what cannot be done with snapshots', () => {
  const { bench, makeVolume, take, run, kept, addFault, clearFaults, poolUsedGb } = useSnapshots(
    fleetOf({}),
  );

  test('a restore under a VM that runs, or may run', async () => {
    const vm = await makeVm(bench());
    const volume = await makeVolume({ attached_to: vm.id });
    const { id } = await take(volume);
    expect(await bench().expectProblem('snapshot.restore', { id })).toMatchObject({
      code: 'in-use',
      detail:
        'The volume data is attached to web-01, which is running, and the hypervisor of ' +
        `${vm.node} cannot restore a volume of a VM that may be running.`,
      remedy:
        `Stop the VM (novacron vm stop ${vm.id}) or detach the volume, and send the ` +
        'request again.',
    });
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    expect(await run('snapshot.restore', { id })).toMatchObject({ status: 'succeeded' });
  });

  test('a snapshot of what does not exist, has no room, or has its name', async () => {
    const volume = await makeVolume({ size_gb: 60 });
    const ghost = 'vol_01jd3v6t7re3h8z9k2m4n5p6q7' as typeof volume.id;
    expect(
      await bench().expectProblem('snapshot.create', { name: 'a', volume_id: ghost }),
    ).toMatchObject({ code: 'reference-unknown', fields: [{ path: ['volume_id'] }] });
    expect(
      await bench().expectProblem('snapshot.create', { name: 'a', volume_id: volume.id }),
    ).toMatchObject({
      code: 'no-capacity',
      detail: '60 GB of ssd are requested; the storage pool has less free.',
      fields: [{ path: ['volume_id'], message: 'is more than the pool of ssd has free' }],
    });
    const small = await makeVolume({ name: 'small', size_gb: 5 });
    const { id } = await take(small);
    expect(
      await bench().expectProblem('snapshot.create', { name: 'before', volume_id: small.id }),
    ).toMatchObject({
      code: 'name-taken',
      remedy: expect.stringContaining(`terraform import novacron_snapshot.NAME ${id}`),
    });
    const { id: other } = await take(small, 'other');
    const renamed = { id: other, name: 'before' };
    expect(await bench().expectProblem('snapshot.update', renamed)).toMatchObject({
      code: 'name-taken',
    });
  });

  test('a snapshot that becomes one of another volume', async () => {
    const { id } = await take(await makeVolume());
    const other = await makeVolume({ name: 'other' });
    expect(
      await bench().expectProblem('snapshot.update', { id, volume_id: other.id }),
    ).toMatchObject({
      detail: 'The snapshot before cannot change volume_id in place: that needs a new snapshot.',
    });
  });

  test('a volume smaller than its snapshot, of another one, or of none', async () => {
    const { id } = await take(await makeVolume());
    const asked = { name: 'copy', size_gb: 4, source_snapshot_id: id };
    expect(await bench().expectProblem('volume.create', asked)).toMatchObject({
      detail: 'The snapshot before has 10 GB: a volume of 4 GB is too small.',
      fields: [{ path: ['size_gb'], message: 'must be at least 10, as the snapshot is' }],
    });
    const ghost = 'snap_01jd3v6t7re3h8z9k2m4n5p6q7' as SnapshotId;
    expect(
      await bench().expectProblem('volume.create', { ...asked, source_snapshot_id: ghost }),
    ).toMatchObject({ code: 'reference-unknown', fields: [{ path: ['source_snapshot_id'] }] });
    const plain = await makeVolume({ name: 'plain' });
    expect(
      await bench().expectProblem('volume.update', { id: plain.id, source_snapshot_id: id }),
    ).toMatchObject({
      detail:
        'The volume plain cannot change source_snapshot_id in place: that needs a new volume.',
    });
  });

  test('two things at once with one volume, its VM or the snapshot', async () => {
    const vm = await makeVm(bench());
    const volume = await makeVolume({ attached_to: vm.id });
    addFault({ action: 'take-snapshot', kind: 'fail-retry', times: 2 });
    const first = await bench().expectOk('snapshot.create', { name: 'a', volume_id: volume.id });
    for (const refused of [
      await bench().expectProblem('snapshot.create', { name: 'b', volume_id: volume.id }),
      await bench().expectProblem('volume.delete', { id: volume.id }),
      await bench().expectProblem('vm.migrate', { id: vm.id }),
      await bench().expectProblem('vm.stop', { id: vm.id }),
      await bench().expectProblem('snapshot.delete', { id: first.resource.id }),
    ]) {
      expect(refused).toMatchObject({
        code: 'conflict',
        data: { operation_id: first.operation.id },
      });
    }
    expect(await bench().end(first.operation)).toMatchObject({ status: 'succeeded' });
    clearFaults();
  });

  test('the end of a snapshot that a volume is being made from', async () => {
    const { id } = await take(await makeVolume());
    addFault({ action: 'restore-snapshot', kind: 'fail-retry', times: 2 });
    const asked = { name: 'copy', size_gb: 10, source_snapshot_id: id };
    const { operation } = await bench().expectOk('volume.create', asked);
    for (const name of ['snapshot.delete', 'snapshot.restore'] as const) {
      expect(await bench().expectProblem(name, { id })).toMatchObject({
        code: 'conflict',
        detail: `The volume copy is being changed by ${operation.id}.`,
      });
    }
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    clearFaults();
  });

  test('a snapshot that fails leaves nothing behind', async () => {
    const volume = await makeVolume();
    addFault({ action: 'take-snapshot', kind: 'fail-final' });
    const ended = await run('snapshot.create', { name: 'a', volume_id: volume.id });
    expect(ended).toMatchObject({
      status: 'failed',
      problem: {
        detail:
          'snapshot.create of a failed: step take failed: ' +
          'The simulated take-snapshot failed on demand.',
      },
    });
    clearFaults();
    expect((await bench().expectOk('snapshot.list', {})).items).toEqual([]);
    expect(await poolUsedGb()).toBe(10);
    expect(await kept()).toEqual([]);
  });

  test('one that got stuck keeps its space until it is retried or deleted', async () => {
    const volume = await makeVolume();
    const makeStuck = async (name: string) => {
      addFault({ action: 'take-snapshot', kind: 'fail-final' });
      addFault({ action: 'delete-snapshot', kind: 'fail-final' });
      const made = await bench().expectOk('snapshot.create', { name, volume_id: volume.id });
      expect(await bench().end(made.operation)).toMatchObject({ status: 'stuck' });
      clearFaults();
      return made;
    };
    const made = await makeStuck('a');
    const { id } = made.resource;
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'failed' });
    expect(await poolUsedGb()).toBe(20);
    expect(await bench().expectProblem('snapshot.restore', { id })).toMatchObject({
      code: 'in-use',
      detail: expect.stringContaining('an operation on it got stuck'),
    });
    const again = await bench().expectOk('operation.retry', { id: made.operation.id });
    expect(await bench().end(again.resource)).toMatchObject({ status: 'failed' });
    expect(await poolUsedGb()).toBe(10);
    const other = await makeStuck('b');
    const gone = await run('snapshot.delete', { id: other.resource.id });
    expect(gone).toMatchObject({ status: 'succeeded' });
    expect(await poolUsedGb()).toBe(10);
  });

  test('a restore that fails changes nothing', async () => {
    const volume = await makeVolume();
    const { id } = await take(volume);
    addFault({ action: 'restore-snapshot', kind: 'fail-final' });
    expect(await run('snapshot.restore', { id })).toMatchObject({ status: 'failed' });
    clearFaults();
    expect(await kept()).toMatchObject([{ restored_to: [] }]);
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'ready' });
    expect(await bench().expectOk('volume.get', { id: volume.id })).toMatchObject({
      status: 'available',
    });
  });

  test('a server that dies meanwhile finishes it', async () => {
    const volume = await makeVolume();
    addFault({ action: 'take-snapshot', kind: 'fail-retry', times: 3 });
    const asked = { name: 'a', volume_id: volume.id };
    const { operation } = await bench().expectOk('snapshot.create', asked);
    await bench().advance(200);
    await bench().restartServer();
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    clearFaults();
    expect(await kept()).toHaveLength(1);
  });
});

describe('snapshots that vanish', () => {
  const { bench, makeVolume, take, run, poolUsedGb } = useSnapshots(fleetOf({}));

  async function lose() {
    const snapshot = await take(await makeVolume());
    bench().fleet.drivers.get(snapshot.node)?.loseSnapshot(snapshot.id);
    await bench().advance(ROUND_MS);
    return snapshot;
  }

  test('are marked as lost, with an event and an entry in the audit log', async () => {
    const { id, node } = await lose();
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'lost' });
    const events = await bench().store.read({ from: 'events', where: { type: 'snapshot.lost' } });
    expect(events).toMatchObject([{ target: id, priority: 'high', source: 'healing' }]);
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items[0]).toMatchObject({
      operation: 'snapshot.lost',
      principal: 'platform',
      changes: { status: { was: 'ready', is: 'lost' } },
    });
    expect(await bench().expectProblem('snapshot.restore', { id })).toMatchObject({
      code: 'in-use',
      detail: expect.stringContaining(`: ${node} no longer has it.`),
    });
  });

  test('can be deleted, which gives their space back', async () => {
    const { id } = await lose();
    expect(await run('snapshot.delete', { id })).toMatchObject({ status: 'succeeded' });
    expect(await poolUsedGb()).toBe(10);
  });

  test('are ready again when their node has them again', async () => {
    const { id, node, volume_id } = await lose();
    const driver = bench().fleet.drivers.get(node);
    const order = { snapshot_id: id, signal: new AbortController().signal };
    await driver?.takeSnapshot(order, { volume_id, size_gb: 10 });
    await bench().advance(ROUND_MS);
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'ready' });
  });

  test('are not taken for lost while their node is away', async () => {
    const snapshot = await take(await makeVolume());
    await bench().fleet.stopAgent(snapshot.node);
    await bench().advance(ROUND_MS);
    const { id } = snapshot;
    expect(await bench().expectOk('snapshot.get', { id })).toMatchObject({ status: 'ready' });
    bench().fleet.restartAgent(snapshot.node);
  });
});

describe('hypervisors that can do less or more', () => {
  const none = useSnapshots(fleetOf({ snapshots: 'no' }));

  test('without snapshots there are none', async () => {
    const volume = await none.makeVolume();
    const asked = { name: 'a', volume_id: volume.id };
    expect(await none.bench().expectProblem('snapshot.create', asked)).toMatchObject({
      code: 'no-capacity',
      detail: 'No ready node can store snapshots.',
    });
    const vm = await makeVm(none.bench());
    await none.run('volume.update', { id: volume.id, attached_to: vm.id });
    expect(await none.bench().expectProblem('snapshot.create', asked)).toMatchObject({
      code: 'validation-failed',
      detail:
        'The volume data is attached to web-01, and the hypervisor of ' +
        `${vm.node} cannot take snapshots.`,
    });
  });
});

describe('a hypervisor that restores under a running VM', () => {
  const { bench, makeVolume, take, run } = useSnapshots(fleetOf({ live_restore: 'yes' }));

  test('does so', async () => {
    const vm = await makeVm(bench());
    const { id } = await take(await makeVolume({ attached_to: vm.id }));
    expect(await run('snapshot.restore', { id })).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ status: 'running' });
  });
});
