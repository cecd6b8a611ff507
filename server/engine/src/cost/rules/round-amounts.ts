/** Rounds amounts so that they add up to their rounded sum. */

/**
 * Divides and rounds amounts: each is rounded down, and the units that are missing from the rounded
 * total go to the largest remainders.
 * @param amounts - may be negative
 * @param divisor - positive
 * @returns integers, each less than one unit away from its exact value
 */
export function roundAmounts(amounts: readonly bigint[], divisor: bigint): readonly bigint[] {
  const floors = amounts.map((amount) => floorDivide(amount, divisor));
  const rests = amounts.map((amount, at) => amount - (floors[at] ?? 0n) * divisor);
  const total = roundHalfUp(sumOf(amounts), divisor);
  const missing = Number(total - sumOf(floors));
  const order = rests
    .map((rest, at) => ({ rest, at }))
    .toSorted((left, right) => Number(right.rest - left.rest) || left.at - right.at);
  const raised = new Set(order.slice(0, missing).map(({ at }) => at));
  return floors.map((floor, at) => (raised.has(at) ? floor + 1n : floor));
}

/** The exact sum, rounded like a total. */
export function roundHalfUp(amount: bigint, divisor: bigint): bigint {
  return floorDivide(2n * amount + divisor, 2n * divisor);
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

function floorDivide(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return amount % divisor < 0n ? quotient - 1n : quotient;
}
