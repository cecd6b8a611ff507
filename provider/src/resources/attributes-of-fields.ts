/** The Terraform attributes of a kind, made from the resource table: both cannot disagree. */
import { describeField, type Field, type FieldTable } from '@novacron/contract/field';
import type { Attribute, Attributes } from '../framework/attribute.ts';
import { bool, float, int, list, map, string } from '../framework/attributes.ts';

/** Zod is the contract's affair: here its schemas are only asked what they are. */
type FieldSchema = Field['schema'];

/** Whether users set the fields (a resource) or only read them (a data source). */
export type AttributesFor = 'resource' | 'data-source';

/**
 * Makes the attributes of all fields of a table. What a change of them replaces is decided with the
 * whole plan in view: see find-replacements.ts.
 */
export function attributesOfFields(table: FieldTable, purpose: AttributesFor): Attributes {
  return Object.fromEntries(
    Object.entries(table).map(([name, field]) => [name, attributeOfField(field, purpose)]),
  );
}

type Shape = 'string' | 'int' | 'float' | 'bool' | 'string-list' | 'string-map';

function attributeOfField(field: Field, purpose: AttributesFor): Attribute {
  const options = purpose === 'resource' ? resourceOptions(field) : readOnlyOptions(field);
  // The options are made for the value type that the same field's schema has.
  const given = options as never;
  switch (shapeOf(field.schema)) {
    case 'string':
      return string(given);
    case 'int':
      return int(given);
    case 'float':
      return float(given);
    case 'bool':
      return bool(given);
    case 'string-list':
      return list(Object.assign({ element: string }, given));
    case 'string-map':
      return map(Object.assign({ element: string }, given));
  }
}

function resourceOptions(field: Field): Record<string, unknown> {
  if (field.presence === 'computed') return readOnlyOptions(field);
  return {
    description: describeForTerraform(field),
    ...(field.presence === 'required' ? { required: true } : { optional: true }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.secrecy === 'sensitive' ? { sensitive: true } : {}),
    ...(field.secrecy === 'write-only' ? { writeOnly: true } : {}),
    validators: [(value: unknown) => messageOf(field.schema, value)],
  };
}

function readOnlyOptions(field: Field): Record<string, unknown> {
  const isNullable = field.schema.def.type === 'nullable' || field.presence === 'optional';
  return {
    description: describeField(field),
    computed: true,
    ...(isNullable ? { nullable: true } : {}),
  };
}

function describeForTerraform(field: Field): string {
  const fallback = field.default === undefined ? '' : ` Default: \`${field.default}\`.`;
  return `${describeField(field)}${fallback}`;
}

function messageOf(schema: FieldSchema, value: unknown): string | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  return parsed.error.issues
    .map((issue) => {
      const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
      return `${where}${issue.message}`;
    })
    .join('; ');
}

function shapeOf(schema: FieldSchema): Shape {
  const { def } = schema;
  switch (def.type) {
    case 'nullable':
      return shapeOf((schema as Wrapper).unwrap());
    case 'string':
    case 'enum':
      return 'string';
    case 'number':
      return (schema as NumberSchema).format === 'safeint' ? 'int' : 'float';
    case 'boolean':
      return 'bool';
    case 'array':
      return 'string-list';
    case 'record':
      return 'string-map';
    default:
      throw new TypeError(`a field is of type ${def.type}, which has no Terraform attribute yet`);
  }
}

/** What a schema of type `nullable` is besides. */
interface Wrapper extends FieldSchema {
  readonly unwrap: () => FieldSchema;
}

/** What a schema of type `number` is besides. */
interface NumberSchema extends FieldSchema {
  readonly format: string | null;
}
