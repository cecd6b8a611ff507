/** Matches paths against globs: `*` and `?` within a name, `**` across directories. */

/** Whether a glob matches a path from the root of the repository. */
export function matchGlob(glob: string, path: string): boolean {
  const pattern = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('');
  // A directory protects what is in it.
  return new RegExp(`^${pattern}(/.*)?$`, 's').test(path);
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
