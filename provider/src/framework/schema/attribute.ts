import type { Path } from '../../cty/path.ts';
import type { Unknown } from '../../cty/unknown.ts';
import type { Value, ValueRecord } from '../../cty/value.ts';

/** Repetition of nested attributes. */
export type Nesting = 'single' | 'list' | 'set' | 'map';

/**
 * Shape of a value. More precise than a `CtyType`: it distinguishes integers from fractions, and
 * nested attributes from plain objects.
 */
export type ValueShape =
  | { readonly kind: 'string' | 'int' | 'float' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: ValueShape }
  | { readonly kind: 'object'; readonly fields: { readonly [name: string]: ValueShape } }
  | NestedShape;

/** Attributes inside an attribute, with their own descriptions, defaults and validators. */
export interface NestedShape {
  readonly kind: 'nested';
  readonly nesting: Nesting;
  readonly attributes: Attributes;
}

/** Attributes by name; the order is the order of the documentation. */
export type Attributes = { readonly [name: string]: Attribute };

/**
 * The TypeScript types of one attribute in the phases of its life.
 * - config: what the user wrote, before everything is known; nullable unless required
 * - arguments: the same at apply, when everything is known
 * - plan: while planning, any part may be unknown
 * - desired: at apply, only what the provider computes is unknown
 * - state: what is stored; nothing is unknown
 */
export interface AttributeTypes {
  readonly config: unknown;
  readonly arguments: unknown;
  readonly plan: unknown;
  readonly desired: unknown;
  readonly state: unknown;
}

/** One attribute of a schema. Made by `string`, `int`, `list`, `nested` and the others. */
export interface Attribute<T extends AttributeTypes = AttributeTypes> {
  readonly shape: ValueShape;
  readonly description: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly writeOnly: boolean;
  readonly nullable: boolean;
  readonly deprecation: string | undefined;
  readonly default: Value | undefined;
  readonly validators: readonly Validator<never>[];
  readonly requiresReplace: boolean | ReplacePredicate<never>;
  readonly useStateForUnknown: boolean;
  /** Carries the types; never set. */
  readonly types?: T;
}

/**
 * A rule about one known value.
 * @returns undefined, or what the value must be, as words that follow the attribute's name:
 *   `must be 1 to 64`; or what is wrong where inside of the value
 */
export type Validator<T> = (value: T) => string | readonly ValueIssue[] | undefined;

/** A mistake in a part of a value. */
export interface ValueIssue {
  /** From the attribute on; empty for its whole value. */
  readonly at: Path;
  /** Words that follow the name of the place. */
  readonly message: string;
}

/**
 * Decides whether a change of an attribute replaces the object. It is called only for known values
 * that differ: an unknown new value always counts as a replacement, because a planned update must
 * not turn into a replacement during apply.
 */
export type ReplacePredicate<T> = (
  before: T | null,
  after: T | null,
  context: ReplaceContext,
) => boolean;

/** Inputs of a replacement rule besides its own attribute. */
export interface ReplaceContext {
  readonly prior: ValueRecord;
  readonly planned: ValueRecord;
}

/** Options of all attributes. */
export interface CommonOptions<T> {
  /** For the user: what it is, its unit and range. Markdown. */
  readonly description: string;
  /** Hidden in plans and logs. */
  readonly sensitive?: boolean;
  /** Given to the provider, never stored: for secrets. Read it from `config` in create/update. */
  readonly writeOnly?: boolean;
  /** A computed value that is legitimately null at times, such as an address not assigned yet. */
  readonly nullable?: boolean;
  /** Replacement to use instead; marks the attribute as deprecated. */
  readonly deprecation?: string;
  readonly validators?: readonly Validator<T>[];
  /** Whether a change replaces the object; see `ReplacePredicate`. */
  readonly requiresReplace?: boolean | ReplacePredicate<T>;
  /** A computed value that outlives updates, such as an id: plans keep showing it. */
  readonly useStateForUnknown?: boolean;
}

/** Source of the attribute's value: required from the user, optional, or set by the provider. */
export type Presence<T> =
  | {
      readonly required: true;
      readonly optional?: never;
      readonly computed?: never;
      readonly default?: never;
    }
  | {
      readonly optional: true;
      readonly required?: never;
      readonly computed?: true;
      readonly default?: never;
    }
  | {
      readonly optional: true;
      readonly required?: never;
      readonly computed?: never;
      readonly default: T;
    }
  | {
      readonly computed: true;
      readonly required?: never;
      readonly optional?: never;
      readonly default?: never;
    };

/** The options of an attribute whose known values are of type T. */
export type AttributeOptions<T> = CommonOptions<T> & Presence<T>;

/** The forms of a value before null and unknown are added by the attribute's presence. */
export interface ValueForms {
  readonly config: unknown;
  readonly arguments: unknown;
  readonly plan: unknown;
  readonly desired: unknown;
  readonly state: unknown;
}

type Written<T, O> = O extends { readonly required: true }
  ? T
  : O extends { readonly optional: true }
    ? T | null
    : null;

type Stored<T, O> = O extends { readonly writeOnly: true }
  ? null
  : O extends { readonly required: true } | { readonly default: unknown }
    ? T
    : O extends { readonly computed: true }
      ? O extends { readonly nullable: true }
        ? T | null
        : T
      : T | null;

type UnknownIfWritten<O> = O extends { readonly required: true } | { readonly optional: true }
  ? Unknown
  : never;
type UnknownIfStored<O> = O extends { readonly writeOnly: true } ? never : Unknown;
type UnknownIfComputed<O> = O extends { readonly computed: true } ? Unknown : never;

/** The types of an attribute, from the forms of its value and its options. */
export interface TypesOf<F extends ValueForms, O> {
  readonly config: Written<F['config'], O> | UnknownIfWritten<O>;
  readonly arguments: Written<F['arguments'], O>;
  readonly plan: Stored<F['plan'], O> | UnknownIfStored<O>;
  readonly desired: Stored<F['desired'], O> | UnknownIfComputed<O>;
  readonly state: Stored<F['state'], O>;
}

/** The forms of a value without attributes inside. */
export interface PlainForms<Known, Partial> {
  readonly config: Partial;
  readonly arguments: Known;
  readonly plan: Partial;
  readonly desired: Known;
  readonly state: Known;
}

/** One phase of all attributes together. */
export type Phase<A extends Attributes, P extends keyof AttributeTypes> = {
  readonly [N in keyof A]: A[N] extends Attribute<infer T> ? T[P] : never;
};
