/** Charges and intervals as rows. */
import { CHARGED_KINDS } from '@novacron/contract/cost/money';
import { canonicalJson } from '@novacron/contract/json';
import type {
  ChargedAmounts,
  ChargedKind,
  ChargedResource,
  ChargeInterval,
  ChargeState,
  LockedPrice,
  OpenCharge,
} from '@novacron/engine/cost/model/charge';
import { planRate } from '@novacron/engine/cost/plan-rate';
import type { ChargeIntervalRow, ChargeRow } from '../../../ports/tables/cost-rows.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Digits of a start in the id of an interval, so that ids are in the order of time. */
const START_DIGITS = 15;

const NOTHING: ChargedAmounts = { cpuCores: 0, memoryMib: 0, diskGb: 0 };

const STATES: readonly ChargeState[] = ['running', 'stopped', 'stored', 'not_charged'];

/** Reads a charge; a damaged document counts as nothing, and the next change replaces it. */
export function toOpenCharge(row: ChargeRow): OpenCharge {
  return {
    id: row.id,
    ...commonOf(row),
    price: row.price_json === null ? null : (parseStored<LockedPrice>(row.price_json) ?? null),
    rate: row.rate,
    sinceMs: row.since_ms,
  };
}

/** Reads an interval of the ledger; undefined where the row is damaged. */
export function toInterval(row: ChargeIntervalRow): ChargeInterval | undefined {
  if (!isReadable(row) || row.until_ms <= row.from_ms) return undefined;
  return {
    resourceId: row.resource_id,
    ...commonOf(row),
    class: row.class,
    list: row.list,
    rate: row.rate,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
  };
}

/** Whether every column of a row can be read, so that its amount can be billed. */
export function isReadable(row: ChargeRow | ChargeIntervalRow): boolean {
  const amounts = parseStored<ChargedAmounts>(row.amounts_json);
  const sizes = [amounts?.cpuCores, amounts?.memoryMib, amounts?.diskGb];
  return (
    CHARGED_KINDS.some((kind) => kind === row.kind) &&
    STATES.some((state) => state === row.state) &&
    parseStored(row.labels_json) !== undefined &&
    sizes.every((size) => Number.isFinite(size)) &&
    (row.rate === null || (Number.isSafeInteger(row.rate) && row.rate >= 0))
  );
}

function commonOf(
  row: Pick<
    ChargeRow,
    'kind' | 'tenant_id' | 'name' | 'labels_json' | 'state' | 'amounts_json' | 'group_id'
  >,
) {
  return {
    kind: kindOf(row.kind),
    tenantId: row.tenant_id,
    name: row.name,
    labels: parseStored<Record<string, string>>(row.labels_json) ?? {},
    group: row.group_id ?? undefined,
    state: STATES.find((state) => state === row.state) ?? 'not_charged',
    amounts: parseStored<ChargedAmounts>(row.amounts_json) ?? NOTHING,
  };
}

function kindOf(text: string): ChargedKind {
  return CHARGED_KINDS.find((kind) => kind === text) ?? 'vm';
}

/** Makes the row of a charge. */
export function toChargeRow(charge: OpenCharge, version: number): ChargeRow {
  return {
    id: charge.id,
    ...toColumns(charge),
    price_json: charge.price === null ? null : canonicalJson({ ...charge.price }),
    full_rate: fullRateOf(charge),
    since_ms: charge.sinceMs,
    version,
  };
}

/** Makes the row of an interval. */
export function toIntervalRow(interval: ChargeInterval): ChargeIntervalRow {
  const start = String(interval.fromMs).padStart(START_DIGITS, '0');
  return {
    id: `${interval.resourceId}/${start}`,
    ...toColumns(interval),
    resource_id: interval.resourceId,
    class: interval.class,
    list: interval.list,
    from_ms: interval.fromMs,
    until_ms: interval.untilMs,
  };
}

function toColumns({
  kind,
  tenantId,
  name,
  labels,
  group,
  state,
  amounts,
  rate,
}: Omit<ChargedResource, 'id' | 'price'> & Pick<OpenCharge, 'rate'>) {
  return {
    tenant_id: tenantId,
    kind,
    name,
    labels_json: canonicalJson({ ...labels }),
    state,
    amounts_json: canonicalJson({ ...amounts }),
    rate,
    group_id: group ?? null,
  };
}

/** The rate of a resource while it runs, which budgets count; 0 where it is not known. */
export function fullRateOf({ price, amounts }: Pick<ChargedResource, 'price' | 'amounts'>): number {
  return planRate({ price, amounts, state: 'running' }) ?? 0;
}
