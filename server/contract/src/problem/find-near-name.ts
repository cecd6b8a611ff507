/** Finds the known name that a misspelt one stands for. */

/** The share of letters that may be wrong; with more of them a guess does not help. */
const WRONG_RATIO_MAX = 0.4;

/**
 * The known name that is closest to a mistyped one, by Levenshtein's edit distance; case and the
 * kind of dash do not count.
 * @returns undefined when nothing is close; never the name itself
 */
export function nearName(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const ranked = known
    .filter((candidate) => candidate !== name)
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .sort((left, right) => left.distance - right.distance);
  const [best] = ranked;
  if (best === undefined) return undefined;
  const longest = Math.max(wanted.length, best.candidate.length);
  return best.distance <= longest * WRONG_RATIO_MAX ? best.candidate : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Longer names are not compared, which bounds the cost. Unit: characters. */
const NAME_LENGTH_MAX = 64;

function editDistance(left: string, right: string): number {
  if (left.length > NAME_LENGTH_MAX) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...left].entries()) {
    const next = [above + 1];
    for (const [index, other] of [...right].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
