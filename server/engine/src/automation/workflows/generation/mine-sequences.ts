/**
 * Finds sequences that are frequent in a set of sequences, by PrefixSpan: J. Pei et al.,
 * "PrefixSpan: Mining Sequential Patterns Efficiently by Prefix-Projected Pattern Growth" (2001).
 * Items of a frequent sequence stand in this order, and others may stand between them.
 */

/** A sequence that is frequent. */
export interface FrequentSequence {
  readonly items: readonly string[];
  /** Indexes of the sequences that have it, ascending. */
  readonly of: readonly number[];
}

/** Longest sequences that are looked for: longer ones are procedures that people write. */
const LENGTH_MAX = 8;

/** Sequences that are found: each of 8 different items has 255 parts. */
const FOUND_MAX = 1_000;

/** Start of the rest of a sequence, after the leftmost match of a prefix. */
interface Projection {
  readonly index: number;
  readonly from: number;
}

/**
 * Lists them, shorter ones before those that continue them, otherwise in the order of their items.
 * @param supportMin - in how many sequences at least one is frequent
 */
export function mineSequences(
  sequences: readonly (readonly string[])[],
  supportMin: number,
): readonly FrequentSequence[] {
  const found: FrequentSequence[] = [];
  const grow = (prefix: readonly string[], projections: readonly Projection[]): void => {
    if (prefix.length === LENGTH_MAX) return;
    const next = projectNext(sequences, projections);
    for (const item of [...next.keys()].toSorted()) {
      const projected = next.get(item) ?? [];
      if (projected.length < supportMin || found.length === FOUND_MAX) continue;
      const items = [...prefix, item];
      found.push({ items, of: projected.map(({ index }) => index) });
      grow(items, projected);
    }
  };
  grow(
    [],
    sequences.map((_, index) => ({ index, from: 0 })),
  );
  return found;
}

/** Each item that may come next, with the rest behind its first place. */
function projectNext(
  sequences: readonly (readonly string[])[],
  projections: readonly Projection[],
): ReadonlyMap<string, readonly Projection[]> {
  const next = new Map<string, Projection[]>();
  for (const { index, from } of projections) {
    const seen = new Set<string>();
    const sequence = sequences[index] ?? [];
    for (let at = from; at < sequence.length; at += 1) {
      const item = sequence[at];
      if (item === undefined || seen.has(item)) continue;
      seen.add(item);
      const known = next.get(item);
      const projection = { index, from: at + 1 };
      if (known === undefined) next.set(item, [projection]);
      else known.push(projection);
    }
  }
  return next;
}

/** Whether all items of the first stand in the second, in their order. */
export function isPartOf(items: readonly string[], sequence: readonly string[]): boolean {
  let at = 0;
  for (const item of sequence) if (item === items[at]) at += 1;
  return at === items.length;
}
