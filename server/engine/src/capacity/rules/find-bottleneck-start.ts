/** Finds since when a resource has been used almost up. */
import type { CapacityResource } from '../model/capacity.ts';

const MS_PER_SECOND = 1_000;

/**
 * Finds it. Hours without a measurement do not end a bottleneck.
 * @returns ms since the Unix epoch; null for a resource that is none now
 */
export function findBottleneckStart(
  { use, capacity, history }: CapacityResource,
  ratio: number,
  nowMs: number,
): number | null {
  const threshold = capacity * ratio;
  if (use < threshold || use === 0) return null;
  const { startS, stepS, values } = history;
  let startMs = nowMs;
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at] ?? Number.NaN;
    if (value < threshold) break;
    if (Number.isFinite(value)) startMs = (startS + at * stepS) * MS_PER_SECOND;
  }
  return startMs;
}
