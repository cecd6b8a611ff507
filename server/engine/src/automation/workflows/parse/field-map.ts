/** Objects of a text under the keys of the format, each field with the place that it came from. */
import { isRecord } from '@novacron/contract/json';
import type { DefinitionPath } from '../model/automation.ts';
import { type Aliases, canonicalKey } from './aliases.ts';

/** A value, and the path in the text that it stands at. */
export interface Field {
  readonly value: unknown;
  readonly origin: DefinitionPath;
}

/** Fields by the keys of the format. */
export type FieldMap = Map<string, Field>;

/** Data collected while reading besides values. */
export interface Reading {
  /** The path in the text of each path of the format that differs; by {@link keyOfPath}. */
  readonly origins: Map<string, DefinitionPath>;
  /** Unreadable parts, by the path in the text. */
  readonly refusals: { readonly origin: DefinitionPath; readonly message: string }[];
  /** The text of a scalar as it is written. */
  readonly sourceOf: (origin: DefinitionPath) => string | undefined;
}

/** Reads an object; undefined where it is none. */
export function fieldsOf(
  { value, origin }: Field,
  aliases: Aliases,
  reading: Reading,
): FieldMap | undefined {
  if (!isRecord(value)) return undefined;
  const fields: FieldMap = new Map();
  for (const [key, inner] of Object.entries(value)) {
    const name = canonicalKey(key, aliases);
    const field = { value: inner, origin: [...origin, key] };
    const earlier = fields.get(name);
    if (earlier !== undefined) {
      const first = String(earlier.origin.at(-1));
      refuse(reading, field.origin, `says the same as ${first} again: keep one of them`);
      continue;
    }
    fields.set(name, field);
  }
  return fields;
}

/** Records a fault at a place in the text. */
export function refuse(reading: Reading, origin: DefinitionPath, message: string): void {
  reading.refusals.push({ origin, message });
}

/** Makes an object of fields and records where each came from. */
export function toObject(
  fields: FieldMap,
  path: DefinitionPath,
  reading: Reading,
): Record<string, unknown> {
  const entries = [...fields].map(([name, { value, origin }]): [string, unknown] => {
    const inner = [...path, name];
    const key = keyOfPath(inner);
    if (!reading.origins.has(key)) reading.origins.set(key, origin);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** The path in the text of a path of the format: that of its longest known beginning. */
export function originOf(
  origins: ReadonlyMap<string, DefinitionPath>,
  path: DefinitionPath,
): DefinitionPath {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(keyOfPath(path.slice(0, length)));
    if (origin !== undefined) return [...origin, ...path.slice(length)];
  }
  return path;
}

/** A path as a key of maps. */
export function keyOfPath(path: DefinitionPath): string {
  return JSON.stringify(path);
}
