/** Rarity of a number at either end of the previous numbers. */
import { createTailMeter } from './measure-tail.ts';
import { trackMedian } from './track-median.ts';

/** Ends of the distribution that count as surprising. */
export type Ends = 'both' | 'high';

/**
 * Creates what measures the surprise of one feature.
 * @returns of each number -log10 of its probability, the rarer of its ends, as a negative number
 * for the low end; 0 for NaN
 */
export function createSurprise(ends: Ends): (value: number) => number {
  const body = trackMedian();
  const above = createTailMeter();
  const below = createTailMeter();
  return (value) => {
    if (Number.isNaN(value)) return 0;
    const median = body.median();
    const high = above.measure(value, median);
    const low = ends === 'both' ? below.measure(-value, -median) : 0;
    body.add(value);
    return low > high ? -low : high;
  };
}
