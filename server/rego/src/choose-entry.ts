// Which package of a bundle answers, and by which entrypoints.

/** The package that answers. */
export type BundleEntry = {
  /** Path of the package: `novacron`. */
  readonly path: string;
  /** Rules that are entrypoints; undefined where the package as a whole is one. */
  readonly answers: readonly string[] | undefined;
};

/**
 * Chooses the package of a bundle that answers: the one that holds all of its entrypoints.
 *
 * @param named - what the manifest names; empty where it names nothing
 * @param known - the entrypoints of the module
 * @param answers - names of the rules that answer, in the order in which they are wanted
 * @returns why there is none, where it is text
 */
export function chooseEntry(
  named: readonly string[],
  known: readonly string[],
  answers: readonly string[],
): BundleEntry | string {
  const missing = named.find((name) => !known.includes(name));
  if (missing !== undefined) {
    return `its .manifest names the entrypoint ${missing}, which its module does not have`;
  }
  const all = named.length > 0 ? named : known;
  const rules = all.flatMap((name) => {
    const at = name.lastIndexOf('/');
    const answer = answers.find((rule) => rule === name.slice(at + 1));
    return answer === undefined || at < 0 ? [] : [{ path: name.slice(0, at), answer }];
  });
  const places = rules.length > 0 ? rules.map(({ path }) => path) : all;
  const [path, ...others] = [...new Set(places)];
  if (path === undefined) return 'it has no entrypoint: build it with -e novacron/deny';
  if (others.length > 0) return `it answers in several packages: ${[path, ...others].join(', ')}`;
  if (rules.length === 0) return { path, answers: undefined };
  return { path, answers: answers.filter((rule) => rules.some((r) => r.answer === rule)) };
}
