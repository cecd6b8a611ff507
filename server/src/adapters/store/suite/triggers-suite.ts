/**
 * Tests of the data that triggers maintain: labels of resources, and counters of changed policies.
 */
import { describe, expect, it, test } from '@jest/globals';
import type { Store } from '../../../ports/store.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { POLICY_DATA_ROW } from './policy-rows.ts';
import { commitAll, resourceRow, vmRow } from './rows.ts';

const labelled = (id: string, metadata: unknown) =>
  vmRow(id, { desired_json: JSON.stringify({ metadata }) });

/** JSON that no server writes, as a damaged disk or another program leaves it. */
const DAMAGED = [
  '',
  '{"metadata":{"tier":"we',
  'null',
  '[]',
  '{"metadata":"web"}',
  '{"metadata":[1]}',
];

/** Declares the tests. */
export function describeTriggers(current: () => Store): void {
  const withLabel = async (value: string) => {
    const requirement = { name: 'tier', operator: 'in', values: [value] } as const;
    const labels = { tenantId: 'tnt_a', requirements: [requirement] };
    const rows = await current().read({ from: 'vms', labels });
    return rows.map(({ id }) => id);
  };
  const countOf = async (tenantId: string) =>
    (await current().read({ from: 'policy_changes', where: { id: tenantId } }))[0]?.changes;
  const policyRow = (id: string, more: Partial<PolicyRow> = {}): PolicyRow => ({
    ...resourceRow(id),
    enabled: 1,
    compiled_json: '{}',
    steers: null,
    selector: null,
    rules: null,
    priority: null,
    author_role: null,
    ...more,
  });

  describe('labels of a resource', () => {
    it('are found, changed and removed with it', async () => {
      const put = (metadata: unknown) =>
        commitAll(current(), [{ kind: 'put', into: 'vms', row: labelled('vm_a', metadata) }]);
      await put({ tier: 'web' });
      expect(await withLabel('web')).toEqual(['vm_a']);
      await put({ tier: 'db' });
      expect([await withLabel('web'), await withLabel('db')]).toEqual([[], ['vm_a']]);
      await commitAll(current(), [{ kind: 'drop', from: 'vms', id: 'vm_a' }]);
      expect(await withLabel('db')).toEqual([]);
    });

    test.each(DAMAGED)('are none where its JSON is %j, which can be repaired', async (desired) => {
      const row = vmRow('vm_a', { desired_json: desired, observed_json: desired });
      await commitAll(current(), [
        { kind: 'put', into: 'vms', row: labelled('vm_b', { tier: 'web' }) },
        { kind: 'put', into: 'vms', row },
      ]);
      expect(await withLabel('web')).toEqual(['vm_b']);
      const running = await current().read({ from: 'vms', where: { status: 'running' } });
      expect(running.map(({ id }) => id)).not.toContain('vm_a');
      const repaired = { ...labelled('vm_a', { tier: 'web' }), observed_json: '{"status":"lost"}' };
      await commitAll(current(), [{ kind: 'put', into: 'vms', row: repaired }]);
      expect(await withLabel('web')).toEqual(['vm_a', 'vm_b']);
      expect(await current().read({ from: 'vms', where: { status: 'lost' } })).toHaveLength(1);
    });
  });

  describe('changes of policies', () => {
    it('are counted for their tenants', async () => {
      const put = (row: PolicyRow) =>
        commitAll(current(), [{ kind: 'put', into: 'orchestration_policies', row }]);
      expect(await countOf('tnt_a')).toBeUndefined();
      await put(policyRow('pol_a'));
      const created = (await countOf('tnt_a')) ?? 0;
      await put(policyRow('pol_a', { enabled: 0 }));
      const updated = (await countOf('tnt_a')) ?? 0;
      await put(policyRow('pol_b', { tenant_id: 'tnt_b' }));
      expect([created > 0, updated > created]).toEqual([true, true]);
      expect([await countOf('tnt_a'), (await countOf('tnt_b')) ?? 0]).toEqual([
        updated,
        expect.any(Number),
      ]);
      await commitAll(current(), [{ kind: 'drop', from: 'orchestration_policies', id: 'pol_a' }]);
      expect(await countOf('tnt_a')).toBeGreaterThan(updated);
    });

    it('are counted with the data documents that policies read', async () => {
      const put = (more: Partial<typeof POLICY_DATA_ROW>) =>
        commitAll(current(), [
          { kind: 'put', into: 'policy_data', row: { ...POLICY_DATA_ROW, ...more } },
        ]);
      await put({});
      const created = (await countOf('tnt_a')) ?? 0;
      await put({ document: '[]' });
      const updated = (await countOf('tnt_a')) ?? 0;
      await commitAll(current(), [{ kind: 'drop', from: 'policy_data', id: POLICY_DATA_ROW.id }]);
      const deleted = (await countOf('tnt_a')) ?? 0;
      expect([created > 0, updated > created, deleted > updated]).toEqual([true, true, true]);
      expect(await countOf('tnt_b')).toBeUndefined();
    });

    it('are not counted where it acts by itself: its state changes with each run', async () => {
      const row = policyRow('orc_a', { steers: 1 });
      await commitAll(current(), [{ kind: 'put', into: 'orchestration_policies', row }]);
      expect(await countOf('tnt_a')).toBeUndefined();
    });
  });
}
