/**
 * Texts that say nothing. Terraform writes `null` for an empty text into the configuration that it
 * generates for an import, so a configuration and an import of it have to be equal with either.
 */
import { z } from 'zod';
import type { Field } from './field.ts';

/**
 * A value of a field with null for every empty text that may be absent, inside of objects too.
 * Labels and elements of lists stay: an empty one of them is there.
 * @returns the very same value if it has no such text
 */
export function withoutEmptyTexts(
  { schema, presence }: Pick<Field, 'schema' | 'presence'>,
  value: unknown,
): unknown {
  if (value === '' && presence !== 'required') return null;
  return typeof value === 'object' && value !== null ? cleared(schema, value) : value;
}

function cleared(schema: z.core.$ZodType, value: unknown): unknown {
  if (isWrapper(schema)) {
    if (value === '' && schema instanceof z.ZodNullable) return null;
    return cleared(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const elements = value.map((element) => cleared(schema.element, element));
    return elements.some((element, index) => element !== value[index]) ? elements : value;
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const changed = Object.entries(value).flatMap(([name, inner]) => {
    const row = schema.shape[name];
    const now = row === undefined ? inner : cleared(row, inner);
    return now === inner ? [] : [[name, now]];
  });
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

/** Reports whether a schema wraps another schema: nullable, prefault or default. */
function isWrapper(schema: z.core.$ZodType) {
  return (
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodDefault
  );
}
