// json.verify_schema and json.match_schema, with errors as OPA has them (those of gojsonschema).

import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { RE2JS } from 're2js';
import { toJsonText } from '../../values/json-value.ts';
import { isObject, makeObject, type RegoValue } from '../../values/rego-value.ts';
import { asString, BuiltinFailure, exceed, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { loadAjv } from '../host/lazy-packages.ts';
import { findMismatches, type Mismatch } from './json-schema-branches.ts';
import { describeMismatch } from './json-schema-texts.ts';

/** Longer schemas are no policy's. */
const SCHEMA_LENGTH_MAX = 262_144;
/** In the order in which OPA reports them. */
const TYPES = ['array', 'boolean', 'integer', 'number', 'null', 'object', 'string'];

/** Keywords with alternatives. */
const CHOICES: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'contains']);

let ajv: Ajv | undefined;

/** Patterns run in linear time, whatever the schema contains. */
function linearRegex(pattern: string): { readonly test: (text: string) => boolean } {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.matcher(text).find() };
}
linearRegex.code = 'linearRegex';

function validator(): Ajv {
  const { Ajv: Validator } = loadAjv();
  ajv ??= new Validator({
    strict: false,
    allErrors: true,
    verbose: true,
    logger: false,
    validateFormats: false,
    addUsedSchema: false,
    code: { regExp: linearRegex },
  });
  return ajv;
}

/** Compiles a schema that comes with one call: it would stay in the memory of Ajv. */
function compileOnce(schema: object): ValidateFunction {
  try {
    return validator().compile(schema);
  } finally {
    validator().removeSchema(schema);
  }
}

function readJson(value: RegoValue | undefined): unknown {
  if (typeof value === 'string') {
    try {
      return JSON.parse(value);
    } catch {
      return fail('the text is not JSON');
    }
  }
  if (value === undefined || !isObject(value)) {
    throw new BuiltinFailure('a schema is a string or an object', 'eval_type_error');
  }
  return JSON.parse(toJsonText(value));
}

/** A schema as it is read, and its validator. */
type CompiledSchema = { readonly schema: object; readonly validate: ValidateFunction };

function compileSchema(value: RegoValue | undefined): CompiledSchema {
  const schema = readJson(value);
  const text = JSON.stringify(schema);
  if (typeof schema !== 'object' || schema === null)
    return fail('jsonschema: a schema is an object');
  if (text.length > SCHEMA_LENGTH_MAX) return exceed('jsonschema: the schema is too long');
  const unknown = findUnknownType(schema);
  if (unknown !== undefined) {
    const valid = TYPES.join(' ');
    return fail(
      `jsonschema: has a primitive type that is NOT VALID -- given: /${unknown}/ ` +
        `Expected valid values are:[${valid}]`,
    );
  }
  // The version that a schema names is not fetched; all are read by one set of keywords.
  const { $schema: _version, $id: _id, id: _oldId, ...rest } = schema as Record<string, unknown>;
  try {
    return { schema: rest, validate: compileOnce(rest) };
  } catch (cause) {
    return fail(`jsonschema: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function findUnknownType(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  if ('type' in part) {
    const types = Array.isArray(part.type) ? part.type : [part.type];
    const unknown = types.find((type) => typeof type === 'string' && !TYPES.includes(type));
    if (unknown !== undefined) return unknown;
  }
  return Object.values(part)
    .map(findUnknownType)
    .find((found) => found !== undefined);
}

function pathOf({ instancePath }: ErrorObject): readonly string[] {
  const names = instancePath.split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function toError({ path, error }: Mismatch): RegoValue {
  const field = path.length === 0 ? '(root)' : path.join('.');
  const { type, desc } = describeMismatch(error, field);
  return makeObject([
    ['desc', desc],
    ['error', `${field}: ${desc}`],
    ['field', field],
    ['type', type],
  ]);
}

function matchSchema(document: RegoValue | undefined, schema: RegoValue | undefined): RegoValue {
  const text = typeof document === 'string' ? asString(document) : undefined;
  let value: unknown;
  try {
    value = JSON.parse(text ?? toJsonText(document ?? null));
  } catch {
    return fail('the document is not JSON');
  }
  const { schema: read, validate } = compileSchema(schema);
  if (validate(value)) return [true, []];
  const errors = validate.errors ?? [];
  const all = errors.map((error) => ({ path: pathOf(error), error }));
  if (!errors.some(({ keyword }) => CHOICES.has(keyword))) return [false, all.map(toError)];
  // Of alternatives Ajv reports all.
  const found = findMismatches(read, value, compileOnce);
  return [false, (found.length === 0 ? all : found).map(toError)];
}

/** The builtins over JSON Schema. */
export const JSON_SCHEMA_BUILTINS: HostBuiltins = {
  'json.verify_schema': ([schema]) => {
    try {
      compileSchema(schema);
      return [true, null];
    } catch (cause) {
      if (!(cause instanceof BuiltinFailure && cause.kind === 'eval_builtin_error')) throw cause;
      return [false, cause.message];
    }
  },
  'json.match_schema': ([document, schema]) => matchSchema(document, schema),
};
