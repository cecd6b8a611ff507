/** Opens, prices and ends charges that no commit has changed, on one of the servers of a store. */
import { problem } from '@novacron/contract/problem/problem';
import type { Change, Store } from '../../../ports/store.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { toOpenCharge } from '../../placement/prices/charge-rows.ts';
import {
  CHARGED_TABLES,
  type ChargedTable,
  chargeIdOf,
  rowOfCharge,
} from '../../placement/prices/charged-resource.ts';
import { planStoredCharges, type StoredResource } from '../../placement/prices/record-charges.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Interval of rounds: what they find was made before there was a price. Unit: ms. */
export const CHARGE_RECORDS_MS = 60_000;

/** Rows of one table that a round looks at; the next round goes on behind them. */
const ROWS_PER_ROUND_MAX = 500;

/** Charges of one commit. */
const CHARGES_PER_COMMIT_MAX = 50;

type RecordDeps = Pick<CapabilityDeps, 'store' | 'clock' | 'prices' | 'logger'>;

/** Where the next round begins, by table. */
type Places = Map<ChargedTable | 'charges', string>;

/** Keeps the charges of all resources complete. */
export function chargeRecords(deps: RecordDeps): Reconciler {
  const places: Places = new Map();
  return {
    name: 'charge-records',
    summary: 'Opens charges of resources without one, prices those without a price, ends others.',
    everyMs: CHARGE_RECORDS_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      if (deps.prices.isCharging()) await runRound(deps, places, budget);
      return undefined;
    },
  };
}

async function runRound(deps: RecordDeps, places: Places, budget: ReconcilerBudget) {
  for (const table of CHARGED_TABLES) {
    if (!budget.mayContinue()) return;
    await record(deps, budget, await findIncomplete(deps.store, places, table));
  }
  if (budget.mayContinue()) await record(deps, budget, await findGone(deps.store, places));
}

/** Rows without a charge, or with one that has no price. */
async function findIncomplete(
  store: Pick<Store, 'read'>,
  places: Places,
  table: ChargedTable,
): Promise<readonly StoredResource[]> {
  const where = { id: { above: places.get(table) ?? '' } };
  const rows: readonly { readonly id: string }[] = await store.read({
    from: table,
    where,
    limit: ROWS_PER_ROUND_MAX,
    damaged: 'blank',
  });
  notePlace(places, table, rows);
  const ids = rows.map(({ id }) => chargeIdOf(table, id));
  const charges = await store.read({ from: 'charges', where: { id: { in: ids } } });
  const priced = new Set(charges.flatMap(({ id, price_json }) => (price_json === null ? [] : id)));
  return rows
    .filter(({ id }) => !priced.has(chargeIdOf(table, id)))
    .map(({ id }) => ({ table, id, is: 'stored' }));
}

/** Charges of rows that are gone. */
async function findGone(
  store: Pick<Store, 'read'>,
  places: Places,
): Promise<readonly StoredResource[]> {
  const where = { id: { above: places.get('charges') ?? '' } };
  const charges = await store.read({ from: 'charges', where, limit: ROWS_PER_ROUND_MAX });
  notePlace(places, 'charges', charges);
  const rows = charges.map((row) => rowOfCharge(toOpenCharge(row)));
  const gone: StoredResource[] = [];
  for (const table of CHARGED_TABLES) {
    const ids = rows.filter((row) => row.table === table).map(({ id }) => id);
    if (ids.length === 0) continue;
    const found = await store.read({ from: table, where: { id: { in: ids } }, damaged: 'blank' });
    const present = new Set<string>(found.map(({ id }) => id));
    gone.push(
      ...ids.flatMap((id) => (present.has(id) ? [] : [{ table, id, is: 'gone' } as const])),
    );
  }
  return gone;
}

/** Notes where the next round begins: after the last rows at the first ones. */
function notePlace(
  places: Places,
  table: ChargedTable | 'charges',
  rows: readonly { readonly id: string }[],
): void {
  places.set(table, rows.length < ROWS_PER_ROUND_MAX ? '' : (rows.at(-1)?.id ?? ''));
}

async function record(
  deps: RecordDeps,
  { mayContinue, guard }: ReconcilerBudget,
  found: readonly StoredResource[],
): Promise<void> {
  for (let at = 0; at < found.length && mayContinue(); at += CHARGES_PER_COMMIT_MAX) {
    const some = found.slice(at, at + CHARGES_PER_COMMIT_MAX);
    const planned = await planStoredCharges(deps, some);
    if (planned.length === 0) continue;
    const done = await commitUnder(guard, deps, [...some.map(stillAsFound), ...planned]);
    // A write has changed one of them meanwhile; the round after the last row finds the others.
    if (!done.ok) deps.logger.info({ problem: done.error }, 'charges were not recorded');
  }
}

/** A guard: the row is there, or it is not. */
function stillAsFound({ table, id, is }: StoredResource): Change {
  const otherwise = problem('conflict', {
    detail: `${id} was written while its charge was recorded.`,
    remedy: 'The next round repeats it.',
  });
  return is === 'gone'
    ? { kind: 'require-none', of: table, where: { id }, otherwise }
    : { kind: 'update', table, id, set: {}, otherwise };
}
