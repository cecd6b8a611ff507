// The mismatches of a value where a schema has alternatives: of `anyOf` and `oneOf` those of the
// alternative that fits best. Source: gojsonschema, which counts a point for each part of a schema
// that was looked at, and takes two for each mismatch.

import type { ErrorObject, ValidateFunction } from 'ajv';
import { RE2JS } from 're2js';
import { isJsonObject } from '../../syntax/json-object.ts';

/** A mismatch at the path of its value. */
export type Mismatch = {
  readonly path: readonly string[];
  readonly error: Pick<ErrorObject, 'keyword' | 'message' | 'params' | 'schema' | 'data'>;
};

/** Mismatches, and how well the schema fits. */
type Rating = { readonly mismatches: readonly Mismatch[]; readonly score: number };

/** Value under validation, and its path. */
type Place = {
  readonly value: unknown;
  readonly path: readonly string[];
  readonly depth: number;
};

/** State shared by all parts of a schema. */
type Sources = {
  /** The whole schema, in which references are found. */
  readonly root: object;
  readonly compile: (schema: object) => ValidateFunction;
  /** Compiled validators, by the part of the schema and its keywords. */
  readonly compiled: Map<object, Map<string, ValidateFunction>>;
};

/** A reference to itself ends here. Unit: schemas inside each other. */
const DEPTH_MAX = 256;

const NONE: Rating = { mismatches: [], score: 0 };
/** A part of a schema that was looked at. */
const POINT: Rating = { mismatches: [], score: 1 };

/** Keywords that say nothing about values inside the value, by what they are about. */
const LEAVES = {
  any: ['const', 'enum'],
  array: ['minItems', 'maxItems', 'uniqueItems'],
  number: ['multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  object: ['minProperties', 'maxProperties', 'required'],
  string: ['minLength', 'maxLength', 'pattern'],
} as const;

/**
 * Finds the mismatches of a value, in the order of gojsonschema.
 * @param compile - compiles a schema without references; it is asked for single keywords
 */
export function findMismatches(
  schema: object,
  value: unknown,
  compile: Sources['compile'],
): readonly Mismatch[] {
  const sources = { root: schema, compile, compiled: new Map() };
  return rate(schema, { value, path: [], depth: 0 }, sources).mismatches;
}

function rate(schema: unknown, place: Place, sources: Sources): Rating {
  if (schema === false) return mismatch('false schema', place, { message: 'is never valid' });
  if (!isJsonObject(schema) || place.depth > DEPTH_MAX) return NONE;
  const inner = { ...place, depth: place.depth + 1 };
  if (typeof schema.$ref === 'string')
    return rate(resolve(schema.$ref, sources.root), inner, sources);
  const typed = 'type' in schema ? leaf(schema, ['type'], inner, sources) : NONE;
  if (typed.mismatches.length > 0) return typed;
  const { value } = place;
  const parts = [rateChoices(schema, inner, sources)];
  if (Array.isArray(value)) parts.push(rateArray(schema, value, inner, sources), POINT);
  else if (isJsonObject(value)) parts.push(rateObject(schema, value, inner, sources), POINT);
  else if (typeof value === 'number')
    parts.push(leaf(schema, LEAVES.number, inner, sources), POINT);
  parts.push(leaf(schema, LEAVES.any, inner, sources), POINT);
  if (typeof value === 'string') parts.push(leaf(schema, LEAVES.string, inner, sources), POINT);
  if (isJsonObject(value)) parts.push(...rateProperties(schema, value, inner, sources));
  return sum([...parts, POINT]);
}

/** `anyOf`, `oneOf`, `allOf`, `not`, `dependencies`, and `if`. */
function rateChoices(schema: Fields, place: Place, sources: Sources): Rating {
  const each = (alternatives: unknown) =>
    listOf(alternatives).map((one) => rate(one, place, sources));
  const parts: Rating[] = [];
  const anyOf = each(schema.anyOf);
  if (anyOf.length > 0 && !anyOf.some(isValid)) {
    parts.push(mismatch('anyOf', place), best(anyOf));
  }
  const oneOf = each(schema.oneOf);
  const valid = oneOf.filter(isValid).length;
  if (oneOf.length > 0 && valid !== 1) {
    parts.push(mismatch('oneOf', place), valid === 0 ? best(oneOf) : NONE);
  }
  const allOf = each(schema.allOf);
  parts.push(...allOf);
  if (!allOf.every(isValid)) parts.push(mismatch('allOf', place));
  if ('not' in schema && isValid(rate(schema.not, place, sources)))
    parts.push(mismatch('not', place));
  parts.push(...rateDependencies(schema, place, sources));
  if ('if' in schema) {
    const failingKeyword = isValid(rate(schema.if, place, sources)) ? 'then' : 'else';
    const found = rate(schema[failingKeyword], place, sources);
    if (!isValid(found)) parts.push(mismatch('if', place, { params: { failingKeyword } }), found);
  }
  return sum([...parts, POINT]);
}

function rateDependencies(schema: Fields, place: Place, sources: Sources): readonly Rating[] {
  const { value } = place;
  if (!isJsonObject(value) || !isJsonObject(schema.dependencies)) return [];
  return Object.entries(schema.dependencies).flatMap(([name, needed]) => {
    if (!Object.hasOwn(value, name)) return [];
    if (!Array.isArray(needed)) return [rate(needed, place, sources)];
    return needed
      .filter((other) => !Object.hasOwn(value, other))
      .map((missingProperty) => mismatch('dependencies', place, { params: { missingProperty } }));
  });
}

function rateArray(
  schema: Fields,
  value: readonly unknown[],
  place: Place,
  sources: Sources,
): Rating {
  const { items, additionalItems, contains } = schema;
  const at = (index: number) => ({
    ...place,
    value: value[index],
    path: [...place.path, `${index}`],
  });
  const parts = value.flatMap((_, index): readonly Rating[] => {
    if (!Array.isArray(items)) return [rate(items, at(index), sources)];
    if (index < items.length) return [rate(items[index], at(index), sources)];
    return additionalItems === false ? [] : [rate(additionalItems, at(index), sources)];
  });
  if (Array.isArray(items) && items.length < value.length && additionalItems === false) {
    parts.push(mismatch('additionalItems', place));
  }
  parts.push(leaf(schema, LEAVES.array, place, sources));
  if (contains !== undefined) {
    const found = value.map((_, index) => rate(contains, at(index), sources));
    if (!found.some(isValid)) parts.push(mismatch('contains', place), best(found));
  }
  return sum(parts);
}

function rateObject(schema: Fields, value: Fields, place: Place, sources: Sources): Rating {
  const { additionalProperties, patternProperties, propertyNames, properties } = schema;
  const parts = [leaf(schema, LEAVES.object, place, sources)];
  const present = listOf(schema.required).filter((name) => Object.hasOwn(value, String(name)));
  parts.push({ mismatches: [], score: present.length });
  const patterns = isJsonObject(patternProperties) ? Object.entries(patternProperties) : [];
  for (const name of Object.keys(value).sort()) {
    const inside = { ...place, value: value[name], path: [...place.path, name] };
    const matching = patterns.filter(([pattern]) => RE2JS.compile(pattern).matcher(name).find());
    parts.push(...matching.map(([, inner]) => rate(inner, inside, sources)));
    if (matching.length > 0) parts.push(POINT);
    else if (!isJsonObject(properties) || !Object.hasOwn(properties, name)) {
      const params = { additionalProperty: name };
      if (additionalProperties !== false) parts.push(rate(additionalProperties, inside, sources));
      else parts.push(mismatch('additionalProperties', place, { params }));
    }
  }
  if (propertyNames !== undefined) {
    for (const name of Object.keys(value).sort()) {
      const found = rate(propertyNames, { ...place, value: name }, sources);
      const params = { propertyName: name };
      if (!isValid(found)) parts.push(mismatch('propertyNames', place, { params }), found);
    }
  }
  return sum(parts);
}

function rateProperties(
  { properties }: Fields,
  value: Fields,
  place: Place,
  sources: Sources,
): readonly Rating[] {
  if (!isJsonObject(properties)) return [];
  const present = Object.keys(properties).filter((name) => Object.hasOwn(value, name));
  return present.sort().map((name) => {
    const inside = { ...place, value: value[name], path: [...place.path, name] };
    return rate(properties[name], inside, sources);
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** Compiles keywords that apply to the value itself. */
function leaf(
  schema: Fields,
  keywords: readonly string[],
  { value, path }: Place,
  { compile, compiled }: Sources,
): Rating {
  const own = keywords.filter((keyword) => keyword in schema);
  if (own.length === 0) return NONE;
  const known = compiled.get(schema) ?? new Map<string, ValidateFunction>();
  compiled.set(schema, known);
  const make = () => compile(Object.fromEntries(own.map((keyword) => [keyword, schema[keyword]])));
  const validate = known.get(own.join()) ?? make();
  known.set(own.join(), validate);
  if (validate(value)) return NONE;
  const mismatches = (validate.errors ?? []).map((error) => ({ path, error }));
  return { mismatches, score: -2 * mismatches.length };
}

function mismatch(
  keyword: string,
  { value, path }: Place,
  said: { readonly message?: string; readonly params?: object } = {},
): Rating {
  const { message = '', params = {} } = said;
  const error = { keyword, message, params, schema: undefined, data: value };
  return { mismatches: [{ path, error }], score: -2 };
}

function isValid({ mismatches }: Rating): boolean {
  return mismatches.length === 0;
}

/** The first of those with the highest score. */
function best(ratings: readonly Rating[]): Rating {
  const [first = NONE, ...others] = ratings;
  return others.reduce((top, each) => (each.score > top.score ? each : top), first);
}

function sum(ratings: readonly Rating[]): Rating {
  return {
    mismatches: ratings.flatMap(({ mismatches }) => mismatches),
    score: ratings.reduce((total, { score }) => total + score, 0),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Resolves a reference within the schema; if it leads nowhere, any value is valid. */
function resolve(reference: string, root: object): unknown {
  if (!reference.startsWith('#')) return true;
  const parts = decodeURIComponent(reference.slice(1)).split('/').slice(1);
  return parts.reduce<unknown>((part, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(part)) return part[Number(key)];
    return isJsonObject(part) && Object.hasOwn(part, key) ? part[key] : undefined;
  }, root);
}
