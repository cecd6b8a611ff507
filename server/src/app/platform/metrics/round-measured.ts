/** Rounds what agents measure: it is no more exact, and what is rounded takes less room. */

/** Ratios are stored to a hundredth of a percent, cores and seconds as exactly. */
const FRACTION_SCALE = 10_000;

const FRACTION = /_(?:ratio|cores|seconds)$/;

/** Binary digits of bytes behind the first one: they are exact to a twentieth of a percent. */
const BYTES_DIGITS = 10;

/**
 * Rounds a value by the unit of its metric.
 * @param name - one that NovaCron measures: a ratio, cores, seconds, bytes, or bytes per second
 * @param value - finite, 0 or more
 */
export function roundMeasured(name: string, value: number): number {
  if (FRACTION.test(name)) return Math.round(value * FRACTION_SCALE) / FRACTION_SCALE;
  if (value < 1) return Math.round(value);
  const unit = 2 ** (Math.floor(Math.log2(value)) - BYTES_DIGITS);
  return Math.round(value / unit) * unit;
}
