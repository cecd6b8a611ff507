/** The median of forecasts of which some count more than others. */

/** A forecast, and how much it counts. */
export interface WeightedForecast {
  readonly values: ArrayLike<number>;
  /** More than 0. */
  readonly weight: number;
}

/**
 * Takes the median of each step, interpolated between the two forecasts that the middle of all
 * weights lies between.
 */
export function takeWeightedMedian(
  forecasts: readonly WeightedForecast[],
  horizon: number,
): Float64Array {
  const total = forecasts.reduce((sum, { weight }) => sum + weight, 0);
  return new Float64Array(horizon).map((_, step) => {
    const sorted = forecasts
      .map(({ values, weight }) => ({ value: values[step] ?? 0, weight }))
      .sort((one, other) => one.value - other.value);
    return middleOf(sorted, total / 2);
  });
}

function middleOf(
  sorted: readonly { readonly value: number; readonly weight: number }[],
  half: number,
): number {
  let below = 0;
  let previous: { readonly value: number; readonly at: number } | undefined;
  for (const { value, weight } of sorted) {
    const at = below + weight / 2;
    if (at >= half) {
      if (previous === undefined) return value;
      const share = (half - previous.at) / (at - previous.at);
      return previous.value + share * (value - previous.value);
    }
    previous = { value, at };
    below += weight;
  }
  return previous?.value ?? 0;
}
