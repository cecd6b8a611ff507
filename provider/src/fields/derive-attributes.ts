/**
 * Derives the Terraform attributes of a kind from the resource table, so that both always agree.
 */

import {
  describeField,
  describeInput,
  type Field,
  type FieldTable,
} from '@novacron/contract/schema/field';
import type { Attribute, Attributes } from '../framework/schema/attribute.ts';
import {
  bool,
  float,
  int,
  list,
  map,
  nested,
  set,
  string,
} from '../framework/schema/attributes.ts';
import { describeChange } from './describe-change.ts';
import { findIssuesUnlessNone } from './find-issues.ts';
import { innerSchema } from './inner-schema.ts';

/** Zod belongs to the contract: this package only inspects its schemas. */
type FieldSchema = Field['schema'];

/**
 * Whether users set the fields (a resource), only read them (a data source), or pass them to a
 * preview (a question).
 */
export type AttributePurpose = 'resource' | 'data-source' | 'question';

/**
 * Derives the attributes of all fields of a table. Whether a change replaces the resource depends
 * on the whole plan: see find-replacements.ts.
 */
export function deriveAttributes(table: FieldTable, purpose: AttributePurpose): Attributes {
  return Object.fromEntries(
    Object.entries(table)
      // Write-only fields cannot be read.
      .filter(([, { secrecy }]) => purpose !== 'data-source' || secrecy !== 'write-only')
      .map(([name, field]) => [name, attributeOfField(field, purpose)]),
  );
}

type Shape =
  | {
      readonly kind: 'string' | 'int' | 'float' | 'bool' | 'string-list' | 'string-set';
    }
  | { readonly kind: 'map'; readonly element: keyof typeof ELEMENTS }
  | {
      readonly kind: 'object' | 'object-list' | 'object-set';
      readonly fields: Readonly<Record<string, FieldSchema>>;
    };

function attributeOfField(field: Field, purpose: AttributePurpose): Attribute {
  const isInput = purpose !== 'data-source' && field.presence !== 'computed';
  const options = isInput ? inputOptions(field, purpose) : readOnlyOptions(field);
  const shape = shapeOf(field.schema);
  const inside = isInput ? 'input' : 'read-only';
  return attributeOf(
    field.collection === 'set' ? withoutOrder(shape, inside) : shape,
    options,
    inside,
  );
}

/** Read-only objects stay a list: elements of a set cannot have computed attributes. */
function withoutOrder(shape: Shape, inside: Inside): Shape {
  if (shape.kind === 'string-list') return { kind: 'string-set' };
  const isSet = shape.kind === 'object-list' && inside === 'input';
  return isSet ? { ...shape, kind: 'object-set' } : shape;
}

/** Source of a nested object's attributes: the user or the provider. */
type Inside = 'input' | 'read-only';

function attributeOf(
  shape: Shape,
  options: Readonly<Record<string, unknown>>,
  inside: Inside,
): Attribute {
  // The options are made for the value type that the same field's schema has.
  const given = options as never;
  switch (shape.kind) {
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
    case 'string-set':
      return set(Object.assign({ element: string }, given));
    case 'map':
      return map(Object.assign({ element: ELEMENTS[shape.element] }, given));
    case 'object':
    case 'object-list':
    case 'object-set': {
      const nesting = NESTINGS[shape.kind];
      const attributes = attributesInside(shape.fields, inside);
      return nested(Object.assign({ nesting, attributes } as const, given));
    }
  }
}

/** The types of values that a map can have. */
const ELEMENTS = { string, int, bool } as const;

const NESTINGS = { object: 'single', 'object-list': 'list', 'object-set': 'set' } as const;

/** Derives the attributes of a nested object from the schemas of its fields. */
function attributesInside(
  fields: Readonly<Record<string, FieldSchema>>,
  inside: Inside,
): Attributes {
  const entries = Object.entries(fields).map(([name, schema]): [string, Attribute] => {
    const presence = isNullable(schema) ? { optional: true } : { required: true };
    const options = {
      description: withChoices(schema.description ?? '', schema),
      ...(inside === 'input'
        ? { ...presence, validators: [(value: unknown) => findIssuesUnlessNone(schema, value)] }
        : { computed: true, ...(isNullable(schema) ? { nullable: true } : {}) }),
    };
    return [name, attributeOf(shapeOf(schema), options, inside)];
  });
  return Object.fromEntries(entries);
}

/**
 * Inputs are never marked `sensitive`: Terraform would generate `null` for them in the
 * configuration of an import, whose plan then removes the value, and a reviewer could not read
 * changes. A value from a sensitive source keeps Terraform's mark; real secrets are write-only.
 */
function inputOptions(field: Field, purpose: AttributePurpose): Record<string, unknown> {
  const schema = field.presence === 'optional' ? field.schema.nullable() : field.schema;
  return {
    description: describeForTerraform(field, purpose),
    ...presenceOf(field),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.secrecy === 'write-only' ? { writeOnly: true } : {}),
    validators: [(value: unknown) => findIssuesUnlessNone(schema, value)],
  };
}

function presenceOf({ presence, inherits, isAssigned }: Field): Record<string, unknown> {
  if (isAssigned) return { optional: true, computed: true, nullable: true };
  if (inherits === undefined) {
    return presence === 'required' ? { required: true } : { optional: true };
  }
  const kept = { optional: true, computed: true, useStateForUnknown: true };
  return presence === 'required' ? kept : { ...kept, nullable: true };
}

function readOnlyOptions(field: Field): Record<string, unknown> {
  const mayBeNull = isNullable(field.schema) || field.presence === 'optional';
  return {
    description: withChoices(describeField(field), field.schema),
    computed: true,
    ...(mayBeNull ? { nullable: true } : {}),
    ...(field.secrecy === 'sensitive' ? { sensitive: true } : {}),
  };
}

/** Appends the permitted values of an enumeration to a description. */
function withChoices(description: string, schema: FieldSchema): string {
  const choices = choicesOf(schema).map((choice) => `\`${choice}\``);
  if (choices.every((choice) => description.includes(choice))) return description;
  return `${description} One of ${choices.join(', ')}.`;
}

function choicesOf(schema: FieldSchema): readonly unknown[] {
  switch (schema.def.type) {
    case 'nullable':
    case 'optional':
    case 'prefault':
    case 'default':
      return choicesOf(innerSchema(schema));
    case 'enum':
      // A Zod schema of this type has its values as options.
      return (schema as EnumSchema).options;
    default:
      return [];
  }
}

function isNullable(schema: FieldSchema): boolean {
  const { type } = schema.def;
  if (type === 'prefault') return isNullable(innerSchema(schema));
  return type === 'nullable' || type === 'optional';
}

function describeForTerraform(field: Field, purpose: AttributePurpose): string {
  const fallback = field.default === undefined ? '' : ` Default: \`${field.default}\`.`;
  // A preview never changes anything.
  const change = purpose === 'question' ? '' : ` ${describeChange(field)}`;
  return `${withChoices(describeInput(field), field.schema)}${fallback}${change}`;
}

function shapeOf(schema: FieldSchema): Shape {
  const { def } = schema;
  switch (def.type) {
    case 'nullable':
    case 'optional':
    case 'prefault':
    case 'default':
      return shapeOf(innerSchema(schema));
    case 'string':
    case 'enum':
      return { kind: 'string' };
    case 'number':
      // A Zod schema of this type has a format.
      return { kind: (schema as NumberSchema).format === 'safeint' ? 'int' : 'float' };
    case 'boolean':
      return { kind: 'bool' };
    case 'array':
    case 'record': {
      // A Zod schema of these types has a schema of its elements, or of its values.
      const of = schema as CollectionSchema;
      if (def.type === 'record') return { kind: 'map', element: elementOf(of.valueType) };
      const element = shapeOf(of.element);
      return element.kind === 'object'
        ? { ...element, kind: 'object-list' }
        : { kind: 'string-list' };
    }
    case 'object':
      // A Zod schema of this type has a shape.
      return { kind: 'object', fields: (schema as ObjectSchema).shape };
    default:
      throw new TypeError(`a field is of type ${def.type}, which has no Terraform attribute yet`);
  }
}

function elementOf(schema: FieldSchema): keyof typeof ELEMENTS {
  const { kind } = shapeOf(schema);
  if (kind === 'string' || kind === 'int' || kind === 'bool') return kind;
  throw new TypeError(`a map has values of type ${kind}, which has no Terraform attribute yet`);
}

/** A schema of type `enum`. */
interface EnumSchema extends FieldSchema {
  readonly options: readonly unknown[];
}

/** A schema of type `number`. */
interface NumberSchema extends FieldSchema {
  readonly format: string | null;
}

/** A schema of type `array`, with an element, or `record`, with a type of its values. */
interface CollectionSchema extends FieldSchema {
  readonly element: FieldSchema;
  readonly valueType: FieldSchema;
}

/** A schema of type `object`. */
interface ObjectSchema extends FieldSchema {
  readonly shape: Readonly<Record<string, FieldSchema>>;
}
