/** The library: workflows about volumes, their snapshots, and keys. */
import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import { statusesOf, TOKEN, useLibrary } from './use-library.ts';

const library = useLibrary();
const { bench, run, store, endOf, makeVms, vmOf, vmNames, received, answer } = library;

const GONE = 'snap_01jd3v6t7re3h8z9k2m4n5p6q7';

async function makeVolume(attached_to: VmId | null = null, name = 'data') {
  const input = { name, size_gb: 10, type: 'ssd', attached_to } as const;
  const made = await bench().expectOk('volume.create', input);
  await bench().end(made.operation);
  return made.resource;
}

async function takeSnapshot(name = 'old', volume?: Awaited<ReturnType<typeof makeVolume>>) {
  const { id: volume_id } = volume ?? (await makeVolume());
  const made = await bench().expectOk('snapshot.create', { name, volume_id });
  await bench().end(made.operation);
  return made.resource;
}

const snapshotNames = async () => {
  const { items } = await bench().expectOk('snapshot.list', {});
  return items.map(({ name }) => name).toSorted();
};

/** Returns the `restored_to` of a snapshot, as the nodes report it. */
async function restoredTo(id: SnapshotId) {
  const inspected = await Promise.all(
    [...bench().fleet.drivers.values()].map((driver) => driver.inspectSnapshots()),
  );
  const all = inspected.flatMap((each) => (each.ok ? each.value : []));
  return all.find(({ snapshot_id }) => snapshot_id === id)?.restored_to;
}

describe('change-with-snapshot', () => {
  async function setUp() {
    const [vm] = await makeVms('db');
    if (vm === undefined) throw new Error('there is one');
    const volume = await makeVolume(vm.id);
    return { vm_id: vm.id, volume_id: volume.id, change: 'CHG-1' };
  }

  test('migrates the data of a stopped VM, and starts it', async () => {
    const inputs = await setUp();
    const ended = await run('change-with-snapshot', inputs);
    expect([ended.status, ended.steps.flatMap(({ operations }) => operations).length]).toEqual([
      'succeeded',
      3,
    ]);
    expect(received()).toMatchObject([
      { what: 'POST migrations.example.com/changes/CHG-1', body: { volume: inputs.volume_id } },
      { what: 'GET migrations.example.com/changes/CHG-1/checks' },
    ]);
    expect(await vmOf(inputs.vm_id)).toMatchObject({ status: 'running' });
    expect(await snapshotNames()).toEqual(['before-CHG-1']);
  });

  test('restores the snapshot before the VM starts where the migration fails', async () => {
    const inputs = await setUp();
    answer(() => ({ status: 400 }));
    const ended = await run('change-with-snapshot', inputs);
    expect([ended.status, statusesOf(ended).slice(0, 3)]).toEqual([
      'failed',
      ['stop taken_back', 'snapshot taken_back', 'migrate failed'],
    ]);
    const { items } = await bench().expectOk('snapshot.list', {});
    const [snapshot] = items;
    expect(snapshot && (await restoredTo(snapshot.id))).toEqual([inputs.volume_id]);
    expect(await vmOf(inputs.vm_id)).toMatchObject({ status: 'running' });
    const kinds = (await bench().expectOk('operation.list', {})).items.map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['snapshot.restore', 'vm.start']);
  });
});

describe('restore-drill', () => {
  test('boots a VM with the restored volume, and leaves neither', async () => {
    const { id } = await takeSnapshot();
    const ended = await run('restore-drill', { snapshot_id: id, size_gb: 10 });
    expect([ended.status, received()]).toEqual([
      'succeeded',
      [
        expect.objectContaining({
          what: expect.stringMatching(/^GET checks\.example\.com\/restored\/vm_/),
        }),
      ],
    ]);
    expect(await vmNames()).toEqual([]);
    const { items } = await bench().expectOk('volume.list', {});
    expect(items.map(({ name }) => name)).toEqual(['data']);
    const kinds = (await bench().expectOk('operation.list', {})).items.map(({ kind }) => kind);
    expect(kinds).toContain('vm.reboot');
  });

  test('leaves neither where the restored system does not work', async () => {
    const { id } = await takeSnapshot();
    answer(() => ({ status: 400 }));
    const ended = await run('restore-drill', { snapshot_id: id, size_gb: 10 });
    expect(statusesOf(ended)).toContain('check failed');
    expect(await vmNames()).toEqual([]);
    const { items } = await bench().expectOk('volume.list', {});
    expect(items.map(({ name }) => name)).toEqual(['data']);
  });

  test('fails where the snapshot is not there', async () => {
    const ended = await run('restore-drill', { snapshot_id: GONE, size_gb: 10 });
    expect(ended.status).toBe('failed');
    expect([await vmNames(), received()]).toEqual([[], []]);
  });
});

describe('clean-up-snapshots', () => {
  test('deletes snapshots', async () => {
    const volume = await makeVolume();
    const a = await takeSnapshot('a', volume);
    const b = await takeSnapshot('b', volume);
    await takeSnapshot('c', volume);
    const ended = await run('clean-up-snapshots', { snapshots: [a.id, b.id] });
    expect([ended.status, await snapshotNames()]).toEqual(['succeeded', ['c']]);
  });

  test('deletes the others where one cannot be', async () => {
    const a = await takeSnapshot('a');
    const ended = await run('clean-up-snapshots', { snapshots: [GONE, a.id] });
    expect([ended.status, await snapshotNames()]).toEqual(['succeeded_with_failures', []]);
  });
});

describe('off-site-backup', () => {
  const exported = async () => {
    const { exports } = await bench().expectOk('snapshot.exports', {});
    return exports.map(({ snapshot_id }) => snapshot_id);
  };

  test('exports a snapshot, and asks the archive to fetch it', async () => {
    const volume = await makeVolume();
    const ended = await run('off-site-backup', { volume_id: volume.id });
    expect(ended.status).toBe('succeeded');
    const [snapshot] = (await bench().expectOk('snapshot.list', {})).items;
    expect(await exported()).toEqual([snapshot?.id]);
    expect(received()).toEqual([
      {
        what: 'POST archive.example.com/backups',
        body: { volume: volume.id, snapshot: snapshot?.id },
        authorization: `Bearer ${TOKEN}`,
      },
    ]);
  });

  test('leaves neither snapshot nor image where the archive refuses', async () => {
    const volume = await makeVolume();
    answer(() => ({ status: 400 }));
    const ended = await run('off-site-backup', { volume_id: volume.id });
    expect(ended.problem?.detail).toContain('step fetch failed');
    expect([await snapshotNames(), await exported()]).toEqual([[], []]);
  });
});

describe('grow-volume-on-alert', () => {
  /** A notification of Alertmanager, with its token. */
  async function alert(labels: object, token = `Bearer ${TOKEN}`) {
    const workflow = await store('grow-volume-on-alert');
    const json = {
      version: '4',
      status: 'firing',
      receiver: 'novacron',
      groupKey: '{}:{}',
      commonLabels: labels,
      alerts: [{ status: 'firing', labels, startsAt: '2026-01-01T00:00:00Z' }],
    };
    return bench().application.takeDelivery({
      address: { workflowId: workflow.id, name: 'nearly-full' },
      headers: {
        id: undefined,
        timestamp: undefined,
        signature: undefined,
        authorization: token,
      },
      body: Buffer.from(JSON.stringify(json)),
      chainLength: 0,
      readJson: () => ok(json),
      sender: { requestId: bench().application.nextRequestId(), clientAddress: '192.0.2.7' },
    });
  }

  test('grows the volume that an alert names', async () => {
    const { id } = await makeVolume();
    const taken = await alert({ alertname: 'nearly_full', volume_id: id, next_size_gb: '20' });
    if (!taken.ok || taken.value.execution_id === null) throw new Error(JSON.stringify(taken));
    expect(await endOf(taken.value.execution_id)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({ size_gb: 20 });
    expect(await snapshotNames()).toEqual([`before-${taken.value.execution_id}`]);
  });

  test('leaves no snapshot where there is no room', async () => {
    const { id } = await makeVolume();
    const taken = await alert({ alertname: 'nearly_full', volume_id: id, next_size_gb: '9000' });
    if (!taken.ok || taken.value.execution_id === null) throw new Error(JSON.stringify(taken));
    expect(await endOf(taken.value.execution_id)).toMatchObject({ status: 'failed' });
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({ size_gb: 10 });
    expect(await snapshotNames()).toEqual([]);
  });

  test('starts nothing for a sender without the token', async () => {
    const { id } = await makeVolume();
    const labels = { alertname: 'nearly_full', volume_id: id, next_size_gb: '20' };
    expect(await alert(labels, 'Bearer wrong')).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(await bench().expectOk('execution.list', {})).toMatchObject({ items: [] });
  });
});

describe('rotate-ssh-key', () => {
  /** The body of a key is not read: what counts is that it has the format. */
  const keyOf = (seed: string) => {
    const type = Buffer.from('ssh-ed25519');
    const key = Buffer.from(hash('sha256', seed, 'hex'), 'hex');
    const part = (bytes: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    return `ssh-ed25519 ${Buffer.concat([part(type), part(key)]).toString('base64')}`;
  };

  async function setUp() {
    const input = { name: 'ann-2025', public_key: keyOf('old') };
    const { resource } = await bench().expectOk('ssh_key.create', input);
    const vms = await makeVms('a', 'b');
    for (const { id } of vms) {
      const changed = await bench().expectOk('vm.update', { id, ssh_key_ids: [resource.id] });
      await bench().end(changed.operation);
    }
    const more = { name: 'ann-2026', public_key: keyOf('new') };
    return { ...more, old_key_id: resource.id, vms: vms.map(({ id }) => id) };
  }

  const keyNames = async () =>
    (await bench().expectOk('ssh_key.list', {})).items.map(({ name }) => name);

  const keysOfVms = async () =>
    (await bench().expectOk('vm.list', {})).items.map((vm) => vm.ssh_key_ids);

  test('gives each VM the new key, and deletes the old one', async () => {
    const ended = await run('rotate-ssh-key', await setUp());
    expect(ended.status).toBe('succeeded');
    const { items } = await bench().expectOk('ssh_key.list', {});
    expect(items.map(({ name }) => name)).toEqual(['ann-2026']);
    const id = items[0]?.id;
    expect(await keysOfVms()).toEqual([[id], [id]]);
  });

  test('gives all VMs the old key back where one refuses', async () => {
    const { vms, ...inputs } = await setUp();
    const missing = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
    const ended = await run('rotate-ssh-key', { ...inputs, vms: [...vms, missing] });
    expect(ended.problem?.detail).toContain('step replace[2] failed');
    expect(await keyNames()).toEqual(['ann-2025']);
    expect(await keysOfVms()).toEqual([[inputs.old_key_id], [inputs.old_key_id]]);
  });
});
