import type { Resource } from './list-resources.ts';
import { isUnknown } from './read-attributes.ts';

/** Two resources of one kind and name: the second create would fail. */
export function findNameClashes(resources: readonly Resource[]): string[] {
  const first = new Map<string, string>();
  return resources.flatMap(({ type, path, attributes: { name, provider } }) => {
    if (typeof name !== 'string' || isUnknown(name)) return [];
    const key = JSON.stringify([type, name, provider]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, path);
      return [];
    }
    return [
      `${other} and ${path} are both called "${name}", and names are unique within a kind. ` +
        'Give one of them another name.',
    ];
  });
}
