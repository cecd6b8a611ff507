// The type of the documents that a JSON Schema describes. What it says of values beyond their type
// is not looked at, and what is not understood is of any type. Source: JSON Schema draft 7, as far
// as OPA's type checker reads it.

import { isJsonObject } from '../syntax/json-object.ts';
import { fromJson } from '../values/json-value.ts';
import type { RegoValue } from '../values/rego-value.ts';
import {
  ANY,
  arrayOf,
  BOOLEAN,
  NULL,
  NUMBER,
  type ObjectType,
  objectType,
  type RegoType,
  STRING,
  stringOf,
  typeOfValue,
  unionOf,
} from './rego-type.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Schemas that refer to themselves are followed this deep. */
const DEPTH_MAX = 8;

/**
 * The type that a schema describes. An object has the properties that are listed and no others,
 * unless `additionalProperties` allows them: a reference to any other is taken for a mistake.
 */
export function typeOfSchema(schema: unknown): RegoType {
  return readSchema(schema, schema, 0);
}

function readSchema(root: unknown, schema: unknown, depth: number): RegoType {
  if (!isJsonObject(schema) || depth > DEPTH_MAX) return ANY;
  const read = (inner: unknown) => readSchema(root, inner, depth + 1);
  const { $ref, enum: values, const: value, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === 'string') return read(resolvePointer(root, $ref));
  if (Array.isArray(values)) return unionOf(values.map(readConstant));
  if (value !== undefined) return readConstant(value);
  const choices = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(choices)) return unionOf(choices.map(read));
  if (Array.isArray(allOf)) return ANY;
  if (Array.isArray(type)) return unionOf(type.map((name) => typeOfName(schema, name, read)));
  return typeOfName(schema, type, read);
}

// A string that a schema lists is one of a closed list.
function readConstant(value: unknown): RegoType {
  return typeof value === 'string' ? stringOf([value], 'schema') : typeOfValue(fromJson(value));
}

function typeOfName(schema: Schema, name: unknown, read: (inner: unknown) => RegoType): RegoType {
  switch (name ?? (isJsonObject(schema.properties) ? 'object' : undefined)) {
    case 'null':
      return NULL;
    case 'boolean':
      return BOOLEAN;
    case 'number':
    case 'integer':
      return NUMBER;
    case 'string':
      return STRING;
    case 'array':
      return arrayOf(readItems(schema, read));
    case 'object':
      return readObject(schema, read);
    default:
      return ANY;
  }
}

// A list of schemas, one a place, says nothing of how many places are filled.
function readItems(
  { items, additionalItems }: Schema,
  read: (inner: unknown) => RegoType,
): RegoType {
  if (!Array.isArray(items)) return read(items);
  return additionalItems === false ? unionOf(items.map(read)) : ANY;
}

function readObject(
  { title, properties, required, additionalProperties, patternProperties }: Schema,
  read: (inner: unknown) => RegoType,
): RegoType {
  const known = isJsonObject(properties) ? Object.entries(properties) : [];
  const pairs = known.map(([key, inner]): readonly [RegoValue, RegoType] => [key, read(inner)]);
  const isOpen =
    additionalProperties === true ||
    isJsonObject(additionalProperties) ||
    isJsonObject(patternProperties) ||
    pairs.length === 0;
  const value =
    isJsonObject(additionalProperties) && !isJsonObject(patternProperties)
      ? read(additionalProperties)
      : ANY;
  const rest = isOpen ? { key: STRING, value } : undefined;
  return objectType(pairs, rest, 'optional', {
    title: typeof title === 'string' ? title : undefined,
    always: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
  });
}

// `#/definitions/address`; other documents are not read.
function resolvePointer(root: unknown, pointer: string): unknown {
  const [start, ...parts] = pointer.split('/');
  if (start !== '#') return undefined;
  return parts.reduce<unknown>((at, part) => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    return isJsonObject(at) ? at[name] : undefined;
  }, root);
}

/** The type of a document with a part of another type at a path. */
export function graftType(type: RegoType, path: readonly string[], part: RegoType): RegoType {
  const [name, ...rest] = path;
  if (name === undefined) return part;
  const {
    properties,
    rest: other,
    always,
  } = type.kind === 'object'
    ? type
    : { properties: [], rest: { key: ANY, value: ANY }, always: [] };
  const own = properties.find(({ key }) => key === name);
  const inner = graftType(own?.value ?? ANY, rest, part);
  const pairs = properties
    .filter((each) => each !== own)
    .map(({ key, value }) => [key, value] as const);
  const whole = [...pairs, [name, inner] as const];
  return objectType(whole, other satisfies ObjectType['rest'], 'optional', { always });
}
