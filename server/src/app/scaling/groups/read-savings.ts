/** What scaling has saved for VM groups, by the ledger. */
import type { BilledPeriod } from '@novacron/engine/cost/model/bill';
import type { ChargeInterval } from '@novacron/engine/cost/model/charge';
import { planSavings, type ScalingSavings } from '@novacron/engine/cost/plan-savings';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import { readLedger } from '../../fleet/costs/read-ledger.ts';
import type { RetentionDeps } from '../../platform/retention/deps.ts';

/** Dependencies of savings. */
export type SavingsDeps = Omit<RetentionDeps, 'live'>;

/** Savings of a tenant's groups. */
export interface GroupSavings {
  /** null: there is no price list. */
  readonly currency: string | null;
  /** By the id of the group; a group that is absent has unknown savings. */
  readonly known: ReadonlyMap<string, ScalingSavings>;
}

/** Reads them. Each group counts from the start of the period, or from its creation. */
export async function readSavings(
  { store, settings }: Pick<SavingsDeps, 'store' | 'settings'>,
  groups: readonly Pick<VmGroupRow, 'id' | 'tenant_id' | 'created_at_ms'>[],
  period: BilledPeriod,
): Promise<GroupSavings> {
  const lists = await store.tally({ from: 'price_lists', by: ['currency', 'created_at_ms'] });
  const [list] = lists;
  if (list === undefined) return { currency: null, known: new Map() };
  const currency = String(list.values[0]);
  // The ledger begins with the first list, and ends with its retention.
  const ledgerMs = Math.max(
    Math.min(...lists.map(({ values }) => Number(values[1]))),
    period.untilMs - settings.retention.ledgerMs,
  );
  const periods = new Map(
    groups
      .map(({ id, created_at_ms: madeMs }) => {
        return [id, { ...period, fromMs: Math.max(period.fromMs, madeMs) }] as const;
      })
      .filter(([, { fromMs }]) => fromMs >= ledgerMs),
  );
  const charged = new Map<string, ChargeInterval[]>();
  const ids = [...periods.keys()];
  const query = { period, tenantId: groups[0]?.tenant_id, labels: undefined, groups: ids };
  for await (const page of readLedger(store, { ...query, nowMs: period.untilMs })) {
    if (page.damaged.length > 0) return { currency, known: new Map() };
    for (const interval of page.intervals) {
      const own = charged.get(interval.group ?? '') ?? [];
      own.push(interval);
      charged.set(interval.group ?? '', own);
    }
  }
  const known = [...periods].flatMap(([id, own]): (readonly [string, ScalingSavings])[] => {
    const savings = planSavings(charged.get(id) ?? [], own);
    return savings === undefined ? [] : [[id, savings]];
  });
  return { currency, known: new Map(known) };
}
