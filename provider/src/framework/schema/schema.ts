import type { CtyType } from '../../cty/cty-type.ts';
import type { Attributes, Phase } from './attribute.ts';
import { ctyTypeOfAttributes } from './value-type.ts';

/** The attributes of a resource, data source, ephemeral resource or of the provider itself. */
export interface Schema<A extends Attributes = Attributes> {
  /** Rises when the stored form changes incompatibly; see `upgrade` of `Resource`. */
  readonly version: number;
  readonly description: string;
  readonly deprecation: string | undefined;
  readonly attributes: A;
  /** The wire type of the whole object. */
  readonly type: CtyType;
}

/** Options of a schema. */
export interface SchemaOptions<A extends Attributes> {
  readonly version?: number;
  /** For the user: what it is and does. Markdown. */
  readonly description: string;
  readonly deprecation?: string;
  readonly attributes: A;
}

/** Configuration as written by the user, before everything is known. */
export type InferConfig<S extends Schema> = Phase<S['attributes'], 'config'>;
/** Configuration as written by the user, once everything is known. */
export type InferArguments<S extends Schema> = Phase<S['attributes'], 'arguments'>;
/** The planned object while planning: any part may be unknown. */
export type InferPlan<S extends Schema> = Phase<S['attributes'], 'plan'>;
/** The planned object at apply: only what the provider computes may be unknown. */
export type InferDesired<S extends Schema> = Phase<S['attributes'], 'desired'>;
/** The stored object. */
export type InferState<S extends Schema> = Phase<S['attributes'], 'state'>;

const NAME = /^[a-z][a-z0-9_]*$/;

/** Names that Terraform keeps for itself in resource blocks. */
const RESERVED_NAMES = new Set([
  'connection',
  'count',
  'depends_on',
  'for_each',
  'lifecycle',
  'provider',
  'provisioner',
]);

/**
 * Defines the schema of a resource.
 * @example
 * const vmSchema = resourceSchema({
 *   description: 'A virtual machine.',
 *   attributes: {
 *     id: string({ computed: true, useStateForUnknown: true, description: 'Identity.' }),
 *     name: string({ required: true, description: 'Unique name.' }),
 *     memory_gb: int({ optional: true, default: 4, description: 'Memory, GB.' }),
 *   },
 * });
 * type VmState = InferState<typeof vmSchema>;
 */
export function resourceSchema<const A extends Attributes>(options: SchemaOptions<A>): Schema<A> {
  return defineSchema(options);
}

/** Defines the schema of a data source: arguments and what is read. */
export function dataSourceSchema<const A extends Attributes>(
  options: Omit<SchemaOptions<A>, 'version'>,
): Schema<A> {
  assertNo(options.attributes, 'write-only', (attribute) => attribute.writeOnly);
  return defineSchema(options);
}

/** Defines the schema of an ephemeral resource: arguments and the result that is never stored. */
export function ephemeralSchema<const A extends Attributes>(
  options: Omit<SchemaOptions<A>, 'version'>,
): Schema<A> {
  return defineSchema(options);
}

/** Defines the arguments of the provider block. */
export function providerSchema<const A extends Attributes>(
  options: Omit<SchemaOptions<A>, 'version'>,
): Schema<A> {
  assertNo(options.attributes, 'computed', (attribute) => attribute.computed);
  assertNo(options.attributes, 'write-only', (attribute) => attribute.writeOnly);
  return defineSchema(options);
}

function defineSchema<const A extends Attributes>(options: SchemaOptions<A>): Schema<A> {
  assertNames(options.attributes);
  for (const name of Object.keys(options.attributes)) {
    if (RESERVED_NAMES.has(name)) throw new TypeError(`schema: "${name}" is Terraform's own name`);
  }
  return {
    version: options.version ?? 0,
    description: options.description,
    deprecation: options.deprecation,
    attributes: options.attributes,
    type: ctyTypeOfAttributes(options.attributes),
  };
}

function assertNames(attributes: Attributes): void {
  for (const [name, { shape }] of Object.entries(attributes)) {
    if (!NAME.test(name)) throw new TypeError(`schema: "${name}" is not a name like memory_gb`);
    if (shape.kind === 'nested') assertNames(shape.attributes);
  }
}

function assertNo(
  attributes: Attributes,
  what: string,
  offends: (attribute: Attributes[string]) => boolean,
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (offends(attribute)) throw new TypeError(`schema: "${name}" cannot be ${what} here`);
  }
}
