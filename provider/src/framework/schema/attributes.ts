import type { Unknown } from '../../cty/unknown.ts';
import type {
  Attribute,
  AttributeOptions,
  Attributes,
  Nesting,
  Phase,
  PlainForms,
  TypesOf,
  ValueForms,
} from './attribute.ts';
import { defineAttribute } from './define-attribute.ts';
import {
  type Fields,
  type KnownFields,
  listOf,
  mapOf,
  objectOf,
  type PartialFields,
  setOf,
  type ValueType,
} from './value-type.ts';

/**
 * The vocabulary of schemas. `string`, `int`, `float` and `bool` are attributes when called and
 * types when named as an element: `name: string({ required: true, description: '…' })`,
 * `tags: set({ element: string, optional: true, description: '…' })`.
 */

type Plain<Known, Partial, O> = Attribute<TypesOf<PlainForms<Known, Partial>, O>>;

function stringAttribute<const O extends AttributeOptions<string>>(
  options: O,
): Plain<string, string, O> {
  return defineAttribute({ kind: 'string' }, options);
}

function intAttribute<const O extends AttributeOptions<number>>(
  options: O,
): Plain<number, number, O> {
  return defineAttribute({ kind: 'int' }, options);
}

function floatAttribute<const O extends AttributeOptions<number>>(
  options: O,
): Plain<number, number, O> {
  return defineAttribute({ kind: 'float' }, options);
}

function boolAttribute<const O extends AttributeOptions<boolean>>(
  options: O,
): Plain<boolean, boolean, O> {
  return defineAttribute({ kind: 'bool' }, options);
}

function typed<F extends object, T>(
  build: F,
  kind: 'string' | 'int' | 'float' | 'bool',
): F & ValueType<T, T> {
  const type: ValueType<T, T> = { shape: { kind } };
  return Object.assign(build, type);
}

/** Text. */
export const string = typed<typeof stringAttribute, string>(stringAttribute, 'string');

/** A whole number within ±(2^53 - 1); anything else is refused when a plan is validated. */
export const int = typed<typeof intAttribute, number>(intAttribute, 'int');

/** A decimal that a JavaScript number holds exactly; others are refused with a hint to round. */
export const float = typed<typeof floatAttribute, number>(floatAttribute, 'float');

/** True or false. */
export const bool = typed<typeof boolAttribute, boolean>(boolAttribute, 'bool');

/** Values in order. */
export function list<K, P, const O extends AttributeOptions<readonly K[]>>(
  options: { readonly element: ValueType<K, P> } & O,
): Plain<readonly K[], readonly (P | Unknown)[], O> {
  return defineAttribute(listOf(options.element).shape, options);
}

/** Values without order and repetition. */
export function set<K, P, const O extends AttributeOptions<readonly K[]>>(
  options: { readonly element: ValueType<K, P> } & O,
): Plain<readonly K[], readonly (P | Unknown)[], O> {
  return defineAttribute(setOf(options.element).shape, options);
}

/** Values under keys that the user chooses. */
export function map<K, P, const O extends AttributeOptions<{ readonly [key: string]: K }>>(
  options: { readonly element: ValueType<K, P> } & O,
): Plain<{ readonly [key: string]: K }, { readonly [key: string]: P | Unknown }, O> {
  return defineAttribute(mapOf(options.element).shape, options);
}

/** A fixed set of fields without descriptions of their own. Prefer `nested` for users' input. */
export function object<const F extends Fields, const O extends AttributeOptions<KnownFields<F>>>(
  options: { readonly fields: F } & O,
): Plain<KnownFields<F>, PartialFields<F>, O> {
  return defineAttribute(objectOf(options.fields).shape, options);
}

/** Repetition of a nested value, for an element type T. */
type Nested<N extends Nesting, T> = N extends 'single'
  ? T
  : N extends 'map'
    ? { readonly [key: string]: T }
    : readonly T[];

/** The forms of nested attributes, phase by phase. */
export interface NestedForms<N extends Nesting, A extends Attributes> extends ValueForms {
  readonly config: Nested<N, Phase<A, 'config'> | UnknownElement<N>>;
  readonly arguments: Nested<N, Phase<A, 'arguments'>>;
  readonly plan: Nested<N, Phase<A, 'plan'> | UnknownElement<N>>;
  readonly desired: Nested<N, Phase<A, 'desired'>>;
  readonly state: Nested<N, Phase<A, 'state'>>;
}

type UnknownElement<N extends Nesting> = N extends 'single' ? never : Unknown;

/**
 * Attributes inside an attribute, once or repeated. Attributes in a nested *set* cannot be
 * computed, because elements of a set have no identity from one plan to the next.
 * @example
 * disks: nested({
 *   nesting: 'list',
 *   attributes: { size_gb: int({ required: true, description: 'Size, GB.' }) },
 *   optional: true,
 *   description: 'Further disks.',
 * })
 */
export function nested<
  const N extends Nesting,
  const A extends Attributes,
  const O extends AttributeOptions<NestedForms<N, A>['arguments']>,
>(
  options: { readonly nesting: N; readonly attributes: A } & O,
): Attribute<TypesOf<NestedForms<N, A>, O>> {
  const { nesting, attributes } = options;
  if (nesting === 'set') assertNothingComputed(attributes);
  return defineAttribute({ kind: 'nested', nesting, attributes }, options);
}

function assertNothingComputed(attributes: Attributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.computed && attribute.default === undefined) {
      throw new TypeError(`schema: "${name}" is computed inside a set, which has no identities`);
    }
  }
}
