/** Ways to buy a VM, and what each costs over a period. */
import type { Micros, PriceList } from './price-list.ts';

/** Ways to buy. */
export type PurchaseKind = 'on_demand' | 'spot' | 'reserved';

/** A VM, and how much it is used. */
export interface PurchaseQuestion {
  readonly list: PriceList;
  readonly cpuCores: number;
  readonly memoryMib: number;
  /** VMs of the tenant, this one included. */
  readonly tenantVms: number;
  /** 0 to 730. */
  readonly hoursPerMonth: number;
  /** The period that costs are compared for. Unit: months. */
  readonly months: number;
  /** The highest accepted probability that a spot VM is interrupted within a month. */
  readonly spotRiskMax: number;
}

/** The best price of one way to buy. */
export interface PurchaseOption {
  readonly kind: PurchaseKind;
  /** Class of nodes, or instance type; null: the list has neither. */
  readonly type: string | null;
  /** Duration of the commitment; null: none. Unit: years. */
  readonly years: number | null;
  /** Paid at the start of each term. */
  readonly upfront: Micros;
  /** Per hour of use; of a reservation, per hour of its term. */
  readonly hourly: Micros;
  /** Cost of the whole period; a term that has begun is paid to its end. */
  readonly total: Micros;
  /** Compared with on demand; negative: it costs more. */
  readonly savings: Micros;
  /** Hours of use per month from which it costs less than on demand; null: never. */
  readonly breakEvenHours: number | null;
  /** Months until its upfront price has paid off at this use; null: not within its term. */
  readonly breakEvenMonths: number | null;
  /** Probability of an interruption within a month. */
  readonly risk: number;
}

/** The ways to buy a VM, the cheapest first. */
export interface PurchasePlan {
  readonly options: readonly PurchaseOption[];
  /** The cheapest spot price that is left out, because its risk is too high or not known. */
  readonly refusedSpot: { readonly type: string | null; readonly risk: number | undefined } | null;
}
