/** Makes GraphQL types from the zod schemas of the contract, each type once. */
import {
  graphqlEnumValueOf,
  graphqlTypeOf,
} from '@novacron/contract/operations-table/graphql-names';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  GraphQLFloat,
  GraphQLID,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  GraphQLString,
} from 'graphql';
import { z } from 'zod';
import type { GraphqlContext } from './graphql-context.ts';
import { JsonScalar, LongScalar, TimestampScalar } from './scalars.ts';
import { knownTypeNames } from './type-names.ts';

type NullableOutputType =
  | GraphQLScalarType
  | GraphQLEnumType
  | GraphQLObjectType
  | GraphQLList<GraphQLOutputType>;

type NullableInputType =
  | GraphQLScalarType
  | GraphQLEnumType
  | GraphQLInputObjectType
  | GraphQLList<GraphQLInputType>;

/** Fields that a type has besides those of its schema. */
export type ExtraFields = (schema: z.ZodObject) => GraphQLFieldConfigMap<unknown, GraphqlContext>;

/** Makes types; equal schemas get the same type. */
export interface TypeMaker {
  /** @param at - where the schema stands: names what has no name of its own */
  readonly output: (schema: unknown, at: string) => GraphQLOutputType;
  readonly input: (schema: unknown, at: string) => GraphQLInputType;
}

/** Makes the maker of one GraphQL schema. */
export function createTypeMaker(extraFields: ExtraFields): TypeMaker {
  const names = knownTypeNames();
  const objects = new Map<unknown, GraphQLObjectType>();
  const inputs = new Map<unknown, GraphQLInputObjectType>();
  const enums = new Map<unknown, GraphQLEnumType>();

  function nameOf(schema: z.ZodType, at: string): string {
    return names.get(schema.def) ?? graphqlTypeOf(at);
  }

  function once<Type>(kept: Map<unknown, Type>, schema: z.ZodType, make: () => Type): Type {
    const made = kept.get(schema.def) ?? make();
    kept.set(schema.def, made);
    return made;
  }

  function enumOf(schema: z.ZodEnum, at: string): GraphQLEnumType {
    return once(enums, schema, () => {
      const values = schema.options.map((option) => [
        graphqlEnumValueOf(String(option)),
        { value: option },
      ]);
      return new GraphQLEnumType({ name: nameOf(schema, at), values: Object.fromEntries(values) });
    });
  }

  function output(schema: unknown, at: string): GraphQLOutputType {
    const { inner, isNullable } = unwrap(schema);
    const type = bareOutput(inner, at);
    return isNullable ? type : new GraphQLNonNull(type);
  }

  function bareOutput(schema: unknown, at: string): NullableOutputType {
    if (schema instanceof z.ZodArray) return new GraphQLList(output(schema.element, at));
    if (schema instanceof z.ZodEnum) return enumOf(schema, at);
    if (!(schema instanceof z.ZodObject)) return scalarOf(schema, at);
    return once(objects, schema, () => {
      const name = nameOf(schema, at);
      const fields = (): GraphQLFieldConfigMap<unknown, GraphqlContext> => ({
        ...Object.fromEntries(
          Object.entries(schema.shape).map(([field, inner]) => [
            field,
            { type: output(inner, `${name}_${field}`), description: descriptionOf(inner) },
          ]),
        ),
        ...extraFields(schema),
      });
      return new GraphQLObjectType({ name, fields });
    });
  }

  function input(schema: unknown, at: string): GraphQLInputType {
    const { inner, isNullable } = unwrap(schema);
    const type = bareInput(inner, at);
    return isNullable ? type : new GraphQLNonNull(type);
  }

  function bareInput(schema: unknown, at: string): NullableInputType {
    if (schema instanceof z.ZodArray) return new GraphQLList(input(schema.element, at));
    if (schema instanceof z.ZodEnum) return enumOf(schema, at);
    if (!(schema instanceof z.ZodObject)) return scalarOf(schema, at);
    return once(inputs, schema, () => {
      const name = nameOf(schema, at);
      const fields = (): GraphQLInputFieldConfigMap =>
        Object.fromEntries(
          Object.entries(schema.shape).map(([field, inner]) => [
            field,
            { type: input(inner, `${name}_${field}`), description: descriptionOf(inner) },
          ]),
        );
      return new GraphQLInputObjectType({ name, fields });
    });
  }

  return { output, input };
}

/** Removes optionality and defaults from a schema, and reports whether the value may be missing. */
function unwrap(schema: unknown): { readonly inner: unknown; readonly isNullable: boolean } {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault
  ) {
    inner = inner.unwrap();
  }
  return { inner, isNullable: inner !== schema };
}

/** The description of a schema, or of what it wraps. */
export function descriptionOf(schema: unknown): string | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const { inner } = unwrap(schema);
  return schema.description ?? (inner instanceof z.ZodType ? inner.description : undefined);
}

const INT_MAX = 2 ** 31 - 1;

function scalarOf(schema: unknown, at: string): GraphQLScalarType {
  if (schema instanceof z.ZodBoolean) return GraphQLBoolean;
  if (schema instanceof z.ZodISODateTime) return TimestampScalar;
  if (schema instanceof z.ZodString) return /_id$/.test(at) ? GraphQLID : GraphQLString;
  if (!(schema instanceof z.ZodNumber)) return JsonScalar;
  if (!schema.isInt) return GraphQLFloat;
  return (schema.maxValue ?? INT_MAX + 1) <= INT_MAX ? GraphQLInt : LongScalar;
}
