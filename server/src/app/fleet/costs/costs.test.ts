/** What the ledger has after commits, and what is reported of it. */

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WHOLE } from '@novacron/contract/cost/money';
import { TenantId } from '@novacron/contract/ids';
import { SnapshotStatus } from '@novacron/contract/kinds/snapshot/snapshot';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { systemTimers } from '@novacron/runtime/timers';
import { openTemporaryStore } from '../../../adapters/store/sqlite/temporary-store.ts';
import {
  commitAll,
  ROW_OF_EACH_TABLE,
  tenantRow,
  vmRow,
} from '../../../adapters/store/suite/rows.ts';
import type { Change, Store } from '../../../ports/store.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { createPriceBook } from '../../placement/prices/price-book.ts';
import { readSpent } from '../../placement/prices/read-spent.ts';
import { chargeCommits } from '../../placement/prices/record-charges.ts';
import { chargeRecords } from './charge-records.ts';
import { compareCosts } from './compare-costs.ts';
import { forecastCosts } from './forecast-costs.ts';
import { reportCosts } from './report-costs.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 10);

const [PLATFORM, TEAM] = ['01jd3v6t7re3h8z9k2m4n5p6q1', '01jd3v6t7re3h8z9k2m4n5p6q2'].map((id) =>
  TenantId.parse(`tnt_${id}`),
) as [TenantId, TenantId];

function listOf(cpuCore: number): PriceList {
  return {
    id: `plst_${cpuCore}`,
    name: 'standard',
    currency: 'EUR',
    validFromMs: 0,
    model: {
      kind: 'generic',
      parts: { cpuCore, memoryGb: 0, diskGb: 0 },
      spotRatio: WHOLE,
      discounts: [],
      zones: new Map(),
    },
    volumeGb: new Map(),
    addresses: new Map(),
    snapshotGb: 100_000,
    imageGb: 1_000_000,
  };
}

/** A VM with a core or several; a core costs 1 an hour. */
function vm(id: string, tenantId: TenantId, fields: { cores?: number; status?: string } = {}) {
  const { cores = 1, status = 'running' } = fields;
  return vmRow(id, {
    tenant_id: tenantId,
    name: id,
    desired_json: JSON.stringify({
      cpu_cores: cores,
      memory_gb: 1,
      disk_gb: 1,
      network_id: 'net_a',
      metadata: { team: id },
    }),
    observed_json: JSON.stringify({ status, node: 'node-01' }),
  });
}

describe('the ledger', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let nowMs = START_MS;
  let list: PriceList | undefined;
  const clock = { nowMs: () => nowMs };
  const prices = { current: () => list, isCharging: () => list !== undefined };
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  let charging: Store;

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    [nowMs, list] = [START_MS, listOf(1_000_000)];
    charging = chargeCommits({ store, clock, prices, spentBy: async () => 0 });
    await commitAll(store, [
      { kind: 'put', into: 'tenants', row: { ...tenantRow(PLATFORM), is_platform: 1 } },
      { kind: 'put', into: 'tenants', row: tenantRow(TEAM, 'team') },
      { kind: 'put', into: 'price_lists', row: ROW_OF_EACH_TABLE.price_lists },
    ]);
  });
  afterEach(() => remove());

  const make = (row: ReturnType<typeof vm>, by = charging) =>
    commitAll(by, [{ kind: 'put', into: 'vms', row }]);
  const change = ({ id, desired_json, observed_json }: ReturnType<typeof vm>, by = charging) => {
    const set = { desired_json, observed_json };
    return commitAll(by, [{ kind: 'patch', table: 'vms', id, set }]);
  };
  const drop = (id: string) => commitAll(charging, [{ kind: 'drop', from: 'vms', id }]);
  const pass = (hours: number) => {
    nowMs += hours * HOUR_MS;
  };

  const callerOf = (tenantId: TenantId): { readonly principal: Principal } => ({
    principal: { id: 'key_a', name: 'ann', role: 'admin', tenantId },
  });

  async function report(input: InputOf<'cost.report'> = {}, tenantId = PLATFORM) {
    const parsed = operationRow('cost.report').input.parse(input) as Parameters<
      typeof reportCosts
    >[1];
    const done = await reportCosts({ store, clock }, parsed, callerOf(tenantId));
    if (!done.ok) throw new Error(done.error.detail);
    return done.value;
  }

  async function amounts(input: InputOf<'cost.report'> = {}, tenantId = PLATFORM) {
    const { lines } = await report({ group_by: ['resource'], ...input }, tenantId);
    return Object.fromEntries(lines.map(({ resource_id, amount }) => [resource_id, amount]));
  }

  async function runRecords(guard?: Change): Promise<void> {
    const none = { kind: 'require-none', of: 'leases', where: { id: 'absent' } } as const;
    const otherwise = problem('conflict', { detail: 'the lease is lost', remedy: '' });
    const budget: ReconcilerBudget = {
      mayContinue: () => true,
      holdsLease: () => true,
      progress: () => 0,
      noteProgress: () => {},
      guard: () => guard ?? { ...none, otherwise },
    };
    await chargeRecords({ store, clock, prices, spentBy: async () => 0, logger }).run(budget);
  }

  test('bills a VM while it runs, with the part that goes on', async () => {
    await make(vm('vm_a', TEAM));
    pass(10);
    await change(vm('vm_a', TEAM, { status: 'stopped' }));
    pass(5);
    await change(vm('vm_a', TEAM));
    pass(2);
    expect(await amounts()).toEqual({ vm_a: 12 });
    expect(await report({ group_by: ['tenant'] })).toMatchObject({
      currency: 'EUR',
      lines: [{ tenant: 'team', amount: 12, hours: 17 }],
      damaged: [],
    });
  });

  test('bills a snapshot while its content is there', async () => {
    const row = { ...ROW_OF_EACH_TABLE.snapshots, tenant_id: TEAM, size_gb: 10 };
    const { id } = row;
    const become = (status: string) => {
      const set = { observed_json: JSON.stringify({ status }) };
      return commitAll(charging, [{ kind: 'patch', table: 'snapshots', id, set }]);
    };
    await commitAll(charging, [{ kind: 'put', into: 'snapshots', row }]);
    for (const status of SnapshotStatus.options) {
      await become(status);
      pass(1);
    }
    expect(await report()).toMatchObject({ total: 2, hours: 2 });
  });

  test('keeps the price of a VM when the list changes, until it is resized', async () => {
    await make(vm('vm_a', TEAM));
    pass(10);
    list = listOf(3_000_000);
    await change(vm('vm_a', TEAM, { status: 'stopped' }));
    await change(vm('vm_a', TEAM));
    pass(10);
    expect(await amounts()).toEqual({ vm_a: 20 });
    await change(vm('vm_a', TEAM, { cores: 2 }));
    pass(1);
    expect(await amounts()).toEqual({ vm_a: 26 });
    const compared = await compareCosts(
      { store, clock },
      { from: '1h', before_from: '2h', before_to: '1h' },
      callerOf(PLATFORM),
    );
    expect(compared).toMatchObject({
      value: { difference: 5, reasons: { resized: 5, repriced: 0, hours: 0 } },
    });
  });

  test('charges no moment twice when the clock is set back', async () => {
    await make(vm('vm_a', TEAM));
    pass(10);
    await change(vm('vm_a', TEAM, { cores: 2 }));
    pass(-5);
    await change(vm('vm_a', TEAM, { cores: 4 }));
    pass(8);
    expect(await amounts()).toEqual({ vm_a: 10 + 3 * 4 });
  });

  test('has one interval for each moment when two servers meter one VM', async () => {
    const other = chargeCommits({ store, clock, prices, spentBy: async () => 0 });
    await make(vm('vm_a', TEAM));
    for (const cores of [2, 3, 4]) {
      pass(1);
      await Promise.all([
        change(vm('vm_a', TEAM, { cores })),
        change(vm('vm_a', TEAM, { cores }), other),
      ]);
    }
    pass(1);
    expect(await report()).toMatchObject({ total: 1 + 2 + 3 + 4, hours: 4 });
  });

  test.each([
    ['amounts', { amounts_json: 'oops', rate: 1_000_000_000 }],
    ['tenant', { tenant_id: 'oops', rate: 1_000_000_000 }],
    ['rate', { rate: -1 }],
  ])('reports a row with damaged %s, and bills the others', async (_what, damage) => {
    await make(vm('vm_a', TEAM));
    pass(1);
    await change(vm('vm_a', TEAM, { cores: 2 }));
    pass(1);
    await change(vm('vm_a', TEAM, { cores: 3 }));
    const [first] = await store.read({ from: 'charge_intervals' });
    const id = first?.id ?? '';
    await commitAll(store, [{ kind: 'patch', table: 'charge_intervals', id, set: damage }]);
    const found = await report({ group_by: ['tenant'] });
    expect(found).toMatchObject({ total: 2, damaged: [id] });
    expect(found.explanation.join('\n')).toContain(
      `Damaged records of the ledger are not in the amounts: ${id}`,
    );
    expect(await readSpent({ store, clock }, TEAM)).toBe(2_000_000);
  });

  test('ends the charge of a VM that is deleted after the last price list', async () => {
    const book = createPriceBook({ store, clock, timers: systemTimers, logger });
    const charged = chargeCommits({ store, clock, prices: book, spentBy: async () => 0 });
    await book.load();
    await make(vm('vm_a', TEAM), charged);
    const { id } = ROW_OF_EACH_TABLE.price_lists;
    await commitAll(charged, [{ kind: 'drop', from: 'price_lists', id }]);
    await book.load();
    pass(2);
    await commitAll(charged, [{ kind: 'drop', from: 'vms', id: 'vm_a' }]);
    pass(5);
    expect(await report()).toMatchObject({ hours: 2 });
  });

  test('is billed to the platform after its tenant was deleted', async () => {
    await make(vm('vm_a', TEAM));
    pass(3);
    await drop('vm_a');
    await commitAll(charging, [{ kind: 'drop', from: 'tenants', id: TEAM }]);
    pass(3);
    const { lines } = await report({ group_by: ['tenant'], tenant_id: TEAM });
    expect(lines).toEqual([
      { tenant_id: TEAM, tenant: null, amount: 3, hours: 3, unknown_hours: 0 },
    ]);
  });

  test('shows a tenant its own rows only', async () => {
    await make(vm('vm_a', TEAM));
    await make(vm('vm_b', PLATFORM));
    pass(1);
    expect(await amounts({}, PLATFORM)).toEqual({ vm_a: 1, vm_b: 1 });
    expect(await amounts({ labels: 'team=vm_b' })).toEqual({ vm_b: 1 });
    expect(await amounts({}, TEAM)).toEqual({ vm_a: 1 });
    await expect(amounts({ tenant_id: PLATFORM }, TEAM)).rejects.toThrow(
      'You cannot see the costs of other tenants.',
    );
  });

  test.each([
    [{ month: '2026-11', from: '7d' }, 'month', 'cannot be used with from or to'],
    [{ from: '1h', to: '2h' }, 'from', 'must be before to'],
  ])('refuses the period %j', async (input, field, message) => {
    const done = await reportCosts(
      { store, clock },
      { group_by: [], ...input },
      callerOf(PLATFORM),
    );
    expect(done).toMatchObject({ error: { fields: [{ path: [field], message }] } });
  });

  test('forecasts a month by the rate now', async () => {
    await make(vm('vm_a', TEAM));
    pass(10 * 24);
    const done = await forecastCosts({ store, clock }, {}, callerOf(PLATFORM));
    expect(done).toMatchObject({
      value: {
        rate_per_hour: 1,
        months: [
          { month: '2026-11', spent: 240, expected: 504, lower: 504, upper: 504 },
          { month: '2026-12', spent: 0, expected: 744 },
        ],
      },
    });
  });

  describe('of resources that no commit has charged', () => {
    const changes = async () => {
      const rows = await store.read({ from: 'charges' });
      return rows.map(({ id, rate, version }) => ({ id, rate, version }));
    };

    test('is opened and priced by a reconciler, once', async () => {
      await make(vm('vm_a', TEAM), store);
      list = { ...listOf(1), model: { ...NO_TYPES, types: [] } };
      await make(vm('vm_b', TEAM));
      pass(2);
      expect(await report()).toMatchObject({ total: 0, unknown_hours: 2 });
      list = listOf(1_000_000);
      await runRecords();
      const found = await changes();
      expect(found.map(({ id, rate }) => [id, rate])).toEqual([
        ['vm_a', 1_000_000],
        ['vm_b', 1_000_000],
      ]);
      pass(1);
      await runRecords();
      expect(await changes()).toEqual(found);
      expect(await report()).toMatchObject({ total: 2, unknown_hours: 2 });
    });

    test('ends where the resource is gone, unless another server has the lease', async () => {
      await make(vm('vm_a', TEAM));
      pass(2);
      await commitAll(store, [{ kind: 'drop', from: 'vms', id: 'vm_a' }]);
      const otherwise = problem('conflict', { detail: 'the lease is lost', remedy: '' });
      await runRecords({ kind: 'require-none', of: 'tenants', where: { id: TEAM }, otherwise });
      expect(await changes()).toHaveLength(1);
      await runRecords();
      pass(5);
      expect(await amounts()).toEqual({ vm_a: 2 });
    });

    test('has the images of a tenant, by their size', async () => {
      const row = { ...ROW_OF_EACH_TABLE.tenant_quotas, id: TEAM, image_mib_used: 2_048 };
      await commitAll(store, [{ kind: 'put', into: 'tenant_quotas', row }]);
      await runRecords();
      pass(1);
      const set = { image_mib_used: 1_024 };
      await commitAll(charging, [{ kind: 'patch', table: 'tenant_quotas', id: TEAM, set }]);
      pass(1);
      expect(await amounts()).toEqual({ [`image/${TEAM}`]: 3 });
    });
  });
});

const NO_TYPES = { kind: 'instance_types', diskGb: 0, spotRiskMax: 0 } as const;
