/** Resources as the server answers them, written as a Terraform configuration. */

import {
  formatBlock,
  type HclBlock,
  type HclValue,
  referenceTo,
  toHcl,
} from '@novacron/contract/formats/format-hcl';
import { equalJson } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { withoutEmptyValues } from '@novacron/contract/schema/empty-value';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Fields } from '../../output/fields.ts';
import { createReferences, GROUP_OF_RULE, type WriteId } from './create-references.ts';

/** Parts to write: resources and import blocks, or import blocks alone. */
export const EXPORT_FORMATS = ['hcl', 'import'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** One resource that exists. */
export interface ExportedResource {
  readonly kind: ResourceKind;
  /** Values in the API's answer, with `id` and `name`. */
  readonly values: Fields;
}

interface Placed extends ExportedResource {
  /** `novacron_vm.web_01` */
  readonly address: string;
}

/**
 * Writes a configuration whose plan imports and changes nothing. What refers to another exported
 * resource names it; what refers to anything else has its id.
 * @returns text in the format of `terraform fmt`
 */
export function writeConfiguration(
  resources: readonly ExportedResource[],
  format: ExportFormat,
): string {
  const placed = giveAddresses(resources);
  const referencesOf = createReferences(placed);
  const blocks = placed.flatMap((resource): readonly HclBlock[] => {
    const block = importBlock(resource);
    if (format === 'import') return [block];
    const written = resourceBlock(resource, referencesOf(resource));
    return [...secretsOf(resource).map(variableBlock), block, written];
  });
  return blocks.map(formatBlock).join('\n');
}

/** Names become identifiers; two that become the same one are distinguished by a number. */
function giveAddresses(resources: readonly ExportedResource[]): readonly Placed[] {
  const taken = new Set<string>();
  return resources.map((resource) => {
    const { type } = RESOURCE_DEFINITIONS[resource.kind];
    const base = `${type}.${identifierOf(String(resource.values.name))}`;
    let address = base;
    for (let number = 2; taken.has(address); number += 1) address = `${base}_${number}`;
    taken.add(address);
    return { ...resource, address };
  });
}

function identifierOf(name: string): string {
  const word = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return /^[a-z]/.test(word) ? word : `r_${word}`;
}

function importBlock({ address, values }: Placed): HclBlock {
  return {
    header: 'import',
    attributes: [
      ['to', referenceTo(address)],
      ['id', String(values.id)],
    ],
  };
}

function resourceBlock(resource: Placed, writeId: WriteId): HclBlock {
  const { kind, values, address } = resource;
  const { type, table } = RESOURCE_DEFINITIONS[kind];
  // What answers carry can be written; the plan of a configuration without it would take it away.
  const isShown = ({ secrecy }: Field) => secrecy !== 'write-only';
  const shown = Object.entries(userFields(table)).filter(
    ([name, field]) => isShown(field) && !isDefault(values[name], field),
  );
  const secrets = secretsOf(resource);
  return {
    header: `resource "${type}" "${address.slice(type.length + 1)}"`,
    comments: secrets.map(({ name }) => `${name} is a secret and is not exported.`),
    attributes: [
      ...toAttributes(Object.fromEntries(shown), values, writeId),
      ...secrets.map(({ name, variable }) => [name, referenceTo(`var.${variable}`)] as const),
    ],
  };
}

/** A secret of a resource, and the variable that its value comes from. */
interface Secret {
  readonly name: string;
  readonly version: string;
  readonly variable: string;
}

/**
 * Returns the configured secrets. The API shows only the version of a secret, and Terraform needs
 * both.
 */
function secretsOf({ kind, values, address }: Placed): readonly Secret[] {
  return Object.entries(RESOURCE_DEFINITIONS[kind].table).flatMap(
    ([name, field]: [string, Field]) => {
      const { versionedBy: version } = field;
      if (version === undefined || (values[version] ?? null) === null) return [];
      return [{ name, version, variable: `${address.replace('.', '_')}_${name}` }];
    },
  );
}

/** Its value is in no state and no plan: whatever it is, the import changes nothing. */
function variableBlock({ version, variable }: Secret): HclBlock {
  return {
    header: `variable "${variable}"`,
    comments: [`It is sent when ${version} changes, not by the import.`],
    attributes: [
      ['type', referenceTo('string')],
      ['ephemeral', true],
    ],
  };
}

/** Silence means nothing. */
function toAttributes(
  table: FieldTable,
  values: Fields,
  writeId: WriteId,
): readonly (readonly [name: string, value: HclValue])[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const value = withoutEmptyValues(field, values[name]) ?? null;
    return value === null ? [] : [[name, toAttribute(value, field, writeId)]];
  });
}

/** Omits fields that the server may assign: a VM keeps its address. */
function userFields(table: FieldTable): FieldTable {
  const isChosen = ({ presence, isAssigned }: Field) =>
    presence !== 'computed' && isAssigned === undefined;
  const entries = Object.entries(table).filter(([, field]) => isChosen(field));
  return Object.fromEntries(entries);
}

/** Reports whether a value is the default; not used inside objects. */
function isDefault(value: unknown, field: Field): boolean {
  return field.default !== undefined && equalJson(value, field.default);
}

function toAttribute(value: unknown, field: Field, writeId: WriteId): HclValue {
  if (Array.isArray(value)) return value.map((one) => toElement(one, field, writeId));
  if (field.references !== undefined) return writeId(value);
  if (field.inside === undefined) return toHcl(value);
  return Object.fromEntries(toAttributes(field.inside, Object(value), writeId));
}

/** Converts a set's object: a rule of a firewall. */
function toElement(value: unknown, { references }: Field, writeId: WriteId): HclValue {
  if (references !== undefined) return writeId(value);
  const group = Object(value)[GROUP_OF_RULE] ?? null;
  const written = toHcl(value);
  return group === null ? written : { ...Object(written), [GROUP_OF_RULE]: writeId(group) };
}
