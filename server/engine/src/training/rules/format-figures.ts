/** Figures in cards. */

const PERCENT = 100;
const DIGITS = 4;

/** A share, such as `43.2 %`. */
export function percent(share: number): string {
  return `${(share * PERCENT).toFixed(1)} %`;
}

/** A number with four digits. */
export function figure(value: number): string {
  return `${Number(value.toPrecision(DIGITS))}`;
}
