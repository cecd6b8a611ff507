import { describe, expect, test } from '@jest/globals';
import type { Role } from '@novacron/contract/access/identity';
import { SECRET_VERSIONS_MAX } from '@novacron/contract/access/secret';
import { keysOf } from '@novacron/contract/closed-table';
import type { SecretId } from '@novacron/contract/ids';
import { operationNames } from '@novacron/contract/operations-table/operations';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { useBench } from '../test-kit/use-bench.ts';

const VALUE = 'correct-horse-battery-staple';
const NEXT = 'another-horse-another-staple';

describe('secrets', () => {
  const bench = useBench();

  function as(role: Role) {
    return { principal: { ...bench().admin, name: role, role } };
  }

  async function makeSecret(more: object = {}) {
    const input = { name: 'mail', value: VALUE, ...more };
    return (await bench().expectOk('secret.create', input)).resource;
  }

  async function versionsOf(id: SecretId) {
    const { items } = await bench().expectOk('secret.versions', { id });
    return items.map(({ version, state }) => [version, state]);
  }

  /** The rows of all tables except the one that values belong in. */
  async function everyOtherRow(): Promise<string> {
    const others = keysOf(ROW_OF_EACH_TABLE).filter((from) => from !== 'secret_versions');
    return JSON.stringify(await Promise.all(others.map((from) => bench().store.read({ from }))));
  }

  test('a value is stored in its version, and is in no answer and no other row', async () => {
    const scope = { workflows: ['nightly'], runner_labels: [], hosts: ['smtp.example.com:587'] };
    const made = await makeSecret({ allowed: scope, description: 'the mail server' });
    expect(made).toMatchObject({ name: 'mail', version: 1, allowed: scope, created_by: 'admin' });
    const { id } = made;
    const rotated = await bench().expectOk('secret.update', { id, value: NEXT });
    const answers = [
      made,
      rotated,
      await bench().expectOk('secret.get', { id }),
      await bench().expectOk('secret.list', {}),
      await bench().expectOk('secret.versions', { id }),
      await bench().expectProblem('secret.create', { name: 'mail', value: VALUE }),
      await bench().expectProblem('secret.update', { id, value: NEXT, if_revision: 1 }),
      await bench().expectOk('audit.list', {}),
      await everyOtherRow(),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/horse/);
    const stored = await bench().store.read({ from: 'secret_versions' });
    expect(stored.map(({ value_sealed }) => value_sealed)).toEqual([VALUE, NEXT]);
  });

  test('a change without a value is no version, and the audit log says what changed', async () => {
    const { id } = await makeSecret();
    const allowed = { workflows: [], runner_labels: ['dmz'], hosts: [] };
    const { resource } = await bench().expectOk('secret.update', { id, allowed });
    expect(resource).toMatchObject({ version: 1, revision: 2, allowed });
    await bench().expectOk('secret.update', { id, value: NEXT });
    const { items } = await bench().expectOk('audit.list', { operation: ['secret.update'] });
    expect(items.map(({ changes }) => changes)).toEqual(
      expect.arrayContaining([
        { version: { was: 1, is: 2 } },
        { allowed: { was: { workflows: [], runner_labels: [], hosts: [] }, is: allowed } },
      ]),
    );
  });

  test('the value of an earlier version is erased, and the current one is not alone', async () => {
    const { id } = await makeSecret();
    await bench().expectOk('secret.update', { id, value: NEXT });
    await bench().expectOk('secret.delete', { id, only_version: 1 });
    await bench().expectOk('secret.delete', { id, only_version: 1 });
    expect(await versionsOf(id)).toEqual([
      [1, 'deleted'],
      [2, 'current'],
    ]);
    const stored = await bench().store.read({ from: 'secret_versions' });
    expect(stored.map(({ value_sealed }) => value_sealed)).toEqual([null, NEXT]);
    expect(await bench().expectProblem('secret.delete', { id, only_version: 2 })).toMatchObject({
      code: 'in-use',
      detail: 'Version 2 of the secret mail is current, so it cannot be erased.',
    });
    expect(await bench().expectProblem('secret.delete', { id, only_version: 7 })).toMatchObject({
      code: 'not-found',
      detail: 'The secret mail has no version 7; it has 1, 2.',
    });
  });

  test('a deleted secret leaves no value, and its name stands for another one', async () => {
    const { id } = await makeSecret();
    await bench().expectOk('secret.update', { id, value: NEXT });
    await bench().expectOk('secret.delete', { id });
    expect(await bench().store.read({ from: 'secret_versions' })).toEqual([]);
    expect(await bench().expectProblem('secret.versions', { id })).toMatchObject({
      code: 'not-found',
      detail: `No secret found with the id ${id}.`,
    });
    const again = await makeSecret();
    expect(again.id).not.toBe(id);
    const [quota] = await bench().store.read({ from: 'tenant_quotas' });
    expect(quota?.secrets_used).toBe(1);
  });

  test('versions beyond the limit are deleted, the oldest first', async () => {
    const { id } = await makeSecret();
    for (let count = 0; count < SECRET_VERSIONS_MAX; count += 1) {
      await bench().expectOk('secret.update', { id, value: `${VALUE}-${count}` });
    }
    const versions = await versionsOf(id);
    expect(versions.map(([version]) => version)).toEqual(
      Array.from({ length: SECRET_VERSIONS_MAX }, (_, index) => index + 2),
    );
  });

  test('rotations at the same time are versions one after the other', async () => {
    const { id } = await makeSecret();
    const values = ['a', 'b', 'c', 'd'];
    await Promise.all(values.map((value) => bench().expectOk('secret.update', { id, value })));
    const stored = await bench().store.read({ from: 'secret_versions' });
    expect(stored.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    expect(stored.slice(1).map(({ value_sealed }) => value_sealed)).toEqual(
      expect.arrayContaining(values),
    );
  });

  test('an operator lists secrets, and only an admin writes them', async () => {
    const { id } = await makeSecret();
    await bench().expectOk('secret.list', {}, as('operator'));
    for (const [name, input] of [
      ['secret.create', { name: 'other', value: VALUE }],
      ['secret.update', { id, value: NEXT }],
      ['secret.delete', { id }],
    ] as const) {
      expect(await bench().expectProblem(name, input, as('operator'))).toMatchObject({
        code: 'forbidden',
      });
    }
    const names = operationNames().filter((name) => name.startsWith('secret.'));
    expect(names).toHaveLength(6);
    expect(await bench().expectProblem('secret.list', {}, as('viewer'))).toMatchObject({
      code: 'forbidden',
    });
  });

  test('quota, name and form are checked, and no refusal repeats the value', async () => {
    const { tenantId } = bench().admin;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { secrets: 1 } });
    await makeSecret();
    const refusals = [
      await bench().expectProblem('secret.create', { name: 'more', value: VALUE }),
      await bench().expectProblem('secret.create', { name: 'mail', value: VALUE }),
      await bench().expectProblem('secret.create', {
        name: 'hosts',
        value: VALUE,
        allowed: { hosts: ['https://example.com'] },
      }),
      await bench().expectProblem('secret.create', { name: 'long', value: VALUE.repeat(9_999) }),
    ];
    expect(refusals.map(({ code }) => code)).toEqual([
      'quota-exceeded',
      'name-taken',
      'validation-failed',
      'validation-failed',
    ]);
    expect(JSON.stringify(refusals)).not.toMatch(/horse/);
  });

  test('a policy is asked without the value', async () => {
    const rule =
      'package p\n\ndeny contains json.marshal(input) if input.action == "create_secret"\n';
    const policy = { name: 'P', type: 'resource', enforcement_mode: 'block', rule } as const;
    await bench().expectOk('policy.create', policy);
    const input = { name: 'mail', value: VALUE, description: 'the mail server' };
    const refused = await bench().expectProblem('secret.create', input);
    expect(refused).toMatchObject({ code: 'policy-denied' });
    expect(JSON.stringify(refused)).toContain('the mail server');
    expect(JSON.stringify(refused)).not.toMatch(/horse/);
  });

  test('a deleted tenant takes its secrets along', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const input = { name: 'mail', value: VALUE };
    await bench().expectOk('secret.create', input, { principal: found.value });
    await bench().expectOk('tenant.delete', { id: made.resource.id });
    expect(await bench().store.read({ from: 'secrets' })).toEqual([]);
    expect(await bench().store.read({ from: 'secret_versions' })).toEqual([]);
  });
});
