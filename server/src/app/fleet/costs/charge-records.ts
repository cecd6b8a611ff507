/** Opens, prices and ends charges that no commit has changed, on one of the servers of a store. */
import { problem } from '@novacron/contract/problem/problem';
import type { Change, Store } from '../../../ports/store.ts';
import type { ChargeRow } from '../../../ports/tables/cost-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
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
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { isOutOfContact } from '../../rows/observed/node-suspicion.ts';

/** Interval of rounds: what they find was made before there was a price. Unit: ms. */
const CHARGE_RECORDS_MS = 60_000;

/** Rows of one table that a round looks at; the next round goes on behind them. */
const ROWS_PER_ROUND_MAX = 500;

/** Charges of one commit. */
const CHARGES_PER_COMMIT_MAX = 50;

type RecordDeps = Pick<CapabilityDeps, 'store' | 'clock' | 'prices' | 'logger'>;

/** What a server remembers between rounds. */
interface Memory {
  /** Where the next round begins, by table. */
  readonly places: Map<ChargedTable | 'charges', string>;
  /** Names of the nodes that were out of contact in the last round. */
  lost: ReadonlySet<string>;
}

/** Keeps the charges of all resources complete. */
export function chargeRecords(deps: RecordDeps): Reconciler {
  const memory: Memory = { places: new Map(), lost: new Set() };
  return {
    name: 'charge-records',
    summary: 'Opens, prices and ends charges that no write has changed.',
    everyMs: CHARGE_RECORDS_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      if (deps.prices.isCharging()) await runRound(deps, memory, budget);
      return undefined;
    },
  };
}

async function runRound(deps: RecordDeps, memory: Memory, budget: ReconcilerBudget) {
  const { store } = deps;
  const nodes = await store.read({ from: 'nodes' });
  const lost = new Set(nodes.filter(isOutOfContact).map(({ name }) => name));
  const found = [
    () => findMoved(store, [...new Set([...memory.lost, ...lost])], lost),
    ...CHARGED_TABLES.map((table) => () => findIncomplete(store, memory, { table, lost })),
    () => findGone(store, memory),
  ];
  for (const find of found) {
    if (!budget.mayContinue()) return;
    await record(deps, budget, await find());
  }
  memory.lost = lost;
}

/** VMs of nodes that are lost or came back, whose charge does not say so. */
async function findMoved(
  store: Pick<Store, 'read'>,
  names: readonly string[],
  lost: ReadonlySet<string>,
): Promise<readonly StoredResource[]> {
  if (names.length === 0) return [];
  const where = { node: { in: names }, status: 'running' };
  const rows = await store.read({ from: 'vms', where, damaged: 'blank' });
  return findWrong(store, rows, { table: 'vms', lost });
}

/** The next rows without a charge, or with one that lacks a price or has another state. */
async function findIncomplete(
  store: Pick<Store, 'read'>,
  { places }: Memory,
  of: { readonly table: ChargedTable; readonly lost: ReadonlySet<string> },
): Promise<readonly StoredResource[]> {
  const { table } = of;
  const where = { id: { above: places.get(table) ?? '' } };
  const rows: readonly Tables[ChargedTable][] = await store.read({
    from: table,
    where,
    limit: ROWS_PER_ROUND_MAX,
    damaged: 'blank',
  });
  notePlace(places, table, rows);
  return findWrong(store, rows, of);
}

async function findWrong(
  store: Pick<Store, 'read'>,
  rows: readonly Tables[ChargedTable][],
  { table, lost }: { readonly table: ChargedTable; readonly lost: ReadonlySet<string> },
): Promise<readonly StoredResource[]> {
  const ids = rows.map(({ id }) => chargeIdOf(table, id));
  const charges = await store.read({ from: 'charges', where: { id: { in: ids } } });
  const known = new Map(charges.map((row) => [row.id, row]));
  return rows
    .filter((row) => {
      const charge = known.get(chargeIdOf(table, row.id));
      return charge === undefined || charge.price_json === null || isMoved(row, charge, lost);
    })
    .map(({ id }) => ({ table, id, is: 'stored' }));
}

/** Whether a VM runs, and is charged although its node is lost, or not although it is not. */
function isMoved(
  row: Tables[ChargedTable],
  { state }: ChargeRow,
  lost: ReadonlySet<string>,
): boolean {
  const [observed] = 'observed_json' in row ? mapReadable([row], observedOf) : [];
  if (observed?.status !== 'running') return false;
  return lost.has(String(observed.node)) === (state === 'running');
}

/** Charges of rows that are gone. */
async function findGone(
  store: Pick<Store, 'read'>,
  { places }: Memory,
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
  places: Memory['places'],
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
