import { describe, expect, test } from '@jest/globals';
import type { SshKeyId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';
const OTHER_KEY = `${KEY.slice(0, -4)}i you`;
const THIRD_KEY = `${KEY.slice(0, -4)}k they`;
const NOBODYS = 'ssh_01jd3v6t7re3h8z9k2m4n5p6q7' as SshKeyId;

const bench = useBench();

async function makeKey(name: string, public_key = KEY): Promise<SshKeyId> {
  return (await bench().expectOk('ssh_key.create', { name, public_key })).resource.id;
}

async function deleteKey(id: SshKeyId): Promise<void> {
  await bench().expectOk('ssh_key.delete', { id });
}

async function change(vm: Vm, more: Omit<InputOf<'vm.update'>, 'id'>): Promise<Vm> {
  const { operation } = await bench().expectOk('vm.update', { id: vm.id, ...more });
  expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  return bench().expectOk('vm.get', { id: vm.id });
}

async function keysOf(vm: Vm): Promise<readonly string[] | undefined> {
  return (await machineOf(bench(), vm))?.spec.guest?.ssh_keys;
}

describe('an SSH key', () => {
  test('is stored without the end of its line, with the fingerprint of ssh-keygen', async () => {
    const made = await bench().expectOk('ssh_key.create', { name: 'ann', public_key: `${KEY}\n` });
    expect(made).toMatchObject({
      operation: { status: 'succeeded' },
      resource: {
        public_key: KEY,
        fingerprint: 'SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU',
        key_type: 'ssh-ed25519',
      },
    });
    const { id } = made.resource;
    expect(await bench().expectOk('ssh_key.get', { id })).toEqual(made.resource);
  });

  test('is found by name, label and search', async () => {
    const labels = { metadata: { team: 'ops' } };
    const made = await bench().expectOk('ssh_key.create', {
      name: 'ann-laptop',
      public_key: KEY,
      ...labels,
    });
    await makeKey('bob', OTHER_KEY);
    for (const filter of [
      { name: 'ann-laptop' },
      { labels: 'team=ops' },
      // No id has an `l`.
      { search: 'laptop' },
      { sort: 'name', limit: 1 },
    ] as const) {
      const { items } = await bench().expectOk('ssh_key.list', filter);
      expect({ filter, ids: items.map(({ id }) => id) }).toEqual({
        filter,
        ids: [made.resource.id],
      });
    }
    await bench().expectOk('ssh_key.update', { id: made.resource.id, metadata: null });
    expect((await bench().expectOk('ssh_key.list', { labels: 'team=ops' })).items).toEqual([]);
  });

  test('changes its name, its labels and its comment, and not the key', async () => {
    const id = await makeKey('ann');
    const renamed = {
      id,
      name: 'ann-2',
      public_key: KEY.replace(' me', ' ann'),
      metadata: { a: 'b' },
    };
    const { resource } = await bench().expectOk('ssh_key.update', renamed);
    expect(resource).toMatchObject({ ...renamed, revision: 2 });
    const refused = await bench().expectProblem('ssh_key.update', { id, public_key: OTHER_KEY });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail: 'The SSH key ann-2 cannot change public_key in place: that needs a new SSH key.',
      fields: [{ path: ['public_key'], message: 'cannot be changed in place' }],
    });
  });

  test('has a name of its own, and counts against a quota', async () => {
    const { id: tenant } = (await bench().expectOk('tenant.list', {})).items[0] ?? {};
    const id = await makeKey('ann');
    const other = await makeKey('bob', OTHER_KEY);
    const taken = { code: 'name-taken', fields: [{ path: ['name'] }], data: { resource_id: id } };
    const named = { name: 'ann', public_key: KEY };
    expect(await bench().expectProblem('ssh_key.create', named)).toMatchObject(taken);
    const renamed = { id: other, name: 'ann' };
    expect(await bench().expectProblem('ssh_key.update', renamed)).toMatchObject(taken);
    await bench().expectOk('tenant.update', { id: tenant as never, quotas: { ssh_keys: 2 } });
    const third = { name: 'third', public_key: THIRD_KEY };
    expect(await bench().expectProblem('ssh_key.create', third)).toMatchObject({
      code: 'quota-exceeded',
    });
    await deleteKey(other);
    await bench().expectOk('ssh_key.create', third);
  });

  test.each([
    [KEY.replace('ed25519', 'rsa'), 'it says ssh-rsa'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----', 'is a private key'],
  ])('is refused at its field: %s', async (public_key, message) => {
    const refused = await bench().expectProblem('ssh_key.create', { name: 'ann', public_key });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['public_key'], message: expect.stringContaining(message) }],
    });
  });

  test('is what a policy can decide about', async () => {
    await bench().expectOk('policy.create', {
      name: 'no-rsa',
      type: 'security',
      rule:
        'package novacron\n\nimport rego.v1\n\ndeny contains "Ed25519 only" if {\n' +
        '  input.resource.type == "ssh_key"\n' +
        '  not startswith(input.resource.public_key, "ssh-ed25519 ")\n}\n',
    });
    await makeKey('ann');
    const modulus = Buffer.alloc(257, 0x81);
    modulus[0] = 0;
    const parts = [Buffer.from('ssh-rsa'), Buffer.from([1, 0, 1]), modulus].map((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    });
    const public_key = `ssh-rsa ${Buffer.concat(parts).toString('base64')}`;
    const denied = await bench().expectProblem('ssh_key.create', { name: 'bob', public_key });
    expect(denied).toMatchObject({ code: 'policy-denied' });
    expect(denied.detail).toContain('Ed25519 only');
  });
});

describe('a VM with SSH keys', () => {
  test('has them and its own, each once, in a stable order', async () => {
    const ids = [await makeKey('ann'), await makeKey('bob', OTHER_KEY)];
    const vm = await makeVm(bench(), { ssh_keys: [THIRD_KEY, KEY], ssh_key_ids: ids.toReversed() });
    expect(vm.ssh_key_ids).toEqual(ids);
    expect(vm).not.toHaveProperty('given_ssh_keys');
    expect(await keysOf(vm)).toEqual([KEY, OTHER_KEY, THIRD_KEY]);
  });

  test('keeps a key that is deleted, through a change, a move and a restart', async () => {
    const [ann, bob] = [await makeKey('ann'), await makeKey('bob', OTHER_KEY)];
    const vm = await makeVm(bench(), { ssh_key_ids: [ann] });
    await deleteKey(ann);
    const renamed = await change(vm, { name: 'web-02' });
    expect(await keysOf(renamed)).toEqual([KEY]);
    const { operation } = await bench().expectOk('vm.migrate', { id: vm.id });
    await bench().end(operation);
    const moved = await bench().expectOk('vm.get', { id: vm.id });
    expect(moved.node).not.toBe(vm.node);
    expect(await keysOf(moved)).toEqual([KEY]);
    const both = await change(moved, { ssh_key_ids: [ann, bob] });
    expect(await keysOf(both)).toEqual([KEY, OTHER_KEY]);
    const one = await change(both, { ssh_key_ids: [bob] });
    expect(await keysOf(one)).toEqual([OTHER_KEY]);
    // What it has given back is not there any more.
    const again = await bench().expectProblem('vm.update', { id: vm.id, ssh_key_ids: [ann] });
    expect(again).toMatchObject({ code: 'reference-unknown', fields: [{ path: ['ssh_key_ids'] }] });
  });

  test('gets another key with a restart, and the ones before where that fails', async () => {
    const [ann, bob] = [await makeKey('ann'), await makeKey('bob', OTHER_KEY)];
    const vm = await makeVm(bench(), { ssh_key_ids: [ann] });
    await deleteKey(ann);
    const input = { id: vm.id, ssh_key_ids: [bob] };
    const preview = await bench().expectOk('admission.preview', { operation: 'vm.update', input });
    expect(preview.restarts).toEqual(['ssh_key_ids']);
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'configure', kind: 'fail-final' });
    }
    const { operation } = await bench().expectOk('vm.update', input);
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    const now = await bench().expectOk('vm.get', { id: vm.id });
    expect(now.ssh_key_ids).toEqual([ann]);
    const changed = await change(now, { password_wo: 'x', password_wo_version: 1 });
    expect(await keysOf(changed)).toEqual([KEY]);
  });

  test('is refused with an unknown key, and with one of another tenant', async () => {
    const tenant = await bench().expectOk('tenant.create', { name: 'other' });
    const principal = { ...bench().admin, tenantId: tenant.resource.id };
    const theirs = await bench().expectOk(
      'ssh_key.create',
      { name: 'x', public_key: KEY },
      { principal },
    );
    for (const id of [NOBODYS, theirs.resource.id]) {
      const refused = { ...SMALL_VM, ssh_key_ids: [id] };
      const problem = {
        code: 'reference-unknown',
        detail: `ssh_key_ids refers to the SSH key ${id}, which does not exist.`,
        fields: [{ path: ['ssh_key_ids'], message: `there is no SSH key ${id}` }],
      };
      expect(await bench().expectProblem('vm.create', refused)).toMatchObject(problem);
      const preview = { operation: 'vm.create', input: refused } as const;
      const { problems } = await bench().expectOk('admission.preview', preview);
      expect(problems).toMatchObject([{ code: problem.code, errors: problem.fields }]);
    }
  });
});

describe('a VM group with SSH keys', () => {
  const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

  test('gives them to its members, also to those that it gets after their deletion', async () => {
    const [ann, bob] = [await makeKey('ann'), await makeKey('bob', OTHER_KEY)];
    const vm = { ...SIZE, ssh_keys: [THIRD_KEY], ssh_key_ids: [ann] };
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm,
      min_size: 1,
      max_size: 3,
    });
    expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const { id } = made.resource;
    await deleteKey(ann);
    const scaled = await bench().expectOk('vm_group.scale', { id, size: 2 });
    expect(await bench().end(scaled.operation)).toMatchObject({ status: 'succeeded' });
    const keysOfMembers = async () => {
      const { items } = await bench().expectOk('vm.list', { sort: 'name' });
      return Promise.all(items.map(keysOf));
    };
    const keys = [KEY, THIRD_KEY];
    expect(await keysOfMembers()).toEqual([keys, keys]);
    const changed = await bench().expectOk('vm_group.update', {
      id,
      vm: { ...vm, ssh_key_ids: [bob] },
    });
    expect(await bench().end(changed.operation)).toMatchObject({ status: 'succeeded' });
    expect(await keysOfMembers()).toEqual([
      [OTHER_KEY, THIRD_KEY],
      [OTHER_KEY, THIRD_KEY],
    ]);
    const group = await bench().expectOk('vm_group.get', { id });
    expect(group.vm.ssh_key_ids).toEqual([bob]);
    expect(group).not.toHaveProperty('given_ssh_keys');
  });

  test('is refused with an unknown one, at its field', async () => {
    const group = { name: 'web', min_size: 1, max_size: 3 };
    const vm = { ...SIZE, ssh_key_ids: [NOBODYS] };
    const problem = { code: 'reference-unknown', fields: [{ path: ['vm', 'ssh_key_ids'] }] };
    expect(await bench().expectProblem('vm_group.create', { ...group, vm })).toMatchObject(problem);
    const made = await bench().expectOk('vm_group.create', { ...group, vm: SIZE });
    await bench().end(made.operation);
    const { id } = made.resource;
    expect(await bench().expectProblem('vm_group.update', { id, vm })).toMatchObject(problem);
  });
});
