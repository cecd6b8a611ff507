/** Time that the budgets of a tenant add to a commit, by a ledger with a long month. */
import { join } from 'node:path';
import { problem } from '@novacron/contract/problem/problem';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { planRates } from '@novacron/server/app/placement/prices/move-rates';
import { createSpentReader } from '@novacron/server/app/placement/prices/read-spent';
import { percentile, round } from '../../statistics.mjs';

const INTERVALS = 10_000;
const BUDGETS = 3;
const CHECKS = 2_000;
const WARM_UP = 200;
const GOAL_MS = 1;
const TENANT = 'tnt_bench';
const EUR = 1_000_000;
const MINUTE_MS = 60_000;

export const figure = {
  name: 'budget-check',
  summary: 'slowest in a hundred checks of the budgets of a tenant',
  measure: async ({ directory }) => {
    const opened = await openSqliteStore({ path: join(directory, 'costs.db'), writer: 'thread' });
    if (!opened.ok) throw new Error(opened.error.detail);
    const store = opened.value;
    const nowMs = Date.UTC(2026, 0, 20);
    await fill(store, nowMs);
    const clock = { nowMs: () => nowMs };
    const prices = { current: () => undefined };
    const deps = { store, clock, prices, spentBy: createSpentReader({ store, clock }) };
    const moves = [{ tenantId: TENANT, amount: 1_000, isAsked: true }];
    const check = async () => {
      const began = performance.now();
      const planned = await planRates(deps, moves);
      if (!planned.ok || planned.value.length !== 1) throw new Error('the budgets refuse it');
      return performance.now() - began;
    };
    const first = await check();
    for (let at = 0; at < WARM_UP; at += 1) await check();
    const times = [];
    for (let at = 0; at < CHECKS; at += 1) times.push(await check());
    await store.close();
    const value = round(percentile(times, 0.99), 3);
    // Once a minute the month is added up.
    const month = { month_ms: round(first, 1), intervals: INTERVALS };
    return { value, unit: 'ms', goal: GOAL_MS, better: 'lower', ok: value <= GOAL_MS, ...month };
  },
};

async function fill(store, nowMs) {
  const otherwise = problem('internal', { detail: 'It is there already.', remedy: 'None.' });
  const insert = (into, row) => ({ kind: 'insert', into, row, otherwise });
  const known = { created_at_ms: nowMs, created_by: 'b', updated_at_ms: nowMs, updated_by: 'b' };
  const budgets = Array.from({ length: BUDGETS }, (_, at) =>
    insert('budgets', {
      id: `bgt_${at}`,
      tenant_id: TENANT,
      name: `b${at}`,
      description: null,
      hourly: 1_000_000 * EUR,
      monthly: 1_000_000_000 * EUR,
      warn_ratio: 0.8,
      alert_ratio: 0.95,
      refuses: 1,
      level: 'ok',
      revision: 1,
      ...known,
    }),
  );
  const rate = insert('tenant_rates', { id: TENANT, rate: 50 * EUR });
  const intervals = Array.from({ length: INTERVALS }, (_, at) => {
    const fromMs = nowMs - (at + 1) * MINUTE_MS;
    return insert('charge_intervals', {
      id: `vm_${at}/${String(fromMs).padStart(15, '0')}`,
      resource_id: `vm_${at}`,
      tenant_id: TENANT,
      kind: 'vm',
      name: `vm-${at}`,
      labels_json: '{}',
      state: 'running',
      amounts_json: '{}',
      rate: 50_000,
      class: 'default',
      list: 'plst_1',
      from_ms: fromMs,
      until_ms: fromMs + MINUTE_MS,
    });
  });
  const done = await store.commit([...budgets, rate, ...intervals]);
  if (!done.ok) throw new Error(done.error.detail);
}
