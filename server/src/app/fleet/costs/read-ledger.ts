/** Reads the ledger of a period in pages: what goes on now, then what has ended. */
import { parseLabelSelector } from '@novacron/contract/formats/label-selector';
import type { BilledPeriod } from '@novacron/engine/cost/model/bill';
import type { ChargeInterval, OpenCharge } from '@novacron/engine/cost/model/charge';
import { cutCharge } from '@novacron/engine/cost/plan-bill';
import { toInterval as untilNow } from '@novacron/engine/cost/plan-charge';
import type { Store } from '../../../ports/store.ts';
import type { ChargeIntervalRow } from '../../../ports/tables/cost-rows.ts';
import { meets } from '../../kernel/lists/list-items.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { isReadable, toInterval, toOpenCharge } from '../../placement/prices/charge-rows.ts';

/** Rows that are read at a time. */
const ROWS_READ_MAX = 1_000;

/** What is read of the ledger. */
export interface LedgerQuery {
  readonly period: BilledPeriod;
  /** undefined: all tenants. */
  readonly tenantId: string | undefined;
  /** A label selector. */
  readonly labels: string | undefined;
  /** Ids of VM groups, whose members alone are read; absent: everything is. */
  readonly groups?: readonly string[] | undefined;
  readonly nowMs: number;
}

/** A page of the ledger. */
export interface LedgerPage {
  /** Cut to the period. */
  readonly intervals: readonly ChargeInterval[];
  /** Charges that go on; only in the first pages. */
  readonly open: readonly OpenCharge[];
  /** Ids of rows that cannot be read. */
  readonly damaged: readonly string[];
}

/**
 * Reads it. A charge that ends while pages are read counts once: its interval is that of the
 * charge, which was read before.
 */
export async function* readLedger(
  store: Pick<Store, 'read'>,
  query: LedgerQuery,
): AsyncGenerator<LedgerPage> {
  const isWanted = selectorOf(query.labels);
  const openSince = new Map<string, number>();
  for await (const rows of readOpenRows(store, query)) {
    const [readable, damaged] = separate(rows, isReadable);
    const open = readable.map(toOpenCharge).filter(({ labels }) => isWanted(labels));
    for (const { id, sinceMs } of open) openSince.set(id, sinceMs);
    const charged = open.filter(({ state }) => state !== 'not_charged');
    const intervals = cutAll(
      charged.map((charge) => untilNow(charge, query.nowMs)),
      query.period,
    );
    yield { intervals, open, damaged: damaged.map(({ id }) => id) };
  }
  for await (const rows of readEndedRows(store, query)) {
    const ended = rows.filter((row) => openSince.get(row.resource_id) !== row.from_ms);
    const read = ended.flatMap((row) => toInterval(row) ?? []);
    const [, damaged] = separate(ended, (row) => toInterval(row) !== undefined);
    const intervals = cutAll(
      read.filter(({ labels }) => isWanted(labels)),
      query.period,
    );
    yield { intervals, open: [], damaged: damaged.map(({ id }) => id) };
  }
}

function ownerOf({ tenantId, groups }: LedgerQuery) {
  return {
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(groups === undefined ? {} : { group_id: { in: groups } }),
  };
}

function readOpenRows(store: Pick<Store, 'read'>, query: LedgerQuery) {
  return readPages({
    length: ROWS_READ_MAX,
    read: (after) =>
      store.read({
        from: 'charges',
        where: { ...ownerOf(query), id: { above: after } },
        limit: ROWS_READ_MAX,
      }),
  });
}

/** In the order of their ends, which is that of the index. */
async function* readEndedRows(
  store: Pick<Store, 'read'>,
  query: LedgerQuery,
): AsyncGenerator<readonly ChargeIntervalRow[]> {
  const { period } = query;
  let last: ChargeIntervalRow | undefined;
  for (;;) {
    const rows: readonly ChargeIntervalRow[] = await store.read({
      from: 'charge_intervals',
      where: {
        ...ownerOf(query),
        until_ms: { above: period.fromMs },
        from_ms: { below: period.untilMs },
      },
      orderBy: { column: 'until_ms', direction: 'asc' },
      limit: ROWS_READ_MAX,
      ...(last === undefined ? {} : { after: { id: last.id, value: last.until_ms } }),
    });
    yield rows;
    last = rows.at(-1);
    if (rows.length < ROWS_READ_MAX) return;
  }
}

function selectorOf(labels: string | undefined) {
  const requirements = labels === undefined ? [] : (parseLabelSelector(labels) ?? []);
  return (own: Readonly<Record<string, string>>) =>
    requirements.every((requirement) => meets(requirement, own));
}

function separate<Row>(
  rows: readonly Row[],
  isOne: (row: Row) => boolean,
): [readonly Row[], readonly Row[]] {
  return [rows.filter(isOne), rows.filter((row) => !isOne(row))];
}

function cutAll(
  intervals: readonly ChargeInterval[],
  period: BilledPeriod,
): readonly ChargeInterval[] {
  return intervals
    .map((interval) => cutCharge(interval, period))
    .filter(({ fromMs, untilMs }) => fromMs < untilMs);
}
