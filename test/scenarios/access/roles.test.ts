import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Application } from '@novacron/server/app/composition/application';
import { createApplication } from '@novacron/server/app/composition/create-application';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

describe('roles of a tenant', () => {
  const bench = useBench();

  async function principalOf(
    secret: string,
    application: Application = bench().application,
  ): Promise<Principal> {
    const found = await application.authenticate(secret);
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  async function makeRole(name: string, operations: string[]) {
    return (await bench().expectOk('role.create', { name, operations })).resource;
  }

  /** A key with a role, and its principal. */
  async function holderOf(role: string, name = `key-of-${role}`) {
    const made = await bench().expectOk('api_key.create', { name, role });
    return { ...made, as: { principal: await principalOf(made.secret) } };
  }

  test('a role allows what its patterns mean, and no more', async () => {
    const role = await makeRole('deployer', ['network.*', '*.list', 'operation.wait']);
    expect(role).toMatchObject({
      built_in: false,
      operations: ['network.*', '*.list', 'operation.wait'],
    });
    expect(role.allowed).toEqual(
      expect.arrayContaining(['network.delete', 'vm.list', 'operation.wait', 'identity.whoami']),
    );
    const { as } = await holderOf('deployer');
    await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' }, as);
    await bench().expectOk('audit.list', {}, as);
    expect(await bench().expectOk('identity.whoami', {}, as)).toMatchObject({ role: 'deployer' });
    expect(await bench().expectProblem('vm.create', SMALL_VM, as)).toMatchObject({
      code: 'forbidden',
      detail: 'Your role deployer does not allow vm.create.',
      remedy: 'Ask an admin to add it to the role, or use an API key with another role.',
    });
  });

  test('the three built-in roles are listed first, shown, and stay', async () => {
    await makeRole('deployer', ['vm.*']);
    const { items } = await bench().expectOk('role.list', {});
    expect(items.map(({ name, built_in }) => [name, built_in])).toEqual([
      ['admin', true],
      ['operator', true],
      ['viewer', true],
      ['deployer', false],
    ]);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bench().expectOk('role.list', { limit: 2, cursor });
      paged.push(...page.items.map(({ name }) => name));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(['admin', 'operator', 'viewer', 'deployer']);
    const [admin, , viewer] = items;
    const id = viewer?.id ?? bench().deps.ids.next('role');
    expect(await bench().expectOk('role.get', { id })).toMatchObject({ name: 'viewer' });
    expect(admin?.operations).toEqual(['*']);
    for (const name of ['role.update', 'role.delete'] as const) {
      expect(await bench().expectProblem(name, { id })).toMatchObject({
        code: 'validation-failed',
        detail: 'The role viewer is built in: it cannot be changed or deleted.',
      });
    }
    for (const name of ['viewer', 'deployer']) {
      const input = { name, operations: ['vm.get'] };
      expect(await bench().expectProblem('role.create', input)).toMatchObject({
        code: 'name-taken',
        detail: `A role named ${name} exists already.`,
      });
    }
  });

  test('a pattern that means nothing is refused with what was meant', async () => {
    const input = { name: 'r', operations: ['vm.get', 'vm.crate', 'volumes.*', 'zebra.stripe'] };
    expect(await bench().expectProblem('role.create', input)).toMatchObject({
      code: 'validation-failed',
      detail: 'No operation matches vm.crate, volumes.*, zebra.stripe.',
      remedy: 'Did you mean vm.create?',
      fields: [
        { path: ['operations', 1], message: 'matches no operation; did you mean vm.create?' },
        { path: ['operations', 2], message: 'matches no operation; did you mean volume.*?' },
        { path: ['operations', 3], message: 'matches no operation' },
      ],
    });
    // A permission that is given by its whole name only: its pattern matches nothing.
    for (const pattern of ['*.ask_for_others', '*.ask_for_other']) {
      const partial = { name: 'r', operations: [pattern] };
      expect((await bench().expectProblem('role.create', partial)).fields).toEqual([
        { path: ['operations', 0], message: 'matches no operation' },
      ]);
    }
    const shapeless = { name: 'r', operations: ['VM create'] };
    expect(await bench().expectProblem('role.create', shapeless)).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['operations', 0], message: expect.stringContaining('NOUN.VERB') }],
    });
  });

  test('a principal cannot grant more than it has, whichever way it tries', async () => {
    const strong = await makeRole('strong', ['vm.*']);
    await makeRole('clerk', ['role.*', 'api_key.create', 'token.create', 'vm.get']);
    const { as } = await holderOf('clerk');
    const tries = [
      [
        'role.create',
        { name: 'r', operations: ['vm.delete'] },
        /A role cannot allow operations .* vm\.delete/,
      ],
      ['role.create', { name: 'r', operations: ['*'] }, /and \d+ more/],
      ['role.update', { id: strong.id, operations: ['vm.get'] }, /does not allow vm\./],
      ['api_key.create', { name: 'k', role: 'admin' }, /An API key cannot allow operations/],
      ['api_key.create', { name: 'k', role: 'strong' }, /vm\.create/],
      ['token.create', { role: 'viewer' }, /A token cannot have more rights/],
    ] as const;
    for (const [name, input, detail] of tries) {
      const found = await bench().expectProblem(name, input as InputOf<'token.create'>, as);
      expect([name, found.code]).toEqual([name, 'forbidden']);
      expect(found.detail).toMatch(detail);
    }
    await bench().expectOk('role.create', { name: 'reader', operations: ['vm.get'] }, as);
    await bench().expectOk('api_key.create', { name: 'k', role: 'reader' }, as);
    const { items } = await bench().expectOk('audit.list', { limit: tries.length + 2 });
    expect(items.filter(({ outcome }) => outcome === 'forbidden')).toHaveLength(tries.length);
    const operator = { principal: { ...bench().admin, role: 'operator' } };
    expect(
      await bench().expectProblem('role.create', { name: 'r2', operations: ['vm.get'] }, operator),
    ).toMatchObject({ code: 'forbidden' });
  });

  test('a role that does not exist is refused with the nearest name', async () => {
    await makeRole('deployer', ['vm.*']);
    for (const [role, remedy] of [
      ['deploier', 'Did you mean deployer? novacron role list shows all.'],
      ['zzzz', 'Use admin, operator, viewer or a role of the tenant: novacron role list.'],
    ] as const) {
      const found = await bench().expectProblem('api_key.create', { name: 'k', role });
      expect(found).toMatchObject({
        code: 'reference-unknown',
        detail: `The tenant has no role named ${role}.`,
        remedy,
        fields: [{ path: ['role'] }],
      });
    }
    expect(await bench().expectProblem('token.create', { role: 'zzzz' })).toMatchObject({
      code: 'reference-unknown',
    });
  });

  test('a change counts with the next call, on every server, also for tokens', async () => {
    const role = await makeRole('deployer', ['vm.*', 'network.list', 'token.create']);
    const { secret, as } = await holderOf('deployer');
    const token = await bench().expectOk('token.create', {}, as);
    const fewer = await bench().expectOk('token.create', { role: 'deployer' }, as);
    const other = createApplication(bench().deps);
    expect((await principalOf(secret, other.application)).operations?.has('vm.list')).toBe(true);
    await bench().expectOk('role.update', { id: role.id, operations: ['network.list'] });
    for (const credential of [secret, token.secret, fewer.secret]) {
      for (const application of [bench().application, other.application]) {
        const found = await principalOf(credential, application);
        expect(found.operations?.has('vm.list')).toBe(false);
        expect(found.operations?.has('network.list')).toBe(true);
      }
    }
    other.executor.stop();
    await other.relay.stop();
  });

  test('a token of a smaller role does not outgrow what its maker may do later', async () => {
    const wide = await makeRole('wide', ['*.list', 'token.create']);
    await makeRole('narrow', ['vm.list', 'network.list']);
    const { as } = await holderOf('wide');
    const { secret } = await bench().expectOk('token.create', { role: 'narrow' }, as);
    const fewer = { id: wide.id, operations: ['network.list'] };
    await bench().expectOk('role.update', fewer);
    const found = await principalOf(secret);
    expect([found.role, found.operations?.has('vm.list')]).toEqual(['narrow', false]);
    expect(found.operations?.has('network.list')).toBe(true);
  });

  test('a role in use stays and says by whom; tokens of a deleted one end with it', async () => {
    const role = await makeRole('deployer', ['vm.*']);
    const keys = [await holderOf('deployer', 'ci'), await holderOf('deployer', 'cd')];
    expect(await bench().expectProblem('role.delete', { id: role.id })).toMatchObject({
      code: 'in-use',
      detail: 'The role deployer cannot be deleted: these API keys use it: ci, cd.',
      data: { api_keys: ['ci', 'cd'] },
    });
    const { secret } = await bench().expectOk('token.create', { role: 'deployer' });
    for (const { resource } of keys) await bench().expectOk('api_key.delete', { id: resource.id });
    await bench().expectOk('role.delete', { id: role.id });
    const refused = {
      ok: false,
      error: { detail: 'No group mapping gives the holder of the token a role on this server.' },
    };
    expect(await bench().application.authenticate(secret)).toMatchObject(refused);
    // Another role of the same name is not the one that the token was given.
    await makeRole('deployer', ['*']);
    expect(await bench().application.authenticate(secret)).toMatchObject(refused);
    const { items } = await bench().expectOk('audit.list', { resource_id: role.id });
    expect(items).toMatchObject([
      { operation: 'role.delete', outcome: 'done' },
      { operation: 'role.delete', outcome: 'in-use' },
      {
        operation: 'role.create',
        outcome: 'done',
        changes: { operations: { was: null, is: ['vm.*'] } },
      },
    ]);
  });

  test('a role and a key of it cannot miss each other', async () => {
    const role = await makeRole('deployer', ['vm.*']);
    const [removed, made] = await Promise.all([
      bench().call('role.delete', { id: role.id }),
      bench().call('api_key.create', { name: 'ci', role: 'deployer' }),
    ]);
    expect([removed.ok, made.ok].filter(Boolean)).toHaveLength(1);
  });

  test('a change is guarded by the revision that was read', async () => {
    const { id } = await makeRole('deployer', ['vm.*']);
    const changed = await bench().expectOk('role.update', {
      id,
      if_revision: 1,
      description: 'CI',
    });
    expect(changed.resource).toMatchObject({
      description: 'CI',
      revision: 2,
      operations: ['vm.*'],
    });
    for (const name of ['role.update', 'role.delete'] as const) {
      expect(await bench().expectProblem(name, { id, if_revision: 1 })).toMatchObject({
        code: 'revision-mismatch',
        detail: 'The role deployer is at revision 2, not 1.',
      });
    }
  });

  test('policies see the name of the role, and decide over roles', async () => {
    await makeRole('deployer', ['network.*', 'role.create', 'vm.get']);
    const rule = 'package p\n\ndeny contains "not deployers" if input.subject.role == "deployer"\n';
    const made = await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const { as } = await holderOf('deployer');
    for (const [name, input] of [
      ['network.create', { name: 'n', cidr: '10.0.0.0/16' }],
      ['role.create', { name: 'r', operations: ['vm.get'] }],
    ] as const) {
      const found = await bench().expectProblem(name, input as InputOf<'network.create'>, as);
      expect(found).toMatchObject({ code: 'policy-denied' });
      expect(found.detail).toContain('not deployers');
    }
    await bench().expectOk('policy.delete', { id: made.resource.id });
  });

  test('roles of another tenant do not exist here', async () => {
    const role = await makeRole('deployer', ['vm.*']);
    const { secret } = await bench().expectOk('tenant.create', { name: 'other' });
    const as = { principal: await principalOf(secret ?? '') };
    for (const name of ['role.get', 'role.update', 'role.delete'] as const) {
      expect(await bench().expectProblem(name, { id: role.id }, as)).toMatchObject({
        code: 'not-found',
        detail: `No role found with the id ${role.id}.`,
      });
    }
    expect(
      await bench().expectProblem('api_key.create', { name: 'k', role: 'deployer' }, as),
    ).toMatchObject({ code: 'reference-unknown' });
    expect((await bench().expectOk('role.list', {}, as)).items).toHaveLength(3);
  });
});
