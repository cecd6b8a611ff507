// What OPA says of a value that does not match a schema. Source: the default texts of gojsonschema.

import type { ErrorObject } from 'ajv';

/** OPA's name and message for a violated keyword. */
type SchemaText = {
  readonly type: string;
  readonly say: (error: SaidError, field: string) => string;
};

/** Error attributes that the texts use. */
type SaidError = Pick<ErrorObject, 'keyword' | 'message' | 'params' | 'schema' | 'data'>;

const limit = (type: string, before: string, after = ''): SchemaText => ({
  type,
  say: ({ params }) => `${before} ${params.limit}${after}`,
});

const fixed = (type: string, text: string): SchemaText => ({ type, say: () => text });

const TEXTS: Readonly<Record<string, SchemaText>> = {
  type: {
    type: 'invalid_type',
    say: ({ schema, data }) => `Invalid type. Expected: ${typesOf(schema)}, given: ${typeOf(data)}`,
  },
  required: { type: 'required', say: ({ params }) => `${params.missingProperty} is required` },
  dependencies: {
    type: 'missing_dependency',
    say: ({ params }) => `Has a dependency on ${params.missingProperty}`,
  },
  additionalProperties: {
    type: 'additional_property_not_allowed',
    say: ({ params }) => `Additional property ${params.additionalProperty} is not allowed`,
  },
  propertyNames: {
    type: 'invalid_property_name',
    say: ({ params }) => `Property name of "${params.propertyName}" does not match`,
  },
  enum: {
    type: 'enum',
    say: ({ params }, field) =>
      `${field} must be one of the following: ${params.allowedValues.map(jsonOf).join(', ')}`,
  },
  const: {
    type: 'const',
    say: ({ params }, field) => `${field} does not match: ${jsonOf(params.allowedValue)}`,
  },
  minimum: limit('number_gte', 'Must be greater than or equal to'),
  maximum: limit('number_lte', 'Must be less than or equal to'),
  exclusiveMinimum: limit('number_gt', 'Must be greater than'),
  exclusiveMaximum: limit('number_lt', 'Must be less than'),
  multipleOf: {
    type: 'multiple_of',
    say: ({ params }) => `Must be a multiple of ${params.multipleOf}`,
  },
  minLength: limit('string_gte', 'String length must be greater than or equal to'),
  maxLength: limit('string_lte', 'String length must be less than or equal to'),
  pattern: { type: 'pattern', say: ({ params }) => `Does not match pattern '${params.pattern}'` },
  minItems: limit('array_min_items', 'Array must have at least', ' items'),
  maxItems: limit('array_max_items', 'Array must have at most', ' items'),
  additionalItems: fixed('array_no_additional_items', 'No additional items allowed on array'),
  uniqueItems: {
    type: 'unique',
    say: ({ params: { i, j } }) =>
      `array items[${Math.min(i, j)},${Math.max(i, j)}] must be unique`,
  },
  contains: fixed('contains', 'At least one of the items must match'),
  minProperties: limit('array_min_properties', 'Must have at least', ' properties'),
  maxProperties: limit('array_max_properties', 'Must have at most', ' properties'),
  oneOf: fixed('number_one_of', 'Must validate one and only one schema (oneOf)'),
  anyOf: fixed('number_any_of', 'Must validate at least one schema (anyOf)'),
  allOf: fixed('number_all_of', 'Must validate all the schemas (allOf)'),
  not: fixed('number_not', 'Must not validate the schema (not)'),
  'if-then': fixed('condition_then', 'Must validate "then" as "if" was valid'),
  'if-else': fixed('condition_else', 'Must validate "else" as "if" was not valid'),
};

/**
 * The type and the text of what does not match.
 * @param error - with the schema and the data at its place (option `verbose` of Ajv)
 * @param field - the path of the value
 */
export function describeMismatch(
  error: SaidError,
  field: string,
): { readonly type: string; readonly desc: string } {
  const { keyword, message = '', params } = error;
  const text = TEXTS[keyword === 'if' ? `if-${params.failingKeyword}` : keyword];
  if (text === undefined) return { type: keyword, desc: message };
  return { type: text.type, desc: text.say(error, field) };
}

function typesOf(schema: unknown): string {
  return Array.isArray(schema) && schema.length > 1 ? `[${schema.join(',')}]` : String(schema);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value);
}
