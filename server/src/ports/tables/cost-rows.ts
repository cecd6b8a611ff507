/** The rows about costs: price lists, charges, the ledger and budgets. */
import type { BudgetId, PriceListId } from '@novacron/contract/ids';

/** A row of `price_lists`. */
export interface PriceListRow {
  readonly id: PriceListId;
  readonly name: string;
  readonly currency: string;
  readonly valid_from_ms: number;
  /** Prices as they were requested. */
  readonly document_json: string;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** What charges and intervals have in common. */
interface ChargedColumns {
  readonly tenant_id: string;
  readonly kind: string;
  readonly name: string;
  readonly labels_json: string;
  readonly state: string;
  readonly amounts_json: string;
  /** Micro-units per hour; null: not known. */
  readonly rate: number | null;
  /** Id of the VM group of a member; null: it is of none. */
  readonly group_id: string | null;
}

/** A row of `charges`: what a resource is charged now; the id is that of the resource. */
export interface ChargeRow extends ChargedColumns {
  readonly id: string;
  /** The unit prices of its admission; null: no price list had its price. */
  readonly price_json: string | null;
  /** Its rate while it runs, which budgets count; 0 where it is not known. */
  readonly full_rate: number;
  readonly since_ms: number;
  /** Rises with each change. */
  readonly version: number;
}

/** A row of `charge_intervals`: the ledger. */
export interface ChargeIntervalRow extends ChargedColumns {
  /** Resource and start joined by `/`, the start with 15 digits. */
  readonly id: string;
  readonly resource_id: string;
  /** Class of nodes, instance type or type of volume. */
  readonly class: string | null;
  /** Id of the price list. */
  readonly list: string | null;
  readonly from_ms: number;
  /** Not included. */
  readonly until_ms: number;
}

/** A row of `budgets`. */
export interface BudgetRow {
  readonly id: BudgetId;
  readonly tenant_id: string;
  readonly name: string;
  readonly description: string | null;
  /** Micro-units per hour; null: no limit. */
  readonly hourly: number | null;
  /** Micro-units per calendar month in UTC; null: no limit. */
  readonly monthly: number | null;
  readonly warn_ratio: number;
  readonly alert_ratio: number;
  /** 1: requests that exceed it are refused. */
  readonly refuses: number;
  /** The level that was reported last: `ok`, `warn`, `alert` or `exceeded`. */
  readonly level: string;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `tenant_rates`: the full rates of all charges of a tenant; the id is the tenant's. */
export interface TenantRateRow {
  readonly id: string;
  /** Micro-units per hour. */
  readonly rate: number;
}
