/** Units of prices and costs: integers, so that nothing is added up in binary fractions. */

/** Micro-units of one unit of the currency. */
export const MICROS_PER_UNIT = 1_000_000;

/** A whole, in millionths: for shares, multipliers and discounts. */
export const WHOLE = 1_000_000;

/** The class of nodes whose prices hold for nodes whose own class has none. */
export const DEFAULT_CLASS = 'default';

/** Kinds of what is charged. */
export const CHARGED_KINDS = [
  'vm',
  'standby',
  'reservation',
  'volume',
  'snapshot',
  'image',
] as const;
