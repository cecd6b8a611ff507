import { loadOffline } from '../offline/load-offline.ts';
import { type Attributes, isUnknown, valueAt } from './read-attributes.ts';

/** An issue of a schema: path and message. */
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Validates the attributes of a resource with the server's own table of its fields. Values that are
 * only known when Terraform runs are not checked here but by the server.
 * @param type - Terraform type, such as `novacron_vm`
 * @returns one sentence per mistake
 */
export function checkFields(type: string, attributes: Attributes): string[] {
  const { IN_WORDS, RESOURCE_DEFINITIONS } = loadOffline();
  const kind = Object.values(RESOURCE_DEFINITIONS).find((each) => each.type === type);
  return Object.entries(kind?.table ?? {}).flatMap(([name, { schema }]) => {
    const value = attributes[name];
    if (value === undefined || value === null) return [];
    const checked = schema.safeParse(value, IN_WORDS);
    if (checked.success) return [];
    return checked.error.issues
      .filter(({ path }) => !isUnknown(valueAt(value, path)))
      .map((issue) => describeIssue(type, { name, value }, issue));
  });
}

function describeIssue(
  type: string,
  { name, value }: { readonly name: string; readonly value: unknown },
  { path, message }: Issue,
): string {
  const place = propAt(type, [name, ...path].map(String));
  const sentence = message.replace(/[.]$/, '');
  const given = JSON.stringify(valueAt(value, path));
  const join = sentence.endsWith('?') ? ' It' : '; it';
  return `\`${place}\` ${sentence}${join} is ${given ?? 'missing'}.`;
}

/** Attributes whose props have names of their own; all others differ only in their spelling. */
const PROPS: { readonly [attribute: string]: string } = {
  anti_affinity: 'antiAffinityGroup',
  disk_gb: 'disk',
  image_checksum: 'image.checksum',
  disk_gb_min: 'diskMin',
  memory_gb: 'memory',
  metadata: 'labels',
  network_id: 'network',
  network_ids: 'networks',
  size_gb: 'size',
  ssh_key_ids: 'authorizedKeys',
  template_id: 'template',
};

/** Returns the prop of a construct that an attribute comes from: `cpuCores` for `cpu_cores`. */
function propAt(type: string, path: readonly string[]): string {
  // A group has the props of its members as its own.
  const isOfMember = type === 'novacron_vm_group' && path[0] === 'vm' && path.length > 1;
  const [name = '', ...inner] = isOfMember ? path.slice(1) : path;
  const isGroupLabels = type === 'novacron_vm_group' && path[0] === 'metadata';
  const prop = isGroupLabels
    ? 'groupLabels'
    : (PROPS[name] ?? toCamelCase(name === 'name' ? nameOf(type) : name));
  return [
    prop,
    ...inner.map((each) => (prop.toLowerCase().endsWith('labels') ? each : toCamelCase(each))),
  ].join('.');
}

/** `vm_name` for `novacron_vm`. */
function nameOf(type: string): string {
  return `${type.replace('novacron_', '').replace('storage', 'volume')}_name`;
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
