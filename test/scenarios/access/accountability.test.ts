/** Audit of actions: actor, source address and credential; and lifetime of credentials. */
import { describe, expect, test } from '@jest/globals';
import { createApplication } from '@novacron/server/app/composition/create-application';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const HOUR_MS = 3_600_000;

describe('accountability', () => {
  const bench = useBench();

  async function principalOf(secret: string): Promise<Principal> {
    const found = await bench().application.authenticate(secret);
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  async function makeKey(
    name: string,
    more: { role?: string; person?: string; expires_in_hours?: number } = {},
  ) {
    const made = await bench().expectOk('api_key.create', { name, role: 'admin', ...more });
    return { ...made, as: { principal: await principalOf(made.secret) } };
  }

  const lastEntry = async () => (await bench().expectOk('audit.list', {})).items[0];

  /** A caller that an identity provider authenticated. */
  function session(more: Partial<Principal> = {}) {
    const expiresAtMs = bench().deps.clock.nowMs() + HOUR_MS;
    const name = 'oidc:alice';
    return { principal: { ...bench().admin, id: name, name, expiresAtMs, ...more } };
  }

  test('the entry about a new key says whose it is', async () => {
    await bench().expectOk('api_key.create', { name: 'laptop', role: 'viewer', person: 'ann' });
    expect(await lastEntry()).toMatchObject({
      operation: 'api_key.create',
      changes: { person: { was: null, is: 'ann' } },
    });
  });

  test('a key acts for the person it was made for, in whoami, entries and refusals', async () => {
    const { resource, as } = await makeKey('ci', { role: 'viewer', person: 'ann' });
    expect(await bench().expectOk('identity.whoami', {}, as)).toMatchObject({
      principal: 'ci',
      person: 'ann',
      expires_at: null,
    });
    const refused = await bench().expectProblem('vm.create', SMALL_VM, as);
    expect(refused.detail).toContain('your key ci of ann has the role viewer');
    expect(await lastEntry()).toMatchObject({
      principal: 'ci',
      key_id: resource.id,
      on_behalf_of: 'ann',
    });
  });

  test('an entry has the address and the key, whose name may come again', async () => {
    const first = await makeKey('ci', { role: 'operator' });
    await bench().expectOk(
      'volume.create',
      { name: 'a', size_gb: 1 },
      {
        ...first.as,
        clientAddress: '192.0.2.7',
      },
    );
    expect(await lastEntry()).toMatchObject({
      principal: 'ci',
      key_id: first.resource.id,
      client_address: '192.0.2.7',
    });
    await bench().expectOk('api_key.delete', { id: first.resource.id });
    const second = await makeKey('ci', { role: 'viewer' });
    await bench().expectProblem('vm.create', SMALL_VM, {
      ...second.as,
      clientAddress: '2001:db8::7',
    });
    expect(await lastEntry()).toMatchObject({
      principal: 'ci',
      outcome: 'forbidden',
      key_id: second.resource.id,
      client_address: '2001:db8::7',
    });
    const token = await bench().expectOk('token.create', {}, second.as);
    const by = { principal: await principalOf(token.secret) };
    await bench().expectProblem('vm.create', SMALL_VM, by);
    expect(await lastEntry()).toMatchObject({ key_id: second.resource.id });
    await bench().expectOk('audit.verify', {});
  });

  test('an address or a key cannot be taken out of an entry', async () => {
    const { store } = bench();
    const as = { clientAddress: '192.0.2.7' };
    await bench().expectOk('role.create', { name: 'reader', operations: ['*.get'] }, as);
    await bench().expectOk('audit.verify', {});
    const [row] = await store.read({ from: 'audit', where: { operation: 'role.create' } });
    const otherwise = { code: 'internal', detail: '', remedy: '', fields: [] } as const;
    for (const column of ['client_address', 'key_id'] as const) {
      const id = row?.id ?? '';
      await store.commit([
        { kind: 'update', table: 'audit', id, set: { [column]: null }, otherwise },
      ]);
      expect(await bench().expectProblem('audit.verify', {})).toMatchObject({
        code: 'audit-broken',
      });
      const set = { [column]: row?.[column] };
      await store.commit([{ kind: 'update', table: 'audit', id, set, otherwise }]);
      await bench().expectOk('audit.verify', {});
    }
  });

  test('a refused key is known by its first characters, anything else by nothing', async () => {
    const made = await makeKey('ci', { expires_in_hours: 1 });
    const prefix = made.secret.slice(0, 12);
    expect(made.resource.prefix).toBe(prefix);
    await bench().skip(HOUR_MS);
    const sender = { clientAddress: '192.0.2.7' };
    await bench().application.authenticate(made.secret, sender);
    expect(await lastEntry()).toMatchObject({
      operation: 'authenticate',
      principal: 'ci',
      principal_kind: 'api_key',
      key_id: made.resource.id,
      key_prefix: prefix,
      client_address: '192.0.2.7',
    });
    await bench().expectOk('api_key.delete', { id: made.resource.id });
    await bench().application.authenticate(made.secret, sender);
    expect(await lastEntry()).toMatchObject({
      principal: '',
      principal_kind: 'unknown',
      key_prefix: prefix,
    });
    const others = ['ncr_short', `hunter2-${'x'.repeat(40)}`, `ncr_${'y'.repeat(8000)}`, 'ncr_ü'];
    for (const secret of others) {
      await bench().application.authenticate(secret, sender);
      expect(await lastEntry()).not.toHaveProperty('key_prefix');
    }
    expect(JSON.stringify(await bench().store.read({ from: 'audit' }))).not.toContain(made.secret);
  });

  test('a failed login is a line of the log', async () => {
    const lines: unknown[] = [];
    const warn = (fields: object, message: string) => void lines.push({ ...fields, message });
    const logger = { ...bench().deps.logger, warn };
    const { application } = createApplication({ ...bench().deps, logger });
    const sender = { requestId: application.nextRequestId(), clientAddress: '192.0.2.7' };
    await application.authenticate(`ncr_${'a1b2c3d4'.repeat(5)}xyz`, sender);
    expect(lines).toEqual([
      {
        ...sender,
        principal: '',
        keyPrefix: 'ncr_a1b2c3d4',
        message: 'authentication failed',
      },
    ]);
  });

  test('a key says who created it, and when it was last used', async () => {
    const { deps } = bench();
    const made = await makeKey('ci', { role: 'viewer' });
    const read = async () => {
      const { items } = await bench().expectOk('api_key.list', {});
      return items.find(({ name }) => name === 'ci');
    };
    const firstMs = deps.clock.nowMs();
    expect(await read()).toMatchObject({
      created_by: 'admin',
      last_used_at: new Date(firstMs).toISOString(),
    });
    await bench().advance(60_000);
    await principalOf(made.secret);
    expect((await read())?.last_used_at).toBe(new Date(firstMs).toISOString());
    await bench().advance(300_000);
    const laterMs = deps.clock.nowMs();
    await principalOf(made.secret);
    expect((await read())?.last_used_at).toBe(new Date(laterMs).toISOString());
    const unused = await bench().expectOk('api_key.create', { name: 'new', role: 'viewer' });
    expect(unused.resource.last_used_at).toBeNull();
  });

  test.each([
    'platform',
    'Platform',
    'novacron',
    'anyone',
    'oidc',
    'break-glass',
    'server',
    'policy',
    'drift-remediator',
  ])('no new key is named %s', async (name) => {
    expect(await bench().expectProblem('api_key.create', { name, role: 'viewer' })).toMatchObject({
      code: 'validation-failed',
      detail: `The name ${name} is reserved for parts of NovaCron in the audit log.`,
      fields: [{ path: ['name'], message: 'is reserved' }],
    });
  });

  test('a key with an expiry makes none that outlives it, and neither does its token', async () => {
    const { as, resource } = await makeKey('for-a-day', { expires_in_hours: 24 });
    await bench().expectOk(
      'api_key.create',
      { name: 'a', role: 'viewer', expires_in_hours: 23 },
      as,
    );
    const own = await bench().expectOk('api_key.create', { name: 'b', role: 'viewer' }, as);
    expect(own.resource.expires_at).toBe(resource.expires_at);
    const longer = { name: 'c', role: 'viewer', expires_in_hours: 25 };
    expect(await bench().expectProblem('api_key.create', longer, as)).toMatchObject({
      code: 'forbidden',
      detail:
        'An API key cannot outlive the credential that creates it, which expires at ' +
        `${resource.expires_at}.`,
      fields: [{ path: ['expires_in_hours'] }],
    });
    expect(await bench().expectProblem('tenant.create', { name: 'research' }, as)).toMatchObject({
      code: 'forbidden',
      detail:
        'The first API key of a tenant does not expire, so it would outlive your credential, ' +
        `which expires at ${resource.expires_at}.`,
    });
    const token = await bench().expectOk('token.create', { expires_in_seconds: 600 });
    const by = { principal: await principalOf(token.secret) };
    const brief = await bench().expectOk('api_key.create', { name: 'd', role: 'viewer' }, by);
    expect(brief.resource.expires_at).toBe(token.resource.expires_at);
  });

  test('a session creates keys only with a permission that no pattern includes', async () => {
    const key = { name: 'k', role: 'viewer' };
    const refused = {
      code: 'forbidden',
      detail: expect.stringContaining('does not allow api_key.create_from_session'),
    };
    expect(await bench().expectProblem('api_key.create', key, session())).toMatchObject(refused);
    expect(await bench().expectProblem('tenant.create', { name: 'x' }, session())).toMatchObject(
      refused,
    );
    const token = await bench().expectOk('token.create', {}, session());
    // Nothing says whether the person may still do anything.
    expect(await bench().application.authenticate(token.secret)).toMatchObject({
      ok: false,
      error: { detail: expect.stringContaining('does not name the session') },
    });

    await bench().expectOk('role.create', { name: 'all', operations: ['*', 'api_key.*'] });
    await bench().expectOk('role.create', {
      name: 'issuer',
      operations: ['*', 'api_key.create_from_session'],
    });
    const { deps } = bench();
    const roles = await deps.store.read({ from: 'roles' });
    expect(roles.map(({ name }) => name).sort()).toEqual(['all', 'issuer']);
    const asRole = async (role: string) => {
      const made = await makeKey(`with-${role}`, { role });
      const { operations } = made.as.principal;
      return session({ role, ...(operations === undefined ? {} : { operations }) });
    };
    expect(await bench().expectProblem('api_key.create', key, await asRole('all'))).toMatchObject(
      refused,
    );
    const made = await bench().expectOk('api_key.create', key, await asRole('issuer'));
    expect(made.resource).toMatchObject({ created_by: 'oidc:alice', expires_at: null });
  });

  test('a session cannot give itself that permission', async () => {
    const operations = ['api_key.create_from_session'];
    const role = { name: 'issuer', operations };
    expect(await bench().expectProblem('role.create', role, session())).toMatchObject({
      code: 'forbidden',
      data: { missing: operations },
    });
    const mine = await bench().expectOk('role.create', { name: 'mine', operations: ['*'] });
    const change = { id: mine.resource.id, operations: ['*', ...operations] };
    expect(await bench().expectProblem('role.update', change, session())).toMatchObject({
      code: 'forbidden',
    });
    await bench().expectOk('role.update', change);
  });
});

describe('an idempotency key', () => {
  const bench = useBench();

  async function makeOperator(name: string, role = 'operator') {
    const made = await bench().expectOk('api_key.create', { name, role });
    const found = await bench().application.authenticate(made.secret);
    if (!found.ok) throw new Error(found.error.detail);
    return { principal: found.value };
  }

  const create = (name: string) => ({ name, size_gb: 1, idempotency_key: `deployment/${name}` });
  const listed = async () => {
    const { items } = await bench().expectOk('idempotency.list', { prefix: 'deployment/' });
    return items.map(({ id }) => id);
  };

  test('is released by its creator or an admin, and by no other principal', async () => {
    const [ann, bob] = [await makeOperator('ann'), await makeOperator('bob')];
    await bench().expectOk('volume.create', create('a'), ann);
    const keys = ['deployment/a'];
    expect(await bench().expectProblem('idempotency.confirm', { keys }, bob)).toMatchObject({
      code: 'forbidden',
      detail: 'The idempotency key deployment/a was created by another principal.',
    });
    const refusals = async () => {
      const { items } = await bench().expectOk('audit.list', { outcome: ['forbidden'] });
      return items.map(({ principal, operation }) => [principal, operation]);
    };
    expect(await refusals()).toEqual([['bob', 'idempotency.confirm']]);
    expect(await listed()).toEqual(keys);
    await bench().expectOk('volume.create', create('b'), bob);
    // A client that acknowledges a whole deployment is not stopped by the keys of others.
    const both = ['deployment/a', 'deployment/b', 'deployment/unknown'];
    expect(await bench().expectOk('idempotency.confirm', { keys: both }, bob)).toEqual({
      confirmed: 1,
      refused: ['deployment/a'],
    });
    expect(await refusals()).toHaveLength(2);
    expect(await listed()).toEqual(keys);
    const token = await bench().expectOk('token.create', {}, ann);
    const found = await bench().application.authenticate(token.secret);
    if (!found.ok) throw new Error(found.error.detail);
    const byToken = { principal: found.value };
    expect(await bench().expectOk('idempotency.confirm', { keys }, byToken)).toMatchObject({
      confirmed: 1,
    });
    await bench().expectOk('volume.create', create('c'), ann);
    expect(await bench().expectOk('idempotency.confirm', { keys: ['deployment/c'] })).toMatchObject(
      { confirmed: 1 },
    );
  });

  test('is released by a role with the permission, and by anyone where it is old', async () => {
    const operations = ['volume.*', 'idempotency.confirm_any'];
    await bench().expectOk('role.create', { name: 'pipelines', operations });
    const [ann, pipeline] = [await makeOperator('ann'), await makeOperator('ci', 'pipelines')];
    await bench().expectOk('volume.create', create('a'), ann);
    const keys = ['deployment/a'];
    expect(await bench().expectOk('idempotency.confirm', { keys }, pipeline)).toMatchObject({
      confirmed: 1,
    });
    await bench().expectOk('volume.create', create('b'), ann);
    const { store } = bench();
    const [row] = await store.read({ from: 'idempotency_keys' });
    const otherwise = { code: 'internal', detail: '', remedy: '', fields: [] } as const;
    await store.commit([
      {
        kind: 'update',
        table: 'idempotency_keys',
        id: row?.id ?? '',
        set: { created_by: null },
        otherwise,
      },
    ]);
    const bob = await makeOperator('bob');
    const old = { keys: ['deployment/b'] };
    expect(await bench().expectOk('idempotency.confirm', old, bob)).toMatchObject({ confirmed: 1 });
  });
});
