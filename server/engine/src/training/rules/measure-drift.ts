/** Population stability index: how much a distribution differs from an earlier one. */
import type { FeatureProfile } from '../model/drift.ts';

/** Parts with about as many values each, and one for missing values. */
const PARTS = 10;

/** Keeps an empty part from being infinitely far away. */
const SHARE_MIN = 1e-4;

/** Describes the distribution of a column. */
export function profileColumn(name: string, column: Float64Array): FeatureProfile {
  const known = column.filter((value) => !Number.isNaN(value)).toSorted();
  const edges = Array.from({ length: PARTS - 1 }, (_, part) => {
    return known[Math.floor((known.length * (part + 1)) / PARTS)] ?? 0;
  });
  // Equal edges have nothing between them.
  const distinct = [...new Set(edges)];
  return { name, edges: distinct, shares: sharesOf(distinct, column) };
}

/** Index of later values; above 0.25 it is a shift by the usual convention. */
export function stabilityIndex({ edges, shares }: FeatureProfile, column: Float64Array): number {
  return sharesOf(edges, column).reduce((sum, share, part) => {
    const [now, before] = [Math.max(share, SHARE_MIN), Math.max(shares[part] ?? 0, SHARE_MIN)];
    return sum + (now - before) * Math.log(now / before);
  }, 0);
}

function sharesOf(edges: readonly number[], column: Float64Array): number[] {
  const counts = Array.from({ length: edges.length + 2 }, () => 0);
  for (const value of column) {
    const above = edges.findIndex((edge) => value <= edge);
    const part = above < 0 ? edges.length : above;
    const at = Number.isNaN(value) ? edges.length + 1 : part;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((count) => (column.length === 0 ? 0 : count / column.length));
}
