// The known name that a misspelt one stands for.

/** One letter of three may be wrong, so that nothing is near to a name of one or two. */
const LETTERS_PER_MISTAKE = 3;

/**
 * Finds the known name that is most like another one, by Levenshtein's edit distance.
 *
 * @returns undefined where none is near
 */
export function nearName(name: string, known: Iterable<string>): string | undefined {
  const limit = Math.floor(name.length / LETTERS_PER_MISTAKE);
  if (limit === 0) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const each of known) {
    if (Math.abs(each.length - name.length) > limit) continue;
    const distance = editDistance(name, each);
    if (distance <= limit && (!best || distance < best.distance)) best = { name: each, distance };
  }
  return best?.name;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
