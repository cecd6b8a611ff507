/** A tenant can always issue API keys: the last key that may create others stays. */
import { describe, expect, test } from '@jest/globals';
import { ApiKeyId, RoleId, TenantId } from '@novacron/contract/ids';
import {
  operationsOfPatterns,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import fc from 'fast-check';
import { useBench } from '../test-kit/use-bench.ts';

type StepOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Step> ? Step : never;

const HOUR_MS = 3_600_000;

describe('the last key that may create others', () => {
  const bench = useBench();

  async function makeKey(name: string, role: string, more: { expires_in_hours?: number } = {}) {
    const made = await bench().expectOk('api_key.create', { name, role, ...more });
    const found = await bench().application.authenticate(made.secret);
    if (!found.ok) throw new Error(found.error.detail);
    return { id: made.resource.id, as: { principal: found.value } };
  }

  /** The key of the first start, with which the bench calls. */
  async function firstKey(): Promise<string> {
    const { items } = await bench().expectOk('api_key.list', {});
    return items.find(({ name }) => name === 'admin')?.id ?? '';
  }

  test('is not deleted, not even by itself', async () => {
    await makeKey('reader', 'viewer');
    expect(await bench().expectProblem('api_key.delete', { id: await firstKey() })).toMatchObject({
      code: 'in-use',
      detail:
        'The key admin is the last one that may create API keys: without it, no key can be ' +
        'created.',
    });
    await bench().expectOk('api_key.list', {});
  });

  test('may go once there is another one that does not expire', async () => {
    const id = await firstKey();
    await makeKey('for-an-hour', 'admin', { expires_in_hours: 1 });
    expect(await bench().expectProblem('api_key.delete', { id })).toMatchObject({
      code: 'in-use',
      detail:
        'The key admin is the last one without an expiry that may create API keys: without it, ' +
        'no key can be created.',
    });
    const second = await makeKey('second', 'admin');
    await bench().expectOk('api_key.delete', { id }, second.as);
    await bench().skip(HOUR_MS);
    await bench().expectOk('api_key.create', { name: 'third', role: 'admin' }, second.as);
  });

  test('is one of two that delete each other at the same time', async () => {
    const id = await firstKey();
    const second = await makeKey('second', 'admin');
    const answers = await Promise.all([
      bench().call('api_key.delete', { id: second.id }),
      bench().call('api_key.delete', { id }, second.as),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(codes).toEqual(['in-use']);
  });

  test('keeps its right when its role is changed', async () => {
    const role = await bench().expectOk('role.create', { name: 'keeper', operations: ['*'] });
    const keeper = await makeKey('keeper', 'keeper');
    await bench().expectOk('api_key.delete', { id: await firstKey() }, keeper.as);
    const { id } = role.resource;
    const change = { id, operations: ['*.get', '*.list', 'role.update', 'api_key.delete'] };
    expect(await bench().expectProblem('role.update', change, keeper.as)).toMatchObject({
      code: 'in-use',
      detail:
        'A key of role keeper is the last one that may create API keys: without it, no key can ' +
        'be created.',
    });
    await bench().expectOk('role.update', { id, operations: ['*'] }, keeper.as);
  });

  test('cannot be deleted by those who could not have created it', async () => {
    await bench().expectOk('role.create', { name: 'keys-only', operations: ['api_key.*'] });
    const clerk = await makeKey('clerk', 'keys-only');
    const second = await makeKey('second', 'admin');
    expect(
      await bench().expectProblem('api_key.delete', { id: second.id }, clerk.as),
    ).toMatchObject({
      code: 'forbidden',
      detail: expect.stringMatching(/^The key second allows operations that you may not call; /),
    });
    const own = await makeKey('own', 'keys-only');
    await bench().expectOk('api_key.delete', { id: own.id }, clerk.as);
  });

  test('with all rights stays, though a key with few of them may create others', async () => {
    await bench().expectOk('role.create', { name: 'keys-only', operations: ['api_key.*'] });
    const clerk = await makeKey('clerk', 'keys-only');
    const id = await firstKey();
    expect(await bench().expectProblem('api_key.delete', { id })).toMatchObject({
      code: 'in-use',
      detail:
        'The key admin is the last one with all rights that may create API keys: without it, no ' +
        'key with all rights can be created.',
    });
    await bench().expectOk('api_key.delete', { id: clerk.id });
  });

  test('is guarded against a role that loses the right while a key takes it up', async () => {
    const { id: roleId } = (
      await bench().expectOk('role.create', { name: 'keeper', operations: ['*'] })
    ).resource;
    // The role has no holder when the change is decided, and one by the time of its commit.
    const { store } = bench().deps;
    const commit = store.commit.bind(store);
    let isFirst = true;
    const racing = {
      ...bench().deps,
      store: {
        ...store,
        read: store.read.bind(store),
        snapshot: store.snapshot.bind(store),
        count: store.count.bind(store),
        commit: async (changes: Parameters<typeof commit>[0]) => {
          const isRole = changes.some((each) => each.kind === 'update' && each.table === 'roles');
          if (isFirst && isRole) {
            isFirst = false;
            const keeper = await makeKey('keeper', 'keeper');
            await bench().expectOk('api_key.delete', { id: await firstKey() }, keeper.as);
          }
          return commit(changes);
        },
      },
    };
    const { application } = createApplication(racing);
    const answer = await application.call(
      'role.update',
      { id: roleId, operations: ['vm.*'] },
      {
        principal: bench().admin,
        requestId: application.nextRequestId(),
        client: 'rest',
        deployment: 'default',
        signal: new AbortController().signal,
        request: beginRequest(),
      },
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'in-use' } });
    const { items } = await bench().expectOk('role.list', { name: 'keeper' });
    expect(items).toMatchObject([{ operations: ['*'] }]);
  });

  test('does not keep changes of different roles from being made at once', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const made = await Promise.all(
      names.map((name) => bench().expectOk('role.create', { name, operations: ['vm.*'] })),
    );
    const answers = await Promise.all(
      made.map(({ resource: { id } }) =>
        bench().call('role.update', { id, operations: ['*.get'] }),
      ),
    );
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  test('is kept for the first tenant by its feature and its quota', async () => {
    const [tenant] = (await bench().expectOk('tenant.list', {})).items;
    const id = tenant?.id ?? (await bench().expectOk('identity.whoami', {})).tenant;
    for (const [change, path] of [
      [{ features: { api_keys: false } }, ['features', 'api_keys']],
      [{ quotas: { api_keys: 0 } }, ['quotas', 'api_keys']],
      [{ quotas: { api_keys: 1 } }, ['quotas', 'api_keys']],
    ] as const) {
      const input = { id: TenantId.parse(id), ...change };
      expect(await bench().expectProblem('tenant.update', input)).toMatchObject({
        code: 'validation-failed',
        fields: [{ path }],
      });
    }
    const fine = { features: { graphql: false, api_keys: null }, quotas: { api_keys: 2 } };
    await bench().expectOk('tenant.update', { id: TenantId.parse(id), ...fine });
  });

  test('is there after any sequence of writes by several admins at once', async () => {
    const roles = ['admin', 'keeper', 'viewer', 'clerk'];
    const patterns = [['*'], ['api_key.*'], ['vm.*'], ['*', 'api_key.create_from_session']];
    const pick = fc.nat(9);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('create' as const), role: pick, hours: pick }),
      fc.record({ kind: fc.constant('delete' as const), key: pick }),
      fc.record({ kind: fc.constant('change' as const), role: pick, patterns: pick }),
      fc.record({ kind: fc.constant('quota' as const), left: pick }),
      fc.record({ kind: fc.constant('drop' as const), role: pick }),
    );
    const at = <T>(list: readonly T[], index: number) => list[index % Math.max(1, list.length)];
    let made = 0;
    const customRoles = async () =>
      (await bench().store.read({ from: 'roles' })).map(({ id }) => id);

    async function run(each: StepOf<typeof step>): Promise<unknown> {
      const keys = await bench().store.read({ from: 'api_keys' });
      switch (each.kind) {
        case 'create':
          made += 1;
          return bench().call('api_key.create', {
            name: `k${made}`,
            role: at(roles, each.role) ?? 'admin',
            ...(each.hours % 2 === 0 ? {} : { expires_in_hours: 1 }),
          });
        case 'delete':
          return bench().call('api_key.delete', {
            id: ApiKeyId.parse(at(keys, each.key)?.id),
          });
        case 'change': {
          const id = at(await customRoles(), each.role);
          const operations = [...(at(patterns, each.patterns) ?? ['*'])];
          return id && bench().call('role.update', { id: RoleId.parse(id), operations });
        }
        case 'drop': {
          const id = at(await customRoles(), each.role);
          return id && bench().call('role.delete', { id: RoleId.parse(id) });
        }
        case 'quota': {
          const { tenantId: id } = bench().admin;
          const api_keys = each.left % 3 === 0 ? null : each.left;
          return bench().call('tenant.update', { id, quotas: { api_keys } });
        }
      }
    }

    /** A key that never expires and may create keys, as the store says. */
    async function canIssue(): Promise<boolean> {
      const keys = await bench().store.read({ from: 'api_keys' });
      const rows = await bench().store.read({ from: 'roles' });
      return keys.some(({ role, expires_at_ms }) => {
        const custom = rows.find(({ name }) => name === role);
        const allowed =
          custom === undefined
            ? operationsOfRole(role)
            : operationsOfPatterns(JSON.parse(custom.operations_json));
        return expires_at_ms === null && allowed.has('api_key.create');
      });
    }

    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 })), async (rounds) => {
        for (const name of ['keeper', 'clerk']) {
          await bench().call('role.create', { name, operations: ['*'] });
        }
        for (const round of rounds) {
          await Promise.all(round.map(run));
          expect(await canIssue()).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });
});
