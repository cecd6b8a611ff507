/** Adds up the intervals of the ledger in a period. */
import type {
  Bill,
  BilledPeriod,
  BillField,
  BillGroup,
  BillRequest,
  BillSums,
  LineSum,
} from './model/bill.ts';
import type { ChargeInterval } from './model/charge.ts';
import { roundAmounts, roundHalfUp } from './rules/round-amounts.ts';
import { monthOf, splitUtc } from './rules/split-utc.ts';

const HOUR_MS = 3_600_000n;

/** What a bill can be grouped by, besides the value of a label. */
export const BILL_FIELDS: readonly BillField[] = [
  'tenant',
  'kind',
  'resource',
  'class',
  'day',
  'month',
];

/** Sums of no intervals. */
export const NO_SUMS: BillSums = new Map();

/** The month in UTC that contains a moment. */
export const planMonth = monthOf;

/**
 * Adds intervals to sums, so that a ledger can be read in pages.
 * @param intervals - cut to the period; parts outside of it do not count
 */
export function addCharges(
  before: BillSums,
  intervals: Iterable<ChargeInterval>,
  { period, groupBy }: BillRequest,
): BillSums {
  const sums = new Map(before);
  for (const interval of intervals) {
    for (const part of partsOf(cutCharge(interval, period), groupBy)) {
      const keys = groupBy.map((group) => keyOf(part, group));
      const text = JSON.stringify(keys);
      sums.set(text, addTo(sums.get(text), part, keys));
    }
  }
  return sums;
}

/** The part of an interval within a period; one that begins after its end has none. */
export function cutCharge(
  interval: ChargeInterval,
  { fromMs, untilMs }: BilledPeriod,
): ChargeInterval {
  return {
    ...interval,
    fromMs: Math.max(interval.fromMs, fromMs),
    untilMs: Math.min(interval.untilMs, untilMs),
  };
}

/** Makes the bill of sums: divides and rounds once. */
export function planBill(sums: BillSums): Bill {
  const lines = [...sums.values()].toSorted((left, right) => compareKeys(left.keys, right.keys));
  const exact = lines.map((line) => line.exact);
  const amounts = roundAmounts(exact, HOUR_MS);
  const total = exact.reduce((sum, amount) => sum + amount, 0n);
  return {
    lines: lines.map(({ exact: _exact, ...line }, at) => ({
      ...line,
      amount: Number(amounts[at] ?? 0n),
    })),
    total: Number(roundHalfUp(total, HOUR_MS)),
    chargedMs: lines.reduce((sum, line) => sum + line.chargedMs, 0),
    unknownMs: lines.reduce((sum, line) => sum + line.unknownMs, 0),
  };
}

/** Rounds amounts to fewer places, such as cents, so that they still add up to their total. */
export function roundToPlaces(amounts: readonly number[], microsPerPlace: number): number[] {
  const exact = amounts.map((amount) => BigInt(amount));
  return roundAmounts(exact, BigInt(microsPerPlace)).map(Number);
}

/** Parts of an interval that each belong to one line. */
function partsOf(interval: ChargeInterval, groupBy: readonly BillGroup[]): ChargeInterval[] {
  if (interval.untilMs <= interval.fromMs) return [];
  const by = groupBy.includes('day') ? 'day' : groupBy.includes('month') ? 'month' : undefined;
  if (by === undefined) return [interval];
  return splitUtc(interval, by).map(({ fromMs, untilMs }) => ({ ...interval, fromMs, untilMs }));
}

function keyOf(part: ChargeInterval, group: BillGroup): string | null {
  switch (group) {
    case 'tenant':
      return part.tenantId;
    case 'kind':
      return part.kind;
    case 'resource':
      return part.resourceId;
    case 'class':
      return part.class;
    case 'day':
    case 'month':
      return splitUtc(part, group)[0]?.name ?? null;
    default:
      return part.labels[group.label] ?? null;
  }
}

function addTo(sum: LineSum | undefined, part: ChargeInterval, keys: LineSum['keys']): LineSum {
  const lengthMs = part.untilMs - part.fromMs;
  const { exact, chargedMs, unknownMs, latest } = sum ?? {
    exact: 0n,
    chargedMs: 0,
    unknownMs: 0,
    latest: part,
  };
  return {
    keys,
    exact: exact + BigInt(part.rate ?? 0) * BigInt(lengthMs),
    chargedMs: chargedMs + lengthMs,
    unknownMs: unknownMs + (part.rate === null ? lengthMs : 0),
    latest: part.fromMs >= latest.fromMs ? part : latest,
  };
}

/** Lines without a value come last. */
function compareKeys(left: LineSum['keys'], right: LineSum['keys']): number {
  for (const [at, one] of left.entries()) {
    const other = right[at] ?? null;
    if (one === other) continue;
    if (one === null) return 1;
    if (other === null) return -1;
    return one < other ? -1 : 1;
  }
  return 0;
}
