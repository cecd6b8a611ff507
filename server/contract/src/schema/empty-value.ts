/**
 * Empty values of optional fields mean the same as null: modules pass `""`, `[]` and `{}` for
 * "none", and Terraform writes `null` for an empty text into the configuration of an import.
 */
import { z } from 'zod';
import type { Field } from './field.ts';

/**
 * Returns the value of a field with null for every optional part that is empty, also inside of
 * objects: an empty text, list or map, and an object without any value. Labels and elements of
 * lists stay.
 * @returns the identical value if it has no such part
 */
export function withoutEmptyValues(
  { schema, presence }: Pick<Field, 'schema' | 'presence'>,
  value: unknown,
): unknown {
  return clearEmptyValues(presence === 'optional' ? schema.nullable() : schema, value);
}

/** The same for a schema, which is nullable where the value is optional. */
export function clearEmptyValues(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const isOptional = isNullable(schema);
  const inner = innermost(schema);
  const kept = typeof value === 'object' ? clearedInside(inner, value) : value;
  return isOptional && isEmpty(inner, kept) ? null : kept;
}

function clearedInside(schema: z.core.$ZodType, value: object): unknown {
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const elements = value.map((element) => clearEmptyValues(schema.element, element));
    return elements.some((element, index) => element !== value[index]) ? elements : value;
  }
  if (!(schema instanceof z.ZodObject)) return value;
  const changed = Object.entries(value).flatMap(([name, inner]) => {
    const row = schema.shape[name];
    const now = row === undefined ? inner : clearEmptyValues(row, inner);
    return now === inner ? [] : [[name, now]];
  });
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

function isEmpty(schema: z.core.$ZodType, value: unknown): boolean {
  if (value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object' || value === null) return false;
  if (schema instanceof z.ZodRecord) return Object.keys(value).length === 0;
  const isObject = schema instanceof z.ZodObject;
  return isObject && Object.values(value).every((part) => (part ?? null) === null);
}

function isNullable(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return true;
  return isWrapper(schema) && isNullable(schema.unwrap());
}

function innermost(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped = isWrapper(schema) || schema instanceof z.ZodOptional;
  return isWrapped ? innermost(schema.unwrap()) : schema;
}

/** Reports whether a schema wraps another schema: nullable, prefault or default. */
function isWrapper(schema: z.core.$ZodType) {
  return (
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodDefault
  );
}
