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
type PlainKind = 'any' | 'null' | 'boolean' | 'number' | 'string';

/** A type; equal types have equal `text`, which is also how people read it. */
export type RegoType =
  | { readonly kind: PlainKind; readonly text: string }
  | ArrayType
  | ObjectType
  | SetType
  | { readonly kind: 'union'; readonly members: readonly RegoType[]; readonly text: string };

/** Arrays that begin with `items`; `rest` is what may follow, if anything may. */
type ArrayType = {
  readonly kind: 'array';
  readonly items: readonly RegoType[];
  readonly rest: RegoType | undefined;
  readonly text: string;
};

/** A key that is known, and the type of its value. */
type Property = { readonly key: RegoValue; readonly name: string; readonly value: RegoType };

/** Objects with `properties`; `rest` is what else may be in them, if anything may. */
export type ObjectType = {
  readonly kind: 'object';
  readonly properties: readonly Property[];
  readonly rest: { readonly key: RegoType; readonly value: RegoType } | undefined;
  /** Whether properties may be missing. */
  readonly presence: 'required' | 'optional';
  readonly text: string;
};

/** Sets of `of`. */
type SetType = {
  readonly kind: 'set';
  readonly of: RegoType;
  /** Whether the empty set is one of them: it has members of every type. */
  readonly size: 'any' | 'filled';
  readonly text: string;
};

/** A type whose text would be longer forgets its parts: checking stays fast, messages readable. */
const TEXT_LENGTH_MAX = 600;

/** A union of more types forgets the parts of its collections. */
const UNION_MEMBERS_MAX = 16;

function plain(kind: PlainKind): RegoType {
  return { kind, text: kind };
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
export const STRING = plain('string');

const ANY_ARRAY: RegoType = { kind: 'array', items: [], rest: ANY, text: 'array' };
const ANY_SET: RegoType = { kind: 'set', of: ANY, size: 'any', text: 'set' };
const ANY_OBJECT: RegoType = {
  kind: 'object',
  properties: [],
  rest: { key: ANY, value: ANY },
  presence: 'required',
  text: 'object',
};

/** Arrays of members of one type, of any length. */
export function arrayOf(member: RegoType): RegoType {
  return arrayType([], member);
}

/** Arrays that begin with known members. */
export function arrayType(items: readonly RegoType[], rest: RegoType | undefined): RegoType {
  if (items.length === 0 && (!rest || rest === ANY)) return ANY_ARRAY;
  const known = items.map(({ text }) => text).join(', ');
  const text = rest ? `array[${known && `${known}, `}${rest.text}]` : `array<${known}>`;
  if (text.length > TEXT_LENGTH_MAX) return ANY_ARRAY;
  return { kind: 'array', items, rest, text };
}

/** Objects with keys of one type and values of another. */
export function objectOf(key: RegoType, value: RegoType): RegoType {
  return objectType([], { key, value });
}

/** Objects with known keys. */
export function objectType(
  pairs: readonly (readonly [RegoValue, RegoType])[],
  rest: ObjectType['rest'],
  presence: ObjectType['presence'] = 'required',
): RegoType {
  if (pairs.length === 0 && (!rest || (rest.key === ANY && rest.value === ANY))) return ANY_OBJECT;
  const properties = pairs.map(([key, value]) => ({ key, name: nameOfKey(key), value }));
  const known = properties.map(({ name, value }) => `${name}: ${value.text}`).join(', ');
  const dynamic = rest ? `${known && ', '}[${rest.key.text}]: ${rest.value.text}` : '';
  const text = `${presence === 'optional' ? 'partial ' : ''}object<${known}${dynamic}>`;
  if (text.length > TEXT_LENGTH_MAX) return ANY_OBJECT;
  return { kind: 'object', properties, rest, presence, text };
}

/** Sets of members of one type. */
export function setOf(of: RegoType, size: SetType['size'] = 'any'): RegoType {
  if (of === ANY && size === 'any') return ANY_SET;
  const text = size === 'any' ? `set[${of.text}]` : `set<${of.text}>`;
  if (text.length > TEXT_LENGTH_MAX) return ANY_SET;
  return { kind: 'set', of, size, text };
}

/** The types that a type can be: itself, or the members of a union. */
export function alternatives(type: RegoType): readonly RegoType[] {
  return type.kind === 'union' ? type.members : [type];
}

/** What is one of some types; of none, anything. */
export function unionOf(types: readonly RegoType[]): RegoType {
  const members = uniqueTypes(types.flatMap(alternatives));
  const [first] = members;
  if (!first || members.some(({ kind }) => kind === 'any')) return ANY;
  if (members.length === 1) return first;
  const text = members.map((member) => member.text).join(' or ');
  if (members.length <= UNION_MEMBERS_MAX && text.length <= TEXT_LENGTH_MAX) {
    return { kind: 'union', members, text };
  }
  const wide = uniqueTypes(members.map(forgetParts));
  return wide.length > 1 || !wide[0]
    ? { kind: 'union', members: wide, text: wide.map((each) => each.text).join(' or ') }
    : wide[0];
}

function uniqueTypes(types: readonly RegoType[]): readonly RegoType[] {
  const byText = new Map<string, RegoType>();
  for (const type of types) byText.set(type.text, type);
  return [...byText.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
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
  if (typeof value === 'string') return STRING;
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
