/** Every kind of change: what it does, and that its guard holds. */
import { describe, expect, it, test } from '@jest/globals';
import type { Store } from '../../../ports/store.ts';
import { FIXTURE, GOES_THROUGH, IS_REFUSED } from './guard-cases.ts';
import { commitAll, nodeRow, outcomeOf, refusal, resourceRow, tenantRow, vmRow } from './rows.ts';

const otherwise = refusal('refused');

/** Declares the tests of changes and guards. */
export function describeGuards(current: () => Store): void {
  describe('guards', () => {
    test.each(GOES_THROUGH)('let through $name', async ({ change }) => {
      await commitAll(current(), FIXTURE);
      expect(outcomeOf(await current().commit([change]))).toBe('done');
    });

    test.each(IS_REFUSED)('refuse $name, and nothing changes', async ({ change }) => {
      await commitAll(current(), FIXTURE);
      const before = await readEverything(current());
      const answer = await current().commit([
        { kind: 'put', into: 'tenants', row: tenantRow('earlier in the set') },
        change,
        { kind: 'put', into: 'tenants', row: tenantRow('later in the set') },
      ]);
      expect(outcomeOf(answer)).toBe('refused');
      expect(await readEverything(current())).toEqual(before);
    });
  });
  describe('changes', () => {
    describeEffects(current);
    describeSets(current);
    describeBugs(current);
  });
}

function describeEffects(current: () => Store): void {
  it('touch only the row and the columns that they name', async () => {
    const store = current();
    await commitAll(store, FIXTURE);
    await commitAll(store, [{ kind: 'put', into: 'vms', row: vmRow('w') }]);
    await commitAll(store, [
      { kind: 'update', table: 'vms', id: 'v', set: { network_id: 'net' }, otherwise },
      {
        kind: 'add',
        table: 'nodes',
        id: 'n',
        by: [{ column: 'cpu_cores_used', amount: -3 }],
        otherwise,
      },
      { kind: 'move-rule', rule: 'r', from: 2, otherwise },
      { kind: 'move-rule', rule: 'new', from: 0, otherwise },
    ]);
    expect(
      await store.snapshot({
        vms: { from: 'vms' },
        nodes: { from: 'nodes' },
        rules: { from: 'rule_versions' },
      }),
    ).toEqual({
      vms: [vmRow('v', { name: 'web', network_id: 'net' }), vmRow('w')],
      nodes: [nodeRow('n', { cpu_cores_used: 7 })],
      rules: [
        { id: 'new', version: 1 },
        { id: 'r', version: 3 },
      ],
    });
  });

  it('replace the whole row with a put', async () => {
    const store = current();
    await commitAll(store, FIXTURE);
    const row = vmRow('v', { name: 'db', revision: 9, network_id: 'net' });
    await commitAll(store, [{ kind: 'put', into: 'vms', row }]);
    expect(await store.read({ from: 'vms' })).toEqual([row]);
  });

  it('remove the log of an operation together with it', async () => {
    const store = current();
    await commitAll(store, FIXTURE);
    await commitAll(store, [{ kind: 'delete', from: 'operations', id: 'o', otherwise }]);
    expect(await store.read({ from: 'operation_log' })).toEqual([]);
  });
}

function describeSets(current: () => Store): void {
  it('answer the first guard of a set that failed', async () => {
    const answer = await current().commit([
      { kind: 'require-none', of: 'vms', where: {}, otherwise: refusal('first') },
      { kind: 'delete', from: 'vms', id: 'v', otherwise: refusal('second') },
      { kind: 'delete', from: 'vms', id: 'w', otherwise: refusal('third') },
    ]);
    expect(answer).toEqual({ ok: false, error: refusal('second') });
  });

  it('see what came earlier in their own set', async () => {
    const store = current();
    await commitAll(store, [
      { kind: 'put', into: 'networks', row: { ...resourceRow('net'), vm_count: 0 } },
      {
        kind: 'add',
        table: 'networks',
        id: 'net',
        by: [{ column: 'vm_count', amount: 1 }],
        otherwise,
      },
      { kind: 'delete', from: 'networks', id: 'net', expect: { vm_count: 1 }, otherwise },
    ]);
    expect(await store.read({ from: 'networks' })).toEqual([]);
  });
}

function describeBugs(current: () => Store): void {
  it('are refused as a bug, alone, when the database cannot take them', async () => {
    const store = current();
    const [broken, sound] = await Promise.allSettled([
      store.commit([
        { kind: 'put', into: 'tenants', row: tenantRow('a') },
        { kind: 'put', into: 'tenants', row: { ...tenantRow('b'), created_at_ms: 1.5 } },
      ]),
      store.commit([{ kind: 'put', into: 'tenants', row: tenantRow('c') }]),
    ]);
    expect(broken.status).toBe('rejected');
    expect(sound).toEqual({ status: 'fulfilled', value: { ok: true, value: undefined } });
    expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('c')]);
    await expect(
      store.commit([
        { kind: 'put', into: 'tenants', row: { ...tenantRow('d'), created_at_ms: Number.NaN } },
      ]),
    ).rejects.toThrow('column created_at_ms takes text, finite numbers or null, not NaN');
  });
}

function readEverything(store: Store) {
  return store.snapshot({
    tenants: { from: 'tenants' },
    vms: { from: 'vms' },
    nodes: { from: 'nodes' },
    pools: { from: 'storage_pools' },
    allocations: { from: 'allocations' },
    rules: { from: 'rule_versions' },
    log: { from: 'operation_log' },
    events: { from: 'events' },
  });
}
