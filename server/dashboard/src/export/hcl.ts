/** Resources as Terraform's HCL. */
import {
  formatBlock,
  type HclValue,
  referenceTo,
  toHcl,
  toHclLabel,
} from '@novacron/contract/formats/format-hcl';
import { WriteOnlyValue } from './write-only.ts';

/** A resource block with the fields that are set, and the variables of write-only ones. */
export function hclResource(
  type: string,
  name: string,
  fields: Readonly<Record<string, unknown>>,
): string {
  const label = toHclLabel(name);
  const set = Object.entries(fields).filter(([, value]) => !isUnset(value));
  const hidden = set.flatMap(([field, value]) => (value instanceof WriteOnlyValue ? [field] : []));
  const resource = formatBlock({
    header: `resource "${type}" "${label}"`,
    comments: hidden.map(
      (field) => `${field} is write-only: its value is not shown, Terraform asks for it.`,
    ),
    attributes: set.map(([field, value]): [string, HclValue] => [
      field,
      value instanceof WriteOnlyValue ? referenceTo(`var.${label}_${field}`) : toHcl(value),
    ]),
  });
  const variables = hidden.map((field) => variableBlock(`${label}_${field}`));
  return [resource, ...variables].join('\n');
}

/** A variable that Terraform asks for and does not show. */
function variableBlock(name: string): string {
  return formatBlock({
    header: `variable "${name}"`,
    attributes: [
      ['type', referenceTo('string')],
      ['sensitive', true],
    ],
  });
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
