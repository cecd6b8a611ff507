/** Means of consecutive parts: errors of neighbouring rows resemble each other, these hardly do. */
import { meanOf } from './measure-errors.ts';

/** Source: Law and Kelton, "Simulation Modeling and Analysis" (2000), chapter 9. */
export const PARTS = 20;

/** Returns {@link PARTS} means. @param values - at least as many */
export function batchMeans(values: Float64Array): Float64Array {
  const limit = (part: number) => Math.floor((values.length * part) / PARTS);
  return Float64Array.from({ length: PARTS }, (_, part) =>
    meanOf(values.subarray(limit(part), limit(part + 1))),
  );
}

/** Unbiased variance. */
export function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2)) * (values.length / (values.length - 1));
}
