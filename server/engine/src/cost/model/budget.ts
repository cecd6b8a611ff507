/** Budgets: what the resources of a tenant may cost. */
import type { Micros } from './price-list.ts';

/** A budget of a tenant. */
export interface Budget {
  readonly name: string;
  /** Per hour; null: no limit. */
  readonly hourly: Micros | null;
  /** Per calendar month in UTC; null: no limit. */
  readonly monthly: Micros | null;
  readonly warnRatio: number;
  readonly alertRatio: number;
}

/** What a tenant uses of its budgets. */
export interface BudgetUse {
  /** Full rates of all its resources together, per hour. */
  readonly rate: Micros;
  /** Charges since the month began. */
  readonly spent: Micros;
}

/** A limit of a budget as a rate, which the resources of the tenant may reach now. */
export interface RateLimit {
  readonly budget: string;
  readonly of: 'hourly' | 'monthly';
  /** Per hour; below 0 where more is spent than a month may cost. */
  readonly rateMax: Micros;
}
