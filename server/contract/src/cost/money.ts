/** Units of prices and costs: integers, so that nothing is added up in binary fractions. */

/** Micro-units of one unit of the currency. */
export const MICROS_PER_UNIT = 1_000_000;

/** An amount of micro-units as answers carry it, in the currency; null where it is not known. */
export function toAmount(micros: number): number;
export function toAmount(micros: number | null | undefined): number | null;
export function toAmount(micros: number | null | undefined): number | null {
  return micros == null ? null : micros / MICROS_PER_UNIT;
}

/** An amount in the currency as a whole number of micro-units. */
export function toMicros(amount: number): number {
  return Math.round(amount * MICROS_PER_UNIT);
}

/** A whole, in millionths: for shares, multipliers and discounts. */
export const WHOLE = 1_000_000;

/** The class whose prices hold for nodes and networks whose own class has none. */
export const DEFAULT_CLASS = 'default';

/** Kinds of resources whose writes change what a tenant pays. */
export const PRICED_KINDS = ['vm', 'vm_group', 'volume', 'snapshot'] as const;

/** Kinds of what is charged. */
export const CHARGED_KINDS = [
  'vm',
  'standby',
  'reservation',
  'volume',
  'snapshot',
  'image',
] as const;
