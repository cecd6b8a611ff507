/**
 * Renders the HCL that adopts the current values: the drifted attributes, and an import block if
 * needed.
 */
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import type { ResourceDefinition } from '@novacron/contract/schema/resource-definition';
import type { FieldValues } from './model/drift.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const INDENT = '  ';

/**
 * Renders attributes of a resource block as they are now.
 * @param fields - names of the fields that drifted, in the table's order
 * @returns the block, line by line; `# was removed` where an attribute is to go
 */
export function renderResource(
  { type }: Pick<ResourceDefinition, 'type'>,
  name: string,
  { fields, current }: { readonly fields: readonly string[]; readonly current: FieldValues },
): string[] {
  const lines = fields.map((field) => {
    const value = current[field] ?? null;
    return value === null ? `# remove ${field}` : `${field} = ${renderValue(value, 1)}`;
  });
  return [
    `resource "${type}" "${labelOf(name)}" {`,
    ...lines
      .join('\n')
      .split('\n')
      .map((line) => `${INDENT}${line}`),
    '}',
  ];
}

/** The block that brings a resource into a state that does not have it yet. */
export function renderImport({ type }: Pick<ResourceDefinition, 'type'>, name: string, id: string) {
  return ['import {', `  to = ${type}.${labelOf(name)}`, `  id = ${quote(id)}`, '}'];
}

/** Converts a name to a valid Terraform block label. */
export function labelOf(name: string): string {
  const label = name.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  return /^[A-Za-z_]/.test(label) ? label : `_${label}`;
}

function renderValue(value: Json, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((each) => renderValue(each, depth)).join(', ')}]`;
  return isRecord(value) ? renderMap(value, depth) : String(value);
}

/** Omits null members of objects: Terraform treats absent members as null. */
function renderMap(map: JsonObject, depth: number): string {
  const entries = Object.entries(map).filter(([, value]) => value !== null);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, value]) => {
    const name = IDENTIFIER.test(key) ? key : quote(key);
    return `${INDENT.repeat(depth)}${name} = ${renderValue(value, depth + 1)}`;
  });
  return ['{', ...lines, `${INDENT.repeat(depth - 1)}}`].join('\n');
}

/** JSON escapes are valid in HCL; the start of a template is doubled. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/([$%])\{/g, (_all, sign: string) => `${sign}${sign}{`);
}
