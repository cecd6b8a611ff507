/** Tests when the policies of a tenant are read again and when the cached policies decide. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import { commitAll, resourceRow, tenantRow } from '../../../adapters/store/suite/rows.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { makePolicyMemory, readDeciding } from './read-deciding.ts';

/** The time after which a list is read again whatever was counted. Unit: ms. */
const LATER_MS = 5_000;

const COMPILED = JSON.stringify({
  packageName: 'p',
  answers: ['deny'],
  inputReferences: [],
  dataReferences: [],
  volatileBuiltins: [],
});

const specOf = (name: string, more: object = {}) =>
  PolicySpec.parse({ name, type: 'resource', rule: 'package p', ...more });

function policyRow(id: string, more: object = {}, tenantId = 'tnt_a'): PolicyRow {
  const spec = specOf(id, more);
  const desired_json = JSON.stringify(spec);
  const enabled = spec.enabled ? 1 : 0;
  const columns = { ...resourceRow(id), tenant_id: tenantId, desired_json };
  return { ...columns, enabled, compiled_json: COMPILED, steers: null } as PolicyRow;
}

describe('policies that decide for a tenant', () => {
  let opened: Awaited<ReturnType<typeof openTemporaryStore>>;
  let memory: ReturnType<typeof makePolicyMemory>;
  let read: string[] = [];
  let counting: Store;

  beforeEach(async () => {
    opened = await openTemporaryStore();
    memory = makePolicyMemory();
    read = [];
    counting = {
      ...opened.store,
      read: (query) => {
        read.push(query.from);
        return opened.store.read(query);
      },
    };
    const first = { ...tenantRow('tnt_p'), is_platform: 1 } as const;
    await commitAll(opened.store, [
      { kind: 'put', into: 'tenants', row: first },
      { kind: 'put', into: 'tenants', row: tenantRow('tnt_a') },
    ]);
    await put(policyRow('pol_a'));
  });
  afterEach(() => opened.remove());

  const put = (row: PolicyRow) =>
    commitAll(opened.store, [{ kind: 'put', into: 'orchestration_policies', row }]);
  const namesAt = async (nowMs: number) => {
    const policies = await readDeciding(counting, 'tnt_a', { nowMs, memory });
    return policies.map(({ name }) => name);
  };
  const listReads = () => read.filter((table) => table === 'orchestration_policies').length;

  it('are read once while nothing changes', async () => {
    expect(await namesAt(1)).toEqual(['pol_a']);
    expect(await namesAt(2)).toEqual(['pol_a']);
    expect(listReads()).toBe(1);
  });

  it('are read again after each change of their own and of the platform', async () => {
    await namesAt(1);
    await put(policyRow('pol_b'));
    expect(await namesAt(2)).toEqual(['pol_a', 'pol_b']);
    await put(policyRow('pol_a', { enabled: false }));
    expect(await namesAt(3)).toEqual(['pol_b']);
    await put(policyRow('pol_p', { scope: 'platform' }, 'tnt_p'));
    expect(await namesAt(4)).toContain('pol_p');
    await commitAll(opened.store, [
      { kind: 'drop', from: 'orchestration_policies', id: 'pol_b' as PolicyRow['id'] },
    ]);
    expect(await namesAt(5)).toEqual(['pol_p']);
  });

  it('are not read again for another tenant', async () => {
    await namesAt(1);
    await put(policyRow('pol_b', {}, 'tnt_b'));
    await namesAt(2);
    expect(listReads()).toBe(1);
  });

  it('are read again after a while, also where the clock went back', async () => {
    await namesAt(LATER_MS);
    await namesAt(2 * LATER_MS);
    await namesAt(0);
    expect(listReads()).toBe(3);
  });

  it('decide from the time on at which they start', async () => {
    const active_from = new Date(2_000).toISOString();
    await put(policyRow('pol_b', { active_from }));
    expect(await namesAt(1_000)).toEqual(['pol_a']);
    expect(await namesAt(2_000)).toEqual(['pol_a', 'pol_b']);
  });
});
