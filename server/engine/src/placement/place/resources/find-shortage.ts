/** Finds a shortage in a dimension; the filters `cpu`, `memory` and `disk` share it. */
import type { Amounts, PlacementNode } from '../model/placement.ts';
import type { Dimension, Rejection } from '../model/rule.ts';

/** Key of each dimension's amount. */
export const AMOUNT_KEYS = {
  cpu: 'cpuCores',
  memory: 'memoryMib',
  disk: 'diskGb',
} as const satisfies Record<Dimension, keyof Amounts>;

/** All dimensions, in the order in which they are listed. */
export const DIMENSIONS: readonly Dimension[] = ['cpu', 'memory', 'disk'];

/**
 * Compares the requested with the free amount of one dimension.
 * @returns undefined where `used + asked <= capacity`, the store's own guard
 */
export function findShortage(need: {
  readonly dimension: Dimension;
  readonly node: PlacementNode;
  readonly asked: Amounts;
}): Rejection | undefined {
  const { dimension, node, asked } = need;
  const key = AMOUNT_KEYS[dimension];
  const capacity = node.capacity[key];
  const used = node.used[key];
  if (used + asked[key] <= capacity) return undefined;
  // Unknown figures are not a shortage: `broken-figures` rejects them.
  if (!Number.isFinite(capacity - used)) return undefined;
  // An overcommitted node has nothing free; a negative amount would be confusing.
  return { reason: dimension, asked: asked[key], free: Math.max(0, capacity - used), capacity };
}
