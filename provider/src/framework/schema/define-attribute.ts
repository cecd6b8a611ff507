import type { Value } from '../../cty/value.ts';
import type { Attribute, AttributeTypes, CommonOptions, ValueShape } from './attribute.ts';

/** Options as the builders receive them, with the types of their values erased. */
export interface ErasedOptions extends CommonOptions<never> {
  readonly required?: true;
  readonly optional?: true;
  readonly computed?: true;
  readonly default?: unknown;
}

/**
 * Creates an attribute from its options and rejects combinations that Terraform rejects. Mistakes
 * throw: they are bugs of the schema and appear when the module is loaded.
 */
export function defineAttribute<T extends AttributeTypes>(
  shape: ValueShape,
  options: ErasedOptions,
): Attribute<T> {
  const { required = false, optional = false, computed = false } = options;
  // Its type is that of the attribute's values, all of which are values of Terraform.
  const fallback = options.default as Value | undefined;
  assertPresence(options);
  return {
    shape,
    description: options.description,
    required,
    optional,
    // Terraform lets a provider fill in only what it declares as computed.
    computed: computed || fallback !== undefined,
    sensitive: options.sensitive ?? false,
    writeOnly: options.writeOnly ?? false,
    nullable: options.nullable ?? (optional && !computed && fallback === undefined),
    deprecation: options.deprecation,
    default: fallback,
    validators: options.validators ?? [],
    requiresReplace: options.requiresReplace ?? false,
    useStateForUnknown: options.useStateForUnknown ?? false,
  };
}

function assertPresence(options: ErasedOptions): void {
  const { required, optional, computed, writeOnly } = options;
  const refuse = (why: string) => {
    throw new TypeError(`schema: ${why} (attribute described as "${options.description}")`);
  };
  if (options.description.trim() === '') refuse('an attribute needs a description');
  if (!required && !optional && !computed) refuse('an attribute is required, optional or computed');
  if (required && (optional || computed)) refuse('required excludes optional and computed');
  if (options.default !== undefined && !optional) refuse('only optional attributes have defaults');
  if (writeOnly && computed) refuse('a write-only attribute cannot be computed');
  if (writeOnly && options.default !== undefined) refuse('a write-only attribute has no default');
  if (options.useStateForUnknown && !computed) refuse('useStateForUnknown is for computed ones');
}
