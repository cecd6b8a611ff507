/**
 * Renders the HCL that adopts the current values: the drifted attributes, and an import block if
 * needed.
 */
import {
  formatBlock,
  type HclBlock,
  referenceTo,
  toHcl,
  toHclLabel,
} from '@novacron/contract/formats/format-hcl';
import type { ResourceDefinition } from '@novacron/contract/schema/resource-definition';
import type { FieldValues } from './model/drift.ts';

/**
 * Renders attributes of a resource block as they are now.
 * @param fields - names of the fields that drifted
 * @returns the block, line by line; `# remove FIELD` where an attribute is to go
 */
export function renderResource(
  { type }: Pick<ResourceDefinition, 'type'>,
  name: string,
  { fields, current }: { readonly fields: readonly string[]; readonly current: FieldValues },
): string[] {
  const isRemoved = (field: string) => (current[field] ?? null) === null;
  return linesOf({
    header: `resource "${type}" "${toHclLabel(name)}"`,
    comments: fields.filter(isRemoved).map((field) => `remove ${field}`),
    attributes: fields
      .filter((field) => !isRemoved(field))
      .map((field) => [field, toHcl(current[field])]),
  });
}

/** The block that brings a resource into a state that does not have it yet. */
export function renderImport({ type }: Pick<ResourceDefinition, 'type'>, name: string, id: string) {
  const to = referenceTo(`${type}.${toHclLabel(name)}`);
  return linesOf({
    header: 'import',
    attributes: [
      ['to', to],
      ['id', id],
    ],
  });
}

function linesOf(block: HclBlock): string[] {
  return formatBlock(block).trimEnd().split('\n');
}
