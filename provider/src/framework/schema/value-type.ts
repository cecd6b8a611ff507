import type { CtyType } from '../../cty/cty-type.ts';
import type { Unknown } from '../../cty/unknown.ts';
import type { Attributes, ValueShape } from './attribute.ts';

/**
 * A type of values, usable as an element of collections: `string`, `int`, `listOf(string)`.
 * `Known` is the TypeScript type of a known value, `Partial` the one that may hold unknowns.
 */
export interface ValueType<Known = unknown, Partial = unknown> {
  readonly shape: ValueShape;
  /** Carries the types; never set. */
  readonly types?: { readonly known: Known; readonly partial: Partial };
}

type Element<Partial> = Partial | Unknown;

/** The type of lists whose elements are of the given type. */
export function listOf<K, P>(
  element: ValueType<K, P>,
): ValueType<readonly K[], readonly Element<P>[]> {
  return { shape: { kind: 'list', element: element.shape } };
}

/** The type of sets; a set is an array without order and without repetition. */
export function setOf<K, P>(
  element: ValueType<K, P>,
): ValueType<readonly K[], readonly Element<P>[]> {
  return { shape: { kind: 'set', element: element.shape } };
}

/** The type of maps with free keys. */
export function mapOf<K, P>(
  element: ValueType<K, P>,
): ValueType<{ readonly [key: string]: K }, { readonly [key: string]: Element<P> }> {
  return { shape: { kind: 'map', element: element.shape } };
}

/** The fields of an object type. */
export type Fields = { readonly [name: string]: ValueType };

/** A known object with these fields; each may be null, as Terraform has it. */
export type KnownFields<F extends Fields> = {
  readonly [N in keyof F]: (F[N] extends ValueType<infer K, unknown> ? K : never) | null;
};

/** An object with these fields, some of which may be unknown. */
export type PartialFields<F extends Fields> = {
  readonly [N in keyof F]: (F[N] extends ValueType<unknown, infer P> ? P : never) | null | Unknown;
};

/** The type of objects with fixed fields. */
export function objectOf<const F extends Fields>(
  fields: F,
): ValueType<KnownFields<F>, PartialFields<F>> {
  const shapes = Object.entries(fields).map(([name, type]) => [name, type.shape] as const);
  return { shape: { kind: 'object', fields: Object.fromEntries(shapes) } };
}

/** The wire type of values of a shape. */
export function ctyTypeOf(shape: ValueShape): CtyType {
  switch (shape.kind) {
    case 'string':
    case 'bool':
      return shape.kind;
    case 'int':
    case 'float':
      return 'number';
    case 'list':
    case 'set':
    case 'map':
      return [shape.kind, ctyTypeOf(shape.element)];
    case 'object':
      return ['object', mapValues(shape.fields, ctyTypeOf)];
    case 'nested': {
      const object: CtyType = ctyTypeOfAttributes(shape.attributes);
      return shape.nesting === 'single' ? object : [shape.nesting, object];
    }
  }
}

/**
 * The object type that attributes make together: what state and configuration consist of. Their
 * names are in the order in which Terraform writes them, so that equal objects have equal bytes.
 */
export function ctyTypeOfAttributes(attributes: Attributes): CtyType {
  const sorted = Object.fromEntries(Object.entries(attributes).sort(byName));
  return ['object', mapValues(sorted, (attribute) => ctyTypeOf(attribute.shape))];
}

function mapValues<A, B>(record: { readonly [k: string]: A }, change: (value: A) => B) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
