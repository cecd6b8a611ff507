/** Operators of NovaCron issue, list and revoke API keys of other tenants. */
import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { useBench } from '../test-kit/use-bench.ts';

describe('an API key for another tenant', () => {
  const bench = useBench();

  async function principalOf(secret: string) {
    const found = await bench().application.authenticate(secret);
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  async function makeTenant(more: Partial<InputOf<'tenant.create'>> = {}) {
    const made = await bench().expectOk('tenant.create', { name: 'research', ...more });
    return { ...made, as: { principal: await principalOf(made.secret ?? '') } };
  }

  test('is issued by its name or id, and works there alone', async () => {
    const tenant = await makeTenant();
    const key = { name: 'rescue', role: 'admin' };
    const made = await bench().expectOk('api_key.create', { ...key, tenant: 'research' });
    expect(made.resource).toMatchObject({
      tenant_id: tenant.resource.id,
      created_by: 'platform:admin',
    });
    const principal = await principalOf(made.secret);
    expect(principal).toMatchObject({ tenantId: tenant.resource.id, role: 'admin' });
    await bench().expectOk('api_key.delete', { id: String(tenant.api_key?.id) }, { principal });
    expect(
      await bench().expectProblem('tenant.create', { name: 'x' }, { principal }),
    ).toMatchObject({
      code: 'forbidden',
    });
    const second = await bench().expectOk('api_key.create', {
      ...key,
      name: 'second',
      tenant: tenant.resource.id,
    });
    expect(second.resource.tenant_id).toBe(tenant.resource.id);
  });

  test('is listed and revoked by operators, under the rule of the last one', async () => {
    const id = String((await makeTenant()).api_key?.id);
    const tenant = 'research';
    const made = await bench().expectOk('api_key.create', { name: 'b', role: 'admin', tenant });
    const { items } = await bench().expectOk('api_key.list', { tenant });
    expect(items.map(({ name }) => name)).toEqual(['admin', 'b']);
    expect((await bench().expectOk('api_key.list', {})).items).toHaveLength(1);
    // A key of another tenant is found only where its tenant is named.
    expect(await bench().expectProblem('api_key.delete', { id })).toMatchObject({
      code: 'not-found',
    });
    await bench().expectOk('api_key.delete', { id, tenant });
    expect(
      await bench().expectProblem('api_key.delete', { id: made.resource.id, tenant }),
    ).toMatchObject({ code: 'in-use' });
  });

  test('counts against the quota of its tenant, past its feature flag', async () => {
    const { resource } = await makeTenant({
      quotas: { api_keys: 2 },
      features: { api_keys: false },
    });
    const key = { role: 'viewer', tenant: 'research' };
    await bench().expectOk('api_key.create', { ...key, name: 'a' });
    expect(await bench().expectProblem('api_key.create', { ...key, name: 'b' })).toMatchObject({
      code: 'quota-exceeded',
    });
    const { usage } = await bench().expectOk('tenant.get', { id: resource.id });
    expect(usage.api_keys).toBe(2);
  });

  test('is in the audit log of both, and there without the address of the operator', async () => {
    const { resource, as } = await makeTenant();
    const made = await bench().expectOk(
      'api_key.create',
      { name: 'rescue', role: 'viewer', tenant: 'research' },
      { clientAddress: '192.0.2.9' },
    );
    const about = { resource_id: made.resource.id };
    const [here] = (await bench().expectOk('audit.list', about)).items;
    expect(here).toMatchObject({
      principal: 'admin',
      key_id: bench().admin.id,
      client_address: '192.0.2.9',
      changes: { tenant_id: { was: null, is: resource.id } },
    });
    const [there] = (await bench().expectOk('audit.list', about, as)).items;
    expect(there).toMatchObject({
      operation: 'api_key.create',
      principal: 'platform:admin',
      key_id: bench().admin.id,
      request_id: here?.request_id,
    });
    expect(there).not.toHaveProperty('client_address');
  });

  test('is beyond callers who do not see all tenants, and beyond unknown roles', async () => {
    const { as } = await makeTenant();
    const input = { name: 'k', role: 'viewer', tenant: 'default' };
    const unseen = {
      code: 'not-found',
      detail: 'No tenant found with the id default.',
      fields: [{ path: ['tenant'], message: 'is not the id or name of a tenant' }],
    };
    expect(await bench().expectProblem('api_key.create', input, as)).toMatchObject(unseen);
    const [entry] = (await bench().expectOk('audit.list', {}, as)).items;
    expect(entry).toMatchObject({ operation: 'api_key.create', outcome: 'not-found' });
    expect(await bench().expectProblem('api_key.list', { tenant: 'default' }, as)).toMatchObject(
      unseen,
    );
    await bench().expectOk('role.create', { name: 'clerk', operations: ['api_key.*'] });
    const made = await bench().expectOk('api_key.create', { name: 'clerk', role: 'clerk' });
    const clerk = { principal: await principalOf(made.secret) };
    const there = { name: 'k', role: 'clerk', tenant: 'research' };
    expect(await bench().expectProblem('api_key.create', there, clerk)).toMatchObject({
      code: 'not-found',
    });
    // Roles are those of the tenant that gets the key.
    expect(await bench().expectProblem('api_key.create', there)).toMatchObject({
      code: 'reference-unknown',
    });
    // The own tenant may be named, too.
    await bench().expectOk('api_key.create', { ...there, tenant: 'default' }, clerk);
  });
});
