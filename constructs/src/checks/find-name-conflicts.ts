import { loadOrchestration } from '../offline/load-offline.ts';
import { unescapeTemplate } from '../synthesis/escape-template.ts';
import type { Resource } from './list-resources.ts';
import { isRepeated, isUnknown } from './read-attributes.ts';

const ORCHESTRATION = 'novacron_orchestration_policy';

/** Both kinds of policies share a namespace for names. */
const POOLS: { readonly [type: string]: string } = { [ORCHESTRATION]: 'novacron_policy' };

/** Finds resources of one kind with the same name: the second create would fail. */
export function findNameConflicts(resources: readonly Resource[]): string[] {
  const first = new Map<string, string>();
  return resources.flatMap((resource) => {
    const { type, path, attributes } = resource;
    const name = nameIn(resource);
    if (typeof name !== 'string' || isUnknown(name)) return [];
    const key = JSON.stringify([POOLS[type] ?? type, name, attributes.provider]);
    if (isRepeated(attributes)) {
      return [
        `${path} is several resources, all named "${name}", but names are unique within a kind. ` +
          "Write the iterator's key, or the index of the count, into the name.",
      ];
    }
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, path);
      return [];
    }
    return [
      `${other} and ${path} are both named "${name}", but names are unique within a kind. ` +
        'Rename one of them.',
    ];
  });
}

/** An orchestration policy has its name in its document. */
function nameIn({ type, attributes: { name, document } }: Resource): unknown {
  if (type !== ORCHESTRATION) return name;
  if (isUnknown(document)) return undefined;
  const read = loadOrchestration().readPolicy(unescapeTemplate(String(document)));
  return read.ok ? read.value.metadata.name : undefined;
}
