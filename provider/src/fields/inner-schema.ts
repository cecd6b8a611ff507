import type { Field } from '@novacron/contract/schema/field';

type FieldSchema = Field['schema'];

/** A schema around another one. */
interface Wrapper extends FieldSchema {
  readonly unwrap: () => FieldSchema;
}

/**
 * Returns the schema inside a schema of type `nullable`, `optional`, `prefault` or `default`.
 * @throws TypeError for any other schema: a bug of the caller
 */
export function innerSchema(schema: FieldSchema): FieldSchema {
  if (!isWrapper(schema)) throw new TypeError(`a schema of type ${schema.def.type} wraps none`);
  return schema.unwrap();
}

function isWrapper(schema: FieldSchema): schema is Wrapper {
  return 'unwrap' in schema && typeof schema.unwrap === 'function';
}
