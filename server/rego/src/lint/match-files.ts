// Patterns of files as .gitignore and Regal have them.

/** Whether any pattern matches a path. */
export function matchesFiles(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => matchesFile(pattern, path));
}

/** `*` is any name, `**` any folders; a pattern without a slash inside matches at any depth. */
function matchesFile(pattern: string, path: string): boolean {
  const bare = pattern.replace(/^\.?\//, '').replace(/\/$/, '');
  const isAnchored = /^\.?\//.test(pattern) || bare.includes('/');
  const wanted = (isAnchored ? bare : `**/${bare}`).split('/');
  return matchesParts(wanted, path.replace(/^\.?\//, '').split('/'));
}

/** Whether the pattern is the path or a folder above it. */
function matchesParts(wanted: readonly string[], parts: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return true;
  if (first === '**') {
    return parts.some((_, index) => matchesParts(rest, parts.slice(index)));
  }
  const [part, ...more] = parts;
  return part !== undefined && matchesName(first, part) && matchesParts(rest, more);
}

/** Whether a name matches, in time that grows with the product of both lengths. */
function matchesName(pattern: string, name: string): boolean {
  let reached = new Set([0]);
  for (const letter of pattern) {
    const next = new Set<number>();
    for (const index of reached) {
      if (letter === '*') for (let at = index; at <= name.length; at += 1) next.add(at);
      else if (letter === '?' || name[index] === letter) next.add(index + 1);
    }
    reached = next;
  }
  return reached.has(name.length);
}
