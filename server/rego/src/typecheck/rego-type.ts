// What is known of a value before it is there: the types of the checker. A type says which values
// are possible, so it may be too wide but never too narrow. Source of the forms: OPA's `types`.

import {
  compareValues,
  isArray,
  isNumber,
  isObject,
  isSet,
  numberText,
  type RegoValue,
} from '../values/rego-value.ts';

/** The types without parts. */
type PlainKind = 'any' | 'null' | 'boolean' | 'number';

/** Attributes of all types: readable text, and an identity that equal types share. */
type Names = { readonly text: string; readonly identity: string };

/** A type. Constants that strings are made of count for nothing in its identity. */
export type RegoType =
  | ({ readonly kind: PlainKind } & Names)
  | StringType
  | ArrayType
  | ObjectType
  | SetType
  | ({ readonly kind: 'union'; readonly members: readonly RegoType[] } & Names);

/** Strings: all of them, or those of a list. */
export type StringType = Names & {
  readonly kind: 'string';
  readonly values?: readonly string[];
  /**
   * `schema`: a schema says that there are no others. `constant`: the text of a policy has them.
   * What is written down twice is not compared, since that is often meant to be changed.
   */
  readonly origin?: 'schema' | 'constant';
};

/** Arrays that begin with `items`; `rest` is what may follow, if anything may. */
type ArrayType = Names & {
  readonly kind: 'array';
  readonly items: readonly RegoType[];
  readonly rest: RegoType | undefined;
};

/** A key that is known, and the type of its value. */
type Property = { readonly key: RegoValue; readonly name: string; readonly value: RegoType };

/** Objects with `properties`; `rest` is what else may be in them, if anything may. */
export type ObjectType = Names & {
  readonly kind: 'object';
  readonly properties: readonly Property[];
  readonly rest: { readonly key: RegoType; readonly value: RegoType } | undefined;
  /** Whether properties may be missing. */
  readonly presence: 'required' | 'optional';
  /** Names of properties that are never missing, although others may be. */
  readonly always: readonly string[];
};

/** Sets of `of`. */
type SetType = Names & {
  readonly kind: 'set';
  readonly of: RegoType;
  /** Whether the empty set is one of them: it has members of every type. */
  readonly size: 'any' | 'filled';
};

/** A type whose text would be longer forgets its parts: checking stays fast, messages readable. */
const TEXT_LENGTH_MAX = 600;

/** A union of more types, or with a longer text, forgets the parts of its collections. */
const UNION_MEMBERS_MAX = 96;
const UNION_TEXT_LENGTH_MAX = 2_400;

/** More constants than these are any string; a schema may list more. */
const CONSTANTS_MAX = 128;

/** A longer identity is replaced by its hash. */
const IDENTITY_LENGTH_MAX = 256;

function plain(kind: PlainKind): RegoType {
  return { kind, text: kind, identity: kind };
}

/** All values. */
export const ANY = plain('any');
/** The null. */
export const NULL = plain('null');
/** Both booleans. */
export const BOOLEAN = plain('boolean');
/** All numbers. */
export const NUMBER = plain('number');
/** All strings. */
export const STRING: StringType = { kind: 'string', text: 'string', identity: 'string' };

/** The strings of a list. */
export function stringOf(
  values: readonly string[],
  origin: NonNullable<StringType['origin']>,
): StringType {
  const listed = [...new Set(values)].sort();
  if (origin === 'constant') {
    return listed.length > CONSTANTS_MAX ? STRING : { ...STRING, values: listed, origin };
  }
  return { ...STRING, identity: shorten(JSON.stringify(listed)), values: listed, origin };
}

const ANY_ARRAY: RegoType = named({ kind: 'array', items: [], rest: ANY }, 'array');
const ANY_SET: RegoType = named({ kind: 'set', of: ANY, size: 'any' }, 'set');
const ANY_OBJECT: RegoType = {
  kind: 'object',
  properties: [],
  rest: { key: ANY, value: ANY },
  presence: 'required',
  always: [],
  text: 'object',
  identity: 'object',
};

/** Arrays of members of one type, of any length. */
export function arrayOf(member: RegoType): RegoType {
  return arrayType([], member);
}

/** Arrays that begin with known members. */
export function arrayType(items: readonly RegoType[], rest: RegoType | undefined): RegoType {
  if (items.length === 0 && (!rest || rest === ANY)) return ANY_ARRAY;
  const write = (name: keyof Names) => {
    const known = items.map((item) => item[name]).join(', ');
    return rest ? `array[${known && `${known}, `}${rest[name]}]` : `array<${known}>`;
  };
  const text = write('text');
  if (text.length > TEXT_LENGTH_MAX) return ANY_ARRAY;
  return { kind: 'array', items, rest, text, identity: shorten(write('identity')) };
}

/** Objects with keys of one type and values of another. */
export function objectOf(key: RegoType, value: RegoType): RegoType {
  return objectType([], { key, value });
}

/**
 * Objects with known keys.
 * @param label - of the type of a schema, which keeps its parts however long its text is
 */
export function objectType(
  pairs: readonly (readonly [RegoValue, RegoType])[],
  rest: ObjectType['rest'],
  presence: ObjectType['presence'] = 'required',
  label?: { readonly title?: string | undefined; readonly always?: readonly string[] },
): RegoType {
  if (pairs.length === 0 && (!rest || (rest.key === ANY && rest.value === ANY))) return ANY_OBJECT;
  const properties = pairs.map(([key, value]) => ({ key, name: nameOfKey(key), value }));
  const always = label?.always ?? [];
  const write = (part: keyof Names) => {
    const known = properties.map(({ name, value }) => `${name}: ${value[part]}`).join(', ');
    const dynamic = rest ? `${known && ', '}[${rest.key[part]}]: ${rest.value[part]}` : '';
    return `${presence === 'optional' ? 'partial ' : ''}object<${known}${dynamic}>`;
  };
  const whole = write('text');
  const isLong = whole.length > TEXT_LENGTH_MAX;
  if (isLong && !label) return ANY_OBJECT;
  const text = label?.title ?? (isLong ? 'object' : whole);
  const identity = shorten(`${write('identity')}${always.join()}`);
  return { kind: 'object', properties, rest, presence, always, text, identity };
}

/** Sets of members of one type. */
export function setOf(of: RegoType, size: SetType['size'] = 'any'): RegoType {
  if (of === ANY && size === 'any') return ANY_SET;
  const write = (name: keyof Names) => (size === 'any' ? `set[${of[name]}]` : `set<${of[name]}>`);
  const text = write('text');
  if (text.length > TEXT_LENGTH_MAX) return ANY_SET;
  return { kind: 'set', of, size, text, identity: shorten(write('identity')) };
}

/** The types that a type can be: itself, or the members of a union. */
export function alternatives(type: RegoType): readonly RegoType[] {
  return type.kind === 'union' ? type.members : [type];
}

/** Whether a type, which is no union, is that of lists, or of objects whose keys are free. */
export function isListOrMap(type: RegoType): boolean {
  return type.kind === 'array' || (type.kind === 'object' && type.rest !== undefined);
}

/** Returns the union of types; for no types, the type of any value. */
export function unionOf(types: readonly RegoType[]): RegoType {
  const members = uniqueTypes(types.flatMap(alternatives));
  const [first] = members;
  if (!first || members.some(({ kind }) => kind === 'any')) return ANY;
  if (members.length === 1) return first;
  const whole = joinTypes(members);
  if (members.length <= UNION_MEMBERS_MAX && whole.text.length <= UNION_TEXT_LENGTH_MAX) {
    return whole;
  }
  const wide = uniqueTypes(members.map(forgetParts));
  return wide.length > 1 || !wide[0] ? joinTypes(wide) : wide[0];
}

function joinTypes(members: readonly RegoType[]): RegoType {
  const write = (name: keyof Names) => members.map((member) => member[name]).join(' or ');
  return { kind: 'union', members, text: write('text'), identity: shorten(write('identity')) };
}

function uniqueTypes(types: readonly RegoType[]): readonly RegoType[] {
  const byIdentity = new Map<string, RegoType>();
  const strings: StringType[] = [];
  for (const type of types) {
    if (type.kind === 'string') {
      strings.push(type);
      continue;
    }
    const known = byIdentity.get(type.identity);
    byIdentity.set(type.identity, known && known !== type ? withoutConstants(known) : type);
  }
  const [first] = strings;
  const merged = first && strings.every((each) => each === first) ? first : mergeStrings(strings);
  return [...byIdentity.values(), ...(merged ? [merged] : [])].sort(byText);
}

function byText(left: RegoType, right: RegoType): number {
  if (left.text === right.text) return left.identity < right.identity ? -1 : 1;
  return left.text < right.text ? -1 : 1;
}

function mergeStrings(types: readonly StringType[]): StringType | undefined {
  const values = types.flatMap((each) => each.values ?? []);
  if (types.length === 0) return undefined;
  if (types.some((each) => each.values === undefined)) return STRING;
  const isClosed = types.some(({ origin }) => origin === 'schema');
  return stringOf(values, isClosed ? 'schema' : 'constant');
}

/** A type whose constant strings may be any: two types of one identity differ in these at most. */
function withoutConstants(type: RegoType): RegoType {
  switch (type.kind) {
    case 'string':
      return type.origin === 'constant' ? STRING : type;
    case 'array':
      return {
        ...type,
        items: type.items.map(withoutConstants),
        rest: type.rest && withoutConstants(type.rest),
      };
    case 'set':
      return { ...type, of: withoutConstants(type.of) };
    case 'object': {
      const { rest, properties } = type;
      return {
        ...type,
        properties: properties.map((own) => ({ ...own, value: withoutConstants(own.value) })),
        rest: rest && { key: withoutConstants(rest.key), value: withoutConstants(rest.value) },
      };
    }
    case 'union':
      return { ...type, members: type.members.map(withoutConstants) };
    default:
      return type;
  }
}

function forgetParts(type: RegoType): RegoType {
  if (type.kind === 'array') return ANY_ARRAY;
  if (type.kind === 'object') return ANY_OBJECT;
  return type.kind === 'set' ? ANY_SET : type;
}

/** The type of one value. */
export function typeOfValue(value: RegoValue): RegoType {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOLEAN;
  if (typeof value === 'string') return stringOf([value], 'constant');
  if (isNumber(value)) return NUMBER;
  if (isArray(value)) return arrayType(value.map(typeOfValue), undefined);
  if (isSet(value)) return setOfItems(value.items.map(typeOfValue));
  if (!isObject(value)) return ANY;
  return objectType(
    value.pairs.map(([key, each]) => [key, typeOfValue(each)]),
    undefined,
  );
}

/** The type of a set that was written with its members. */
export function setOfItems(items: readonly RegoType[]): RegoType {
  return items.length === 0 ? setOf(ANY) : setOf(unionOf(items), 'filled');
}

/** The property of an object type with a key. */
export function findProperty(
  { properties }: ObjectType,
  key: RegoValue,
): ObjectType['properties'][number] | undefined {
  return properties.find((property) => compareValues(property.key, key) === 0);
}

// As a reference is written: `a`, `"b c"`, `1`.
function nameOfKey(key: RegoValue): string {
  if (isNumber(key)) return numberText(key);
  return typeof key === 'string' && /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

function named<T extends object>(type: T, text: string): T & Names {
  return { ...type, text, identity: text };
}

/** FNV-1a's prime and offset basis, and another basis for the second half of a hash. */
const HASH_PRIME = 0x01000193;
const HASH_BASES = [0x811c9dc5, 0x9e3779b9] as const;

// Source: G. Fowler, L. C. Noll and K.-P. Vo, FNV-1a, twice with different bases: 64 bits.
function shorten(identity: string): string {
  if (identity.length <= IDENTITY_LENGTH_MAX) return identity;
  const halves = HASH_BASES.map((basis) => {
    let hash: number = basis;
    for (let at = 0; at < identity.length; at += 1) {
      hash = Math.imul(hash ^ identity.charCodeAt(at), HASH_PRIME);
    }
    return (hash >>> 0).toString(36);
  });
  return `#${halves.join('-')}`;
}
