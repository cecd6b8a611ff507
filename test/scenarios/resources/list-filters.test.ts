/** Filters of lists that are narrowed in memory, or by what follows from the time. */
import { describe, expect, test } from '@jest/globals';
import { approveWaiver } from '../test-kit/approve-waiver.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

function namesOf(items: readonly { readonly name: string }[]): string[] {
  return items.map(({ name }) => name);
}

describe('policies are listed', () => {
  const rule = 'package novacron\n\nwarn contains "a" if false\n';

  test('by type, mode and whether they are enabled, on pages as well', async () => {
    for (const [name, more] of [
      ['a', { type: 'resource' }],
      ['b', { type: 'security', enabled: false }],
      ['c', { type: 'security', enforcement_mode: 'audit' }],
    ] as const) {
      await bench().expectOk('policy.create', { name, rule, ...more });
    }
    const list = async (input: object) =>
      namesOf((await bench().expectOk('policy.list', input)).items);
    expect(await list({ type: ['security'] })).toEqual(['b', 'c']);
    expect(await list({ type: ['security', 'resource'], enabled: true })).toEqual(['a', 'c']);
    expect(await list({ enabled: false })).toEqual(['b']);
    expect(await list({ enforcement_mode: ['audit'] })).toEqual(['c']);
    const narrowed = { type: ['security' as const], sort: '-updated_at', limit: 1 };
    const first = await bench().expectOk('policy.list', { ...narrowed, count: true });
    expect([namesOf(first.items), first.total]).toEqual([['c'], 2]);
    const cursor = String(first.next_cursor);
    expect(await list({ ...narrowed, cursor })).toEqual(['b']);
    const other = await bench().expectProblem('policy.list', { type: ['resource'], cursor });
    expect(other).toMatchObject({ fields: [{ path: ['cursor'] }] });
  });

  test('without those that steer, which are policies of another kind', async () => {
    const document = 'policies: [{ name: orc, rules: [{ minReplicas: 1 }] }]\n';
    await bench().expectOk('orchestration_policy.create', { document });
    expect((await bench().expectOk('policy.list', { enabled: true })).items).toEqual([]);
    expect((await bench().expectOk('policy.list', { enabled: false })).items).toEqual([]);
  });

  test('in their versions by state, author and time', async () => {
    const made = await bench().expectOk('policy.create', { name: 'a', type: 'resource', rule });
    const { id } = made.resource;
    await bench().advance(60_000);
    const principal = { ...bench().admin, name: 'bea' };
    const other = rule.replace('"a"', '"b"');
    await bench().expectOk('policy.update', { id, rule: other }, { principal });
    const list = async (input: object) =>
      (await bench().expectOk('policy.versions', { id, ...input })).items.map(
        ({ version }) => version,
      );
    expect(await list({ state: ['decides'] })).toEqual([2]);
    expect(await list({ state: ['earlier', 'decides'], sort: '-created_at' })).toEqual([2, 1]);
    expect(await list({ created_by: ['bea'] })).toEqual([2]);
    expect(await list({ until: '30s' })).toEqual([1]);
    const page = await bench().expectOk('policy.versions', { id, limit: 1, count: true });
    expect(page).toMatchObject({ items: [{ version: 1 }], total: 2 });
    expect(page.items[0]).not.toHaveProperty('id');
    expect(await list({ cursor: String(page.next_cursor) })).toEqual([2]);
  });
});

test('waivers are listed by their state, which follows from the time', async () => {
  const rule = 'package novacron\n\ndeny contains "a" if input.resource.cpu_cores > 64\n';
  const { resource } = await bench().expectOk('policy.create', {
    name: 'a',
    type: 'resource',
    rule,
  });
  const now = bench().deps.clock.nowMs();
  for (const [resource_name, minutes] of [
    ['short', 10],
    ['long', 600],
    ['asked', 600],
  ] as const) {
    const { resource: waiver } = await bench().expectOk('policy_waiver.create', {
      policy_id: resource.id,
      resource_kind: 'vm',
      resource_name,
      owner: 'ann',
      reason: 'it moves',
      expires_at: new Date(now + minutes * 60_000).toISOString(),
    });
    if (resource_name !== 'asked') await approveWaiver(bench(), waiver);
  }
  await bench().advance(11 * 60_000);
  const list = async (state: 'active' | 'expired' | 'pending') =>
    (await bench().expectOk('policy_waiver.list', { state })).items.map(
      ({ resource_name }) => resource_name,
    );
  expect(await list('active')).toEqual(['long']);
  expect(await list('expired')).toEqual(['short']);
  expect(await list('pending')).toEqual(['asked']);
});

test('enrollments are listed by their status, which follows from the time', async () => {
  for (const [node, expires_in_minutes] of [
    ['node-x', 10],
    ['node-y', 600],
    ['node-z', 600],
  ] as const) {
    await bench().expectOk('enrollment.create', { node, expires_in_minutes });
  }
  await bench().advance(11 * 60_000);
  const { items } = await bench().expectOk('enrollment.list', { node: ['node-z'] });
  await bench().expectOk('enrollment.revoke', { id: String(items[0]?.id) as never });
  const list = async (input: object) =>
    (await bench().expectOk('enrollment.list', input)).items.map(({ node }) => node);
  expect(await list({ status: ['expired'] })).toEqual(['node-x']);
  expect(await list({ status: ['pending'] })).toEqual(['node-y']);
  expect(await list({ status: ['revoked', 'expired'], sort: '-created_at' })).toEqual([
    'node-z',
    'node-x',
  ]);
  expect(await list({ status: ['expired'], search: 'node-y' })).toEqual([]);
});

describe('drift is reported', () => {
  async function drift(name: string, tier: string, change: object) {
    const input = { ...SMALL_VM, name, metadata: { tier } };
    const { resource, operation } = await bench().expectOk('vm.create', input, TERRAFORM);
    await bench().end(operation);
    await bench().advance(1_000);
    const { id } = resource;
    await bench().end((await bench().expectOk('vm.update', { id, ...change })).operation);
  }

  test('by class, severity, label, name and time, with a total', async () => {
    await drift('api', 'api', { memory_gb: 8 });
    await drift('web', 'web', { description: 'by hand' });
    const report = (input: object) => bench().expectOk('drift.report', input);
    const list = async (input: object) =>
      (await report(input)).items.map(({ resource_name }) => resource_name);
    expect(await list({})).toEqual(['api', 'web']);
    expect(await list({ drift_class: ['cost'] })).toEqual(['api']);
    expect(await list({ drift_class: ['cosmetic', 'cost'], sort: '-resource_name' })).toEqual([
      'web',
      'api',
    ]);
    const { items } = await report({ drift_class: ['cosmetic'] });
    const severity = items[0]?.severity;
    expect(await list({ severity: [severity] })).toContain('web');
    expect(await list({ severity: ['info'] })).toEqual([]);
    expect(await list({ labels: 'tier=web' })).toEqual(['web']);
    expect(await list({ labels: 'tier!=web' })).toEqual(['api']);
    expect(await list({ search: 'API' })).toEqual(['api']);
    expect(await list({ since: '1h' })).toEqual(['api', 'web']);
    expect(await list({ until: '1h' })).toEqual([]);
    const page = await report({ labels: 'tier=web', count: true, fields: ['resource_name'] });
    expect(page).toMatchObject({ items: [{ resource_name: 'web' }], total: 1, compared: 2 });
    expect(page.groups?.flatMap(({ resource_ids }) => resource_ids)).toHaveLength(1);
    expect(Object.keys(page.items[0] ?? {})).toEqual(['resource_name']);
    expect(await report({})).not.toHaveProperty('total');
  });
});

test('events have a total, whatever page is read', async () => {
  await makeVm(bench());
  const type = ['vm.created'];
  const all = await bench().expectOk('event.list', { count: true, limit: 1 });
  const seen = await bench().store.read({
    from: 'events',
    where: { tenant_id: bench().admin.tenantId, position: { above: 0 } },
  });
  expect(all).toMatchObject({ total: seen.length, total_is_exact: true });
  const some = await bench().expectOk('event.list', { type, count: true, after_position: 1_000 });
  const typed = seen.filter((event) => event.type === 'vm.created');
  expect([some.items, some.total]).toEqual([[], typed.length]);
});

test('idempotency keys are listed by prefix and time, with a total', async () => {
  for (const key of ['client-a.1', 'client-a.2', 'client-b.1']) {
    const cidr = `10.${key.charCodeAt(7)}.${key.at(-1)}.0/24`;
    const named = { name: key.replace('.', '-'), cidr, idempotency_key: key };
    await bench().expectOk('network.create', named);
    await bench().advance(60_000);
  }
  const list = (input: object) =>
    bench().expectOk('idempotency.list', { prefix: 'client-a', ...input });
  const first = await list({ limit: 1, count: true });
  expect(first).toMatchObject({
    next_cursor: 'client-a.1',
    items: [{ id: 'client-a.1' }],
    total: 2,
  });
  const rest = await list({ cursor: first.next_cursor });
  expect(rest).toMatchObject({ items: [{ id: 'client-a.2' }], next_cursor: null });
  expect((await list({ since: '150s' })).items.map(({ id }) => id)).toEqual(['client-a.2']);
  // A prefix that is a whole key finds it.
  const own = await bench().expectOk('idempotency.list', { prefix: 'client-b.1' });
  expect(own.items).toHaveLength(1);
});

test('reconcilers and sealing keys are listed by state, text and name', async () => {
  const { items } = await bench().expectOk('reconciler.list', {});
  const names = namesOf(items);
  expect(names).toEqual(names.toSorted());
  const found = await bench().expectOk('reconciler.list', { search: 'DRIFT', count: true });
  expect(found.total).toBe(found.items.length);
  expect(found.items.length).toBeGreaterThan(0);
  expect(found.items.length).toBeLessThan(items.length);
  const reversed = await bench().expectOk('reconciler.list', { sort: '-name', fields: ['name'] });
  expect(reversed.items).toEqual(names.toReversed().map((name) => ({ name })));
  const none = await bench().expectOk('reconciler.list', { lease: ['none'] });
  expect(none.items).toEqual([]);
  const keys = await bench().expectOk('sealing_key.list', { state: ['seals'], count: true });
  expect(keys).toMatchObject({ items: [{ state: 'seals' }], total: 1 });
  const missing = await bench().expectOk('sealing_key.list', { presence: ['missing'] });
  expect(missing.items).toEqual([]);
});
