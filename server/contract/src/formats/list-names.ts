/**
 * Lists names for people, such as `a, b and 3 more`: a long list hides what a text says.
 * @param max - how many are named; the others are counted
 */
export function listNames(names: readonly string[], max: number): string {
  const more = names.length - max;
  const shown = names.slice(0, max).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
