import type { Resource } from './list-resources.ts';
import { nameProp } from './name-prop.ts';

/** The sizes that a VM may take from its template. */
const SIZES = ['cpu_cores', 'memory_gb', 'disk_gb'] as const;

/** Finds VMs without a size that their template does not have either, as far as it is known. */
export function findMissingSizes(resources: readonly Resource[]): string[] {
  const templates = resources.filter(({ type }) => type === 'novacron_template');
  return resources.flatMap(({ type, path, attributes }) => {
    if (type !== 'novacron_vm') return [];
    const { template_id: template } = attributes;
    const own = templates.find(({ address }) => template === `\${${address}.id}`);
    // What is managed elsewhere may have sizes.
    if (template != null && own === undefined) return [];
    return SIZES.filter((name) => [attributes, own?.attributes].every((all) => !all?.[name])).map(
      (name) => {
        const prop = nameProp(type, [name]);
        const from = own === undefined ? 'a template that has one' : `one to ${own.path}`;
        return `${path} has no \`${prop}\`. Pass \`${prop}\`, or ${from}.`;
      },
    );
  });
}
