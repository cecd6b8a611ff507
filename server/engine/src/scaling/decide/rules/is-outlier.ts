/** Finds a sample that is so far outside of everything seen that it has to be confirmed. */
import { median, medianAbsoluteDeviation } from 'simple-statistics';

/**
 * Distance from the median from which a sample is an outlier, over the largest of the median, the
 * median deviation, and the load that the present members are for. A surge is smaller.
 */
const FAR_FACTOR = 100;

/**
 * Whether the latest sample is an outlier. Two in a row are none: the second confirms the first.
 * @param values - samples of the last minutes, the latest one last
 * @param scale - value of the metric for which the group has the right size
 */
export function isOutlier(values: readonly number[], scale: number): boolean {
  const earlier = values.slice(0, -1);
  const middle = earlier.length === 0 ? 0 : median([...earlier]);
  const deviation = earlier.length === 0 ? 0 : medianAbsoluteDeviation([...earlier]);
  const room = FAR_FACTOR * Math.max(Math.abs(middle), deviation, scale);
  const isFar = (value = middle) => Math.abs(value - middle) > room;
  return isFar(values.at(-1)) && !isFar(values.at(-2));
}
