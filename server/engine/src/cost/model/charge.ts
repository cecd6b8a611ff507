/** Charges: what a resource is charged now, and the intervals of the ledger. */
import type { CHARGED_KINDS } from '@novacron/contract/cost/money';
import type { Micros, Millionths } from './price-list.ts';

/** A kind of what is charged. */
export type ChargedKind = (typeof CHARGED_KINDS)[number];

/** What a resource has of what is charged. */
export interface ChargedAmounts {
  /** Unit: cores. */
  readonly cpuCores: number;
  /** Unit: MiB. */
  readonly memoryMib: number;
  /** Unit: GB. */
  readonly diskGb: number;
}

/** States with charges of their own. */
export type ChargeState = 'running' | 'stopped' | 'stored' | 'not_charged';

/** Unit prices as they were when the configuration was admitted. */
export interface LockedPrice {
  /** Id of the price list. */
  readonly list: string;
  /** Class of nodes, or instance type; null: neither. */
  readonly class: string | null;
  readonly cpuCore: Micros;
  readonly memoryGb: Micros;
  readonly diskGb: Micros;
  /** Price of CPU and memory together, whatever their amounts; 0: they are priced by amount. */
  readonly flat: Micros;
  /** Region, discount and spot together, by which CPU and memory are multiplied. */
  readonly factor: Millionths;
}

/** A resource as it is charged. */
export interface ChargedResource {
  readonly id: string;
  readonly kind: ChargedKind;
  readonly tenantId: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Id of the VM group whose member it is. */
  readonly group?: string | undefined;
  readonly state: ChargeState;
  readonly amounts: ChargedAmounts;
  /** null: no price list has its price. */
  readonly price: LockedPrice | null;
}

/** A charge that goes on: the interval since its last change. */
export interface OpenCharge extends ChargedResource {
  /** Per hour; null: not known. */
  readonly rate: Micros | null;
  readonly sinceMs: number;
}

/** An interval of the ledger. */
export interface ChargeInterval {
  readonly resourceId: string;
  readonly kind: ChargedKind;
  readonly tenantId: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Id of the VM group whose member it was. */
  readonly group?: string | undefined;
  readonly state: ChargeState;
  readonly class: string | null;
  readonly list: string | null;
  readonly amounts: ChargedAmounts;
  /** Per hour; null: not known. */
  readonly rate: Micros | null;
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
}
