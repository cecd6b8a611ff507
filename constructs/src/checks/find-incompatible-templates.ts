import type { Resource } from './list-resources.ts';
import { type Attributes, attributesOf, isUnknown } from './read-attributes.ts';

/** Matches a reference to a template's id. */
const REFERENCE = /^[$][{](novacron_template[.][A-Za-z0-9_-]+)[.]id[}]$/;

/** Finds machines that are incompatible with their template of the same stack. */
export function findIncompatibleTemplates(resources: readonly Resource[]): string[] {
  const templates = new Map(
    resources
      .filter(({ type }) => type === 'novacron_template')
      .map((template) => [template.address, template]),
  );
  if (templates.size === 0) return [];
  return resources.flatMap(({ type, path, attributes }) => {
    const machine = type === 'novacron_vm_group' ? attributes.vm : attributes;
    const { template_id, ...rest } = attributesOf(machine);
    const [, address = ''] = REFERENCE.exec(String(template_id)) ?? [];
    const template = templates.get(address);
    return template === undefined ? [] : findMisfits(path, rest, template);
  });
}

function findMisfits(path: string, machine: Attributes, template: Resource): string[] {
  const { disk_gb_min: least, network_ids: networks } = template.attributes;
  const { disk_gb: disk, network_id: network } = machine;
  const found: string[] = [];
  if (typeof least === 'number' && typeof disk === 'number' && disk < least) {
    found.push(
      `${path} has a root disk of ${disk} GiB, and the image of ${template.path} needs ` +
        `${least} GiB. Raise \`disk\`, or lower the template's \`diskMin\`.`,
    );
  }
  const isKnown = Array.isArray(networks) && networks.every(isReferenceOrId);
  if (isKnown && isReferenceOrId(network) && !networks.includes(network)) {
    found.push(
      `${path} is connected to a network that ${template.path} does not allow. Call its ` +
        'allowNetwork(network), or choose another template.',
    );
  }
  return found;
}

/**
 * References and ids that differ as strings are different networks; other expressions may not be.
 */
function isReferenceOrId(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  return !isUnknown(value) || /^[$][{]novacron_network[.][A-Za-z0-9_-]+[.]id[}]$/.test(value);
}
