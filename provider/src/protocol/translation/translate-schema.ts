import type { CtyType } from '../../cty/cty-type.ts';
import type { ProviderFunction } from '../../framework/provider-function.ts';
import type { Attribute } from '../../framework/schema/attribute.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import { ctyTypeOf, type ValueType } from '../../framework/schema/value-type.ts';
import type {
  Attribute as WireAttribute,
  FunctionSchema as WireFunction,
  BlockSchema as WireSchema,
} from '../../gen/tfplugin6.ts';

/** Descriptions are Markdown. */
const MARKDOWN = 1;

const NESTINGS = { single: 1, list: 2, set: 3, map: 4 } as const;

/** A schema in its wire form. */
export function schemaToWire(schema: Schema): WireSchema {
  return {
    version: BigInt(schema.version),
    block: {
      version: BigInt(schema.version),
      attributes: Object.entries(schema.attributes).map(attributeToWire),
      block_types: [],
      description: schema.description,
      description_kind: MARKDOWN,
      deprecated: schema.deprecation !== undefined,
    },
  };
}

function attributeToWire([name, attribute]: readonly [string, Attribute]): WireAttribute {
  const { shape } = attribute;
  const isNested = shape.kind === 'nested';
  return {
    name,
    type: isNested ? Buffer.alloc(0) : typeToWire(ctyTypeOf(shape)),
    nested_type: isNested
      ? {
          attributes: Object.entries(shape.attributes).map(attributeToWire),
          nesting: NESTINGS[shape.nesting],
        }
      : undefined,
    description: attribute.description,
    description_kind: MARKDOWN,
    required: attribute.required,
    optional: attribute.optional,
    computed: attribute.computed,
    sensitive: attribute.sensitive,
    deprecated: attribute.deprecation !== undefined,
    write_only: attribute.writeOnly,
  };
}

/** A function's signature in its wire form. */
export function functionToWire(definition: ProviderFunction): WireFunction {
  return {
    parameters: definition.parameters.map(({ name, type, allowNull, description }) => ({
      name,
      type: typeToWire(typeOf(type)),
      allow_null_value: allowNull ?? false,
      allow_unknown_values: false,
      description,
      description_kind: MARKDOWN,
    })),
    variadic_parameter: undefined,
    return: { type: typeToWire(typeOf(definition.returns)) },
    summary: definition.summary,
    description: definition.description,
    description_kind: MARKDOWN,
    deprecation_message: '',
  };
}

function typeOf({ shape }: ValueType): CtyType {
  return ctyTypeOf(shape);
}

function typeToWire(type: CtyType): Buffer {
  return Buffer.from(JSON.stringify(type));
}
