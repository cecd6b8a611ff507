/** Finds the known name that a misspelt one stands for. */

/** The share of letters that may be wrong; with more of them a guess does not help. */
const WRONG_RATIO_MAX = 0.4;

/**
 * The known name that is closest to a mistyped one, by Levenshtein's edit distance; case and the
 * kind of dash do not count.
 * @returns undefined when nothing is close; never the name itself
 */
export function nearName(name: string, known: readonly string[]): string | undefined {
  return rankNames(name, known)[0];
}

/**
 * The known names that a mistyped one may stand for, the most likely first: those that
 * {@link nearName} compares, and longer ones that contain it.
 */
export function nearNames(
  name: string,
  known: readonly string[],
  namesMax: number,
): readonly string[] {
  const wanted = plain(name);
  const [best, ...others] = rankNames(name, known);
  const longer = known.filter((each) => wanted.length > 1 && plain(each).includes(wanted));
  const all = new Set([...(best === undefined ? [] : [best]), ...longer, ...others]);
  all.delete(name);
  return [...all].slice(0, namesMax);
}

/** The known names that are close enough, the closest first. */
function rankNames(name: string, known: readonly string[]): readonly string[] {
  const wanted = plain(name);
  return known
    .filter((candidate) => candidate !== name)
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .filter(({ candidate, distance }) => {
      const longest = Math.max(wanted.length, candidate.length);
      return distance <= longest * WRONG_RATIO_MAX;
    })
    .sort((left, right) => left.distance - right.distance)
    .map(({ candidate }) => candidate);
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
