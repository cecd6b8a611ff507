/** The key that the owner of the server's machine creates when no key is left. */
import { describe, expect, test } from '@jest/globals';
import { createEmergencyKey } from '@novacron/server/app/access/api-keys/emergency-key';
import { useBench } from '../test-kit/use-bench.ts';

describe('an emergency key', () => {
  const bench = useBench();

  const create = (more: { name?: string; role?: string; tenant?: string } = {}) =>
    createEmergencyKey(bench().deps, { name: 'rescue', role: 'admin', user: 'root', ...more });

  test('lets the owner in again where every key is gone or has expired', async () => {
    const { store } = bench().deps;
    const [admin] = await store.read({ from: 'api_keys' });
    if (admin === undefined) throw new Error('the first start made a key');
    const expired = { ...admin, expires_at_ms: 1 };
    await store.commit([{ kind: 'put', into: 'api_keys', row: expired }]);
    const made = await create();
    if (!made.ok) throw new Error(made.error.detail);
    expect(made.value.resource).toMatchObject({
      name: 'rescue',
      created_by: 'break-glass:root',
      expires_at: null,
    });
    const found = await bench().application.authenticate(made.value.secret);
    expect(found).toMatchObject({ ok: true, value: { role: 'admin' } });
    if (!found.ok) return;
    const as = { principal: found.value };
    await bench().expectOk('api_key.create', { name: 'next', role: 'admin' }, as);
    const { usage } = await bench().expectOk('tenant.get', { id: found.value.tenantId }, as);
    expect(usage.api_keys).toBe(3);
    const about = { resource_id: made.value.resource.id };
    expect((await bench().expectOk('audit.list', about, as)).items).toMatchObject([
      { operation: 'api_key.create', principal: 'break-glass:root', client: 'platform' },
    ]);
  });

  test.each([
    [{ tenant: 'nowhere' }, 'This store has no tenant with the id or name nowhere.'],
    [{ role: 'owner' }, 'The tenant has no role named owner.'],
    [{ name: 'admin' }, 'An API key named admin exists already.'],
    [{ name: 'platform' }, 'The name platform is reserved for parts of NovaCron in the audit log.'],
    [{ name: '-' }, /^The name "-" must have 1 to 63 letters/],
  ])('is refused with %j', async (more, detail) => {
    const made = await create(more);
    expect(made).toMatchObject({
      ok: false,
      error: { detail: typeof detail === 'string' ? detail : expect.stringMatching(detail) },
    });
  });
});
