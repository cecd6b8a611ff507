/** Rounds to a number of decimals: more would suggest a precision that was not measured. */
export function round(value, digits) {
  return Number(value.toFixed(digits));
}

/** The value that this share of the values does not exceed. */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
