/** Bills: what intervals of the ledger add up to in a period. */
import type { ChargedKind, ChargeInterval } from './charge.ts';
import type { Micros } from './price-list.ts';

/** A period of a bill. */
export interface BilledPeriod {
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
}

/** What a bill can be grouped by, besides the value of a label; days and months are UTC. */
export type BillField = 'tenant' | 'kind' | 'resource' | 'class' | 'day' | 'month';

/** One grouping of a bill. */
export type BillGroup = BillField | { readonly label: string };

/** What a bill is made of. */
export interface BillRequest {
  readonly period: BilledPeriod;
  /** None: one line. */
  readonly groupBy: readonly BillGroup[];
}

/** Exact sums of one line: micro-units per hour, multiplied by milliseconds. */
export interface LineSum {
  readonly keys: readonly (string | null)[];
  readonly exact: bigint;
  readonly chargedMs: number;
  /** Part of `chargedMs` whose rate is not known. */
  readonly unknownMs: number;
  /** The latest interval of the line. */
  readonly latest: ChargeInterval;
}

/** Sums by the text of their keys. */
export type BillSums = ReadonlyMap<string, LineSum>;

/** A line of a bill. */
export interface BillLine extends Omit<LineSum, 'exact'> {
  readonly amount: Micros;
}

/** A bill; the amounts of its lines add up to its total. */
export interface Bill extends Pick<LineSum, 'chargedMs' | 'unknownMs'> {
  /** In the order of their keys. */
  readonly lines: readonly BillLine[];
  readonly total: Micros;
}

/** Why a resource costs more or less than in another period. */
export type CostReason = 'new' | 'gone' | 'resized' | 'repriced' | 'hours';

/** How the cost of one resource differs between two periods. */
export interface CostChange {
  readonly resourceId: string;
  readonly name: string;
  readonly kind: ChargedKind;
  readonly tenantId: string;
  readonly before: Micros;
  readonly after: Micros;
  /** Parts of the difference; they add up to it. */
  readonly reasons: Readonly<Partial<Record<CostReason, Micros>>>;
}

/** Two periods beside each other. */
export interface CostComparison {
  readonly before: Micros;
  readonly after: Micros;
  readonly reasons: Readonly<Record<CostReason, Micros>>;
  /** Those whose cost differs, the largest difference first. */
  readonly changes: readonly CostChange[];
  /** Charged time without a known rate, of both periods. */
  readonly unknownMs: number;
}

/** What a period will cost. */
export interface SpendForecast {
  readonly spent: Micros;
  readonly expected: Micros;
  /** null: there are too few days to estimate a range. */
  readonly range: { readonly lower: Micros; readonly upper: Micros } | null;
}
