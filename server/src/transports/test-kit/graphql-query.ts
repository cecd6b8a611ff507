/** Asks for everything that an operation answers, over GraphQL. */
import {
  graphqlArgumentOf,
  graphqlEnumValueOf,
  graphqlFieldOf,
} from '@novacron/contract/operations-table/graphql-names';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { assert } from '@novacron/contract/result';
import { type GraphQLOutputType, getNamedType, isEnumType, isObjectType } from 'graphql';
import { createGraphqlSchema } from '../graphql/create-schema.ts';

const schema = createGraphqlSchema();

/**
 * The query of an operation with all its arguments as variables and all fields of its answer,
 * relations left out: those are not part of what the operation answers.
 */
export function graphqlRequestOf(
  name: OperationName,
  input: Readonly<Record<string, unknown>>,
): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const field = schema.getQueryType()?.getFields()[graphqlFieldOf(name)];
  assert(field !== undefined, `GraphQL does not carry ${name}`);
  // The selection of a query says which fields it asks for.
  const isList = operationRow(name).listing !== undefined;
  const arguable = Object.entries(input).filter(([key]) => !(isList && key === 'fields'));
  const given = arguable.map(([key, value]) => {
    const argument = field.args.find((arg) => arg.name === graphqlArgumentOf(key));
    assert(argument !== undefined, `GraphQL does not know the input ${key} of ${name}`);
    const isEnum = isEnumType(getNamedType(argument.type));
    return { argument, value: isEnum ? graphqlEnumValueOf(String(value)) : value };
  });
  const declared = given.map(({ argument }) => `$${argument.name}: ${String(argument.type)}`);
  const passed = given.map(({ argument }) => `${argument.name}: $${argument.name}`);
  const inBrackets = (texts: string[]): string =>
    texts.length === 0 ? '' : `(${texts.join(', ')})`;
  const asked = `${field.name}${inBrackets(passed)}`;
  return {
    query: `query ${inBrackets(declared)} { ${asked} ${everythingOf(field.type)} }`,
    variables: Object.fromEntries(given.map(({ argument, value }) => [argument.name, value])),
  };
}

function everythingOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields())
    .filter((field) => field.resolve === undefined)
    .map((field) => `${field.name} ${everythingOf(field.type)}`);
  return `{ ${fields.join(' ')} }`;
}
