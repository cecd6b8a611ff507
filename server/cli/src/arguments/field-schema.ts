/** JSON Schema of a field, as far as the command line reads it. */
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';
import { nounOfPrefix } from './nouns.ts';

/** The members of a schema that decide how a flag is read. */
export const FieldSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  maxLength: z.number().optional(),
  description: z.string().optional(),
  additionalProperties: z.unknown().optional(),
  get items() {
    return FieldSchema.optional();
  },
  get properties() {
    return z.record(z.string(), FieldSchema).optional();
  },
  get anyOf() {
    return z.array(FieldSchema).optional();
  },
});
export type FieldSchema = z.infer<typeof FieldSchema>;

/** The alternatives of a field: most are one of them, or null. */
export function variantsOf(schema: FieldSchema): readonly FieldSchema[] {
  return schema.anyOf ?? [schema];
}

/** Returns the schema of a field's values other than null. */
export function withoutNull(schema: FieldSchema): FieldSchema {
  return variantsOf(schema).find(({ type }) => type !== 'null') ?? schema;
}

/** Whether a field may have a type of JSON Schema. */
export function hasType({ type }: FieldSchema, name: string): boolean {
  return Array.isArray(type) ? type.includes(name) : type === name;
}

/** Whether a field is a list of objects with known members, such as firewall rules. */
export function isObjectList(schema: FieldSchema): boolean {
  return hasType(schema, 'array') && isObject(schema.items ?? {});
}

/** Whether a field is an object with known members. */
export function isObject(schema: FieldSchema): boolean {
  return hasType(schema, 'object') && Object.keys(schema.properties ?? {}).length > 0;
}

/** Fields that hold the id of any kind of resource; their schemas do not say so. */
const ANY_RESOURCE_FIELDS: ReadonlySet<string> = new Set(['resource_id', 'target_id']);

/** The peer of a security group's rule has no pattern: it may be `self`. */
const PEER_FIELD = 'group_id';

/** The nouns of which a text field takes an id, or a name instead; none for other fields. */
export function nounsOf(field: string, schema: FieldSchema): readonly string[] {
  if (ANY_RESOURCE_FIELDS.has(field)) return RESOURCE_KINDS;
  const prefix = /^\^([a-z]+)_/.exec(schema.pattern ?? '')?.[1];
  if (prefix === undefined) return field === PEER_FIELD ? ['security_group'] : [];
  const noun = nounOfPrefix(prefix);
  return noun === undefined ? [] : [noun];
}
