/** A step into a value: an attribute's name, the index of a list, or the key of a map. */
export type PathStep = string | number | { readonly key: string };

/**
 * A location inside a resource. Elements of sets have no address in the protocol, so a path ends at
 * the set.
 * @example const path: Path = ['disks', 0, 'size_gb'];
 */
export type Path = readonly PathStep[];

/**
 * Writes a path as a user would in configuration.
 * @example formatPath(['labels', { key: 'team' }]) // labels["team"]
 */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (typeof step === 'object') return `${text}[${JSON.stringify(step.key)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
