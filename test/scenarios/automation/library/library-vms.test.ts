/** The library: workflows about single VMs. */
import { describe, expect, test } from '@jest/globals';
import { statusesOf, TOKEN, useLibrary } from './use-library.ts';

const NO_VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
const HOUR_MS = 3_600_000;

const library = useLibrary();
const { bench, run, start, endOf, vote, makeVms, vmOf, vmNames, received, answer } = library;

const kindsOf = async (id: string) => {
  const { items } = await bench().expectOk('audit.list', { resource_id: id });
  return items.map(({ operation }) => operation).toReversed();
};

describe('rolling-restart', () => {
  test('restarts each VM in its order', async () => {
    const vms = (await makeVms('a', 'b', 'c')).map(({ id }) => id);
    const ended = await run('rolling-restart', { vms });
    expect(ended.status).toBe('succeeded');
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.reboot'] });
    expect(items.map(({ target_id }) => target_id)).toEqual(vms);
  });

  test('ends at a VM that does not restart, and leaves those behind it', async () => {
    const [a, b] = (await makeVms('a', 'b')).map(({ id }) => id);
    const ended = await run('rolling-restart', { vms: [a ?? '', NO_VM, b ?? ''] });
    expect(ended.status).toBe('stopped');
    expect(await kindsOf(a ?? '')).toContain('vm.reboot');
    expect(await kindsOf(b ?? '')).not.toContain('vm.reboot');
  });
});

describe('resize-vm', () => {
  test('gives a VM another size, and starts it', async () => {
    const [vm] = await makeVms('web');
    const ended = await run('resize-vm', { vm_id: vm?.id ?? '', cpu_cores: 4, memory_gb: 8 });
    expect(ended.status).toBe('succeeded');
    const [after] = (await bench().expectOk('vm.list', {})).items;
    expect(after).toMatchObject({ status: 'running', cpu_cores: 4, memory_gb: 8 });
  });

  test('starts it with the old size where the new one has no room', async () => {
    const [vm] = await makeVms('web');
    const ended = await run('resize-vm', { vm_id: vm?.id ?? '', cpu_cores: 64, memory_gb: 8 });
    expect([ended.status, statusesOf(ended)]).toEqual([
      'failed',
      ['stop taken_back', 'resize failed', 'start waiting'],
    ]);
    const [after] = (await bench().expectOk('vm.list', {})).items;
    expect(after).toMatchObject({ status: 'running', cpu_cores: 2, memory_gb: 4 });
  });
});

describe('stop-overnight', () => {
  test('stops VMs for the night', async () => {
    const vms = (await makeVms('a', 'b')).map(({ id }) => id);
    const id = await start('stop-overnight', { vms });
    await bench().advance(10_000);
    const statuses = async () =>
      (await bench().expectOk('vm.list', {})).items.map(({ status }) => status);
    expect(await statuses()).toEqual(['stopped', 'stopped']);
    await bench().skip(11 * HOUR_MS);
    expect(await endOf(id)).toMatchObject({ status: 'succeeded' });
    expect(await statuses()).toEqual(['running', 'running']);
  });

  test('starts the others where one was deleted meanwhile', async () => {
    const [a, b] = await makeVms('a', 'b');
    if (a === undefined || b === undefined) throw new Error('there are two');
    const id = await start('stop-overnight', { vms: [a.id, b.id] });
    await bench().advance(10_000);
    await bench().end((await bench().expectOk('vm.delete', { id: a.id })).operation);
    await bench().skip(11 * HOUR_MS);
    expect(await endOf(id)).toMatchObject({ status: 'succeeded_with_failures' });
    expect(await vmOf(b.id)).toMatchObject({ status: 'running' });
  });
});

describe('evacuate-zone', () => {
  test('moves VMs live to the nodes that are named, and reports', async () => {
    const vms = await makeVms('a', 'b');
    const moves = vms.map(({ id, node }) => ({
      vm: id,
      node: node === 'node-c' ? 'node-b' : 'node-c',
    }));
    const ended = await run('evacuate-zone', { moves });
    expect(ended.status).toBe('succeeded');
    for (const { vm, node } of moves) {
      expect(await vmOf(vm)).toMatchObject({ status: 'running', node });
    }
    await bench().advance(5_000);
    expect(received().map(({ what }) => what)).toEqual(['POST channels/operations']);
  });

  test('moves the others where one cannot move', async () => {
    const [a] = await makeVms('a');
    if (a === undefined) throw new Error('there is one');
    const node = a.node === 'node-c' ? 'node-b' : 'node-c';
    const moves = [
      { vm: NO_VM, node },
      { vm: a.id, node },
    ];
    const ended = await run('evacuate-zone', { moves });
    expect(ended.status).toBe('succeeded_with_failures');
    expect(await vmOf(a.id)).toMatchObject({ status: 'running', node });
  });
});

describe('decommission-vm', () => {
  async function setUp() {
    const [vm] = await makeVms('old');
    if (vm === undefined) throw new Error('there is one');
    const set = { id: vm.id, deletion_protection: true };
    await bench().end((await bench().expectOk('vm.update', set)).operation);
    const made = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 10,
      type: 'ssd',
      attached_to: vm.id,
    });
    await bench().end(made.operation);
    return { vm, volume: made.resource };
  }

  test('deletes a protected VM after an approval, and keeps its data', async () => {
    const { vm, volume } = await setUp();
    const inputs = { vm_id: vm.id, volumes: [volume.id], reason: 'CHG-1' };
    const id = await start('decommission-vm', inputs);
    await vote(id, 'approve');
    expect(statusesOf(await endOf(id))).toContain('delete succeeded');
    expect(await vmNames()).toEqual([]);
    const { items } = await bench().expectOk('snapshot.list', {});
    expect(items).toMatchObject([{ status: 'ready', volume_id: volume.id, description: 'CHG-1' }]);
    expect(await bench().expectOk('volume.get', { id: volume.id })).toMatchObject({
      status: 'available',
    });
  });

  test('touches nothing where it is denied', async () => {
    const { vm, volume } = await setUp();
    const inputs = { vm_id: vm.id, volumes: [volume.id], reason: 'CHG-1' };
    const id = await start('decommission-vm', inputs);
    await vote(id, 'deny');
    expect(await endOf(id)).toMatchObject({ status: 'failed' });
    expect(await vmOf(vm.id)).toMatchObject({ status: 'running', deletion_protection: true });
  });

  test('gives the VM its disk and its protection back where it cannot be deleted', async () => {
    const { vm, volume } = await setUp();
    const policy = {
      name: 'no deletes',
      type: 'resource',
      enforcement_mode: 'block',
      rule: 'package novacron\n\ndeny contains "never" if input.action == "delete_vm"\n',
    } as const;
    await bench().expectOk('policy.create', policy);
    const inputs = { vm_id: vm.id, volumes: [volume.id], reason: 'CHG-1' };
    const id = await start('decommission-vm', inputs);
    await vote(id, 'approve');
    expect(statusesOf(await endOf(id))).toContain('delete failed');
    expect(await vmOf(vm.id)).toMatchObject({ status: 'running', deletion_protection: true });
    expect(await bench().expectOk('volume.get', { id: volume.id })).toMatchObject({
      attached_to: vm.id,
    });
  });
});

describe('isolate-vm', () => {
  async function setUp() {
    const [vm] = await makeVms('suspect');
    const made = await bench().expectOk('security_group.create', { name: 'quarantine' });
    await bench().end(made.operation);
    if (vm === undefined) throw new Error('there is one');
    return { vm_id: vm.id, quarantine: made.resource.id };
  }

  test('cuts a VM off, keeps its data and its memory, and calls people', async () => {
    const inputs = await setUp();
    const data = { name: 'data', size_gb: 10, type: 'ssd', attached_to: inputs.vm_id } as const;
    const made = await bench().expectOk('volume.create', data);
    await bench().end(made.operation);
    const ended = await run('isolate-vm', { ...inputs, volumes: [made.resource.id] });
    expect(ended.status).toBe('succeeded');
    expect(await vmOf(inputs.vm_id)).toMatchObject({
      paused: true,
      security_groups: [inputs.quarantine],
    });
    const { items } = await bench().expectOk('snapshot.list', {});
    expect(items).toMatchObject([{ status: 'ready', volume_id: made.resource.id }]);
    await bench().advance(5_000);
    expect(received().map(({ what }) => what)).toEqual(['POST channels/security']);
  });

  test('pauses it even where its data cannot be kept', async () => {
    const inputs = await setUp();
    const ended = await run('isolate-vm', {
      ...inputs,
      volumes: ['vol_01jd3v6t7re3h8z9k2m4n5p6q7'],
    });
    expect(ended.status).toBe('succeeded_with_failures');
    expect(await vmOf(inputs.vm_id)).toMatchObject({ paused: true });
  });
});

describe('add-capacity', () => {
  test('creates VMs and puts each behind the load balancer', async () => {
    const ended = await run('add-capacity', { names: ['web-1', 'web-2'] });
    expect(ended.status).toBe('succeeded');
    const { items } = await bench().expectOk('vm.list', {});
    expect(items.map(({ status }) => status)).toEqual(['running', 'running']);
    expect(
      received()
        .map(({ what }) => what)
        .toSorted(),
    ).toEqual(items.map(({ id }) => `PUT balancer.example.com/members/${id}`).toSorted());
    expect(new Set(received().map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    );
  });

  test('removes all of them where the load balancer refuses one', async () => {
    answer((what) =>
      what.startsWith('PUT') && received().length === 2 ? { status: 400 } : undefined,
    );
    const ended = await run('add-capacity', { names: ['web-1', 'web-2'] });
    expect(ended.status).toBe('failed');
    expect(await vmNames()).toEqual([]);
    const [first, , third] = received().map(({ what }) => what);
    expect(third).toBe(first?.replace('PUT', 'DELETE'));
  });
});
