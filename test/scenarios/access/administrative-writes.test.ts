/** Keyed creates of tenants, roles and waivers, and previews of all their writes. */
import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { CLAIM_LEASE_MS } from '@novacron/server/app/kernel/idempotency/claims';
import { useBench } from '../test-kit/use-bench.ts';

const KEY = 'shop/administrative/one';
const [FIRST, SECOND] = ['claim-of-the-first-run', 'claim-of-the-second-run'];
const ROLE = { name: 'deployer', operations: ['vm.*'] };
const RULE = 'package novacron\n\ndefault allow = true\n';

type Preview = InputOf<'admission.preview'>;

describe('a write of an administrative object', () => {
  const bench = useBench();

  async function waiverInput() {
    const { resource } = await bench().expectOk('policy.create', {
      name: 'p',
      type: 'resource',
      enforcement_mode: 'audit',
      rule: RULE,
    });
    return {
      policy_id: resource.id,
      resource_kind: 'vm',
      resource_name: 'web',
      owner: 'ana',
      reason: 'migration',
      expires_at: new Date(bench().deps.clock.nowMs() + 86_400_000).toISOString(),
    } as const;
  }

  const count = async (noun: 'tenant' | 'role' | 'policy_waiver') =>
    (await bench().expectOk(`${noun}.list`, {})).items.length;

  const inputs = {
    tenant: async () => ({ name: 'research', first_key: 'none' }) as const,
    role: async () => ROLE,
    policy_waiver: waiverInput,
  } as const;
  const NOUNS = ['tenant', 'role', 'policy_waiver'] as const;

  test.each(NOUNS)('creates one %s however often a keyed request comes', async (noun) => {
    const input = { ...(await inputs[noun]()), idempotency_key: KEY } as never;
    const before = await count(noun);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => bench().expectOk(`${noun}.create`, input)),
    );
    expect(new Set(answers.map(({ resource }) => resource.id)).size).toBe(1);
    expect(await count(noun)).toBe(before + 1);
    const { items } = await bench().expectOk('idempotency.list', { prefix: 'shop/administrative' });
    expect(items).toMatchObject([{ id: KEY, resource_id: answers[0]?.resource.id }]);
  });

  test.each(NOUNS)('of a %s is answered to one run', async (noun) => {
    const input = { ...(await inputs[noun]()), idempotency_key: KEY };
    const of = (claim: string | undefined) => ({ ...input, claim }) as never;
    const { resource } = await bench().expectOk(`${noun}.create`, of(FIRST));
    expect(await bench().expectProblem(`${noun}.create`, of(SECOND))).toMatchObject({
      code: 'name-taken',
      data: { unconfirmed: 'held', resource_id: resource.id },
    });
    await bench().advance(CLAIM_LEASE_MS);
    const moved = await bench().expectOk(`${noun}.create`, of(SECOND));
    expect(moved.resource.id).toBe(resource.id);
    const claimed = { claim: String(SECOND), keys: [KEY] };
    await bench().expectOk('idempotency.deliver', claimed);
    expect(await bench().expectProblem(`${noun}.create`, of(FIRST))).toMatchObject({
      data: { unconfirmed: 'delivered' },
      remedy: expect.stringContaining(`terraform import novacron_${noun}.NAME ${resource.id}`),
    });
    await bench().expectOk(`${noun}.delete`, { id: resource.id as never });
    const again = await bench().expectOk(`${noun}.create`, of(FIRST));
    expect(again.resource.id).not.toBe(resource.id);
  });

  test('refuses another request under the same key', async () => {
    const keyed = { ...ROLE, idempotency_key: KEY };
    await bench().expectOk('role.create', keyed);
    expect(await bench().expectProblem('role.create', { ...keyed, name: 'other' })).toMatchObject({
      code: 'idempotency-key-reused',
    });
  });

  test('a tenant without a first key has none, and a repeat never answers a secret', async () => {
    const none = await bench().expectOk('tenant.create', { name: 'a', first_key: 'none' });
    expect(none).not.toHaveProperty('secret');
    const listed = await bench().expectOk('api_key.list', { tenant: none.resource.id });
    expect(listed.items).toEqual([]);
    const keyed = { name: 'b', idempotency_key: KEY };
    expect(await bench().expectOk('tenant.create', keyed)).toHaveProperty('secret');
    expect(await bench().expectOk('tenant.create', keyed)).not.toHaveProperty('secret');
  });

  async function problemsOf(
    operation: Preview['operation'],
    input: Preview['input'],
    unknown: string[] = [],
  ) {
    const { problems } = await bench().expectOk('admission.preview', { operation, input, unknown });
    return problems;
  }

  test('is previewed without being made', async () => {
    const audited = async () => (await bench().expectOk('audit.list', {})).items.length;
    const { resource: role } = await bench().expectOk('role.create', ROLE);
    const waiver = await waiverInput();
    const before = await audited();
    expect(await problemsOf('tenant.create', { name: 'a' })).toEqual([]);
    expect(await problemsOf('role.create', { ...ROLE, name: 'b' })).toEqual([]);
    expect(await problemsOf('role.update', { id: role.id, operations: ['*.get'] })).toEqual([]);
    expect(await problemsOf('role.delete', { id: role.id })).toEqual([]);
    expect(await problemsOf('policy_waiver.create', waiver)).toEqual([]);
    const room = { name: 'r', cpu_cores: 1, memory_gb: 1, disk_gb: 1, ttl_seconds: 60 };
    expect(await problemsOf('reservation.create', room)).toEqual([]);
    expect(await audited()).toBe(before);
    expect(await count('tenant')).toBe(1);
    expect((await bench().expectOk('reservation.list', {})).items).toEqual([]);
    expect((await bench().expectOk('role.get', { id: role.id })).operations).toEqual(['vm.*']);
  });

  test('is previewed with what would refuse it', async () => {
    const { tenant: own } = await bench().expectOk('identity.whoami', {});
    const tenant = await bench().expectOk('tenant.get', { id: own });
    await bench().expectOk('role.create', ROLE);
    const past = { ...(await waiverInput()), expires_at: '2001-01-01T00:00:00Z' };
    expect(await problemsOf('tenant.delete', { id: tenant.id })).toMatchObject([
      { code: 'in-use', detail: expect.stringContaining('is the first tenant') },
    ]);
    expect(await problemsOf('tenant.create', { name: tenant.name })).toMatchObject([
      { code: 'name-taken', data: { resource_id: tenant.id } },
    ]);
    expect(await problemsOf('role.create', ROLE)).toMatchObject([{ code: 'name-taken' }]);
    expect(await problemsOf('role.create', { ...ROLE, operations: ['vmm.*'] })).toMatchObject([
      { code: 'validation-failed' },
    ]);
    expect(await problemsOf('role.create', ROLE, ['description'])).toMatchObject([
      { code: 'name-taken' },
    ]);
    const open = { name: 'other', operations: [] };
    expect(await problemsOf('role.create', open, ['operations'])).toEqual([]);
    expect(await problemsOf('policy_waiver.create', past)).toMatchObject([
      { code: 'validation-failed', detail: expect.stringContaining('is in the past') },
    ]);
    expect(await problemsOf('reservation.create', { name: 'r' })).toMatchObject([
      { code: 'validation-failed' },
    ]);
  });
});
