/** The scalars that GraphQL itself lacks. */
import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

/** Any JSON value: maps, and what has several types. */
export const JsonScalar = new GraphQLScalarType<unknown>({
  name: 'JSON',
  description: 'Any JSON value, such as a map of labels.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

/** A moment. */
export const TimestampScalar = new GraphQLScalarType<string>({
  name: 'Timestamp',
  description: 'Timestamp: RFC 3339, UTC.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => expectText(value),
  parseValue: (value) => expectText(value),
});

function expectText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError('A Timestamp is a text.');
}

/** Whole numbers that grow: positions of events leave the 32 bits of Int behind within weeks. */
export const LongScalar = new GraphQLScalarType<number>({
  name: 'Long',
  description: 'Integer of at most 53 bits.',
  serialize: (value) => expectLong(value),
  parseValue: (value) => expectLong(value),
  parseLiteral: (node: ValueNode) => {
    if (node.kind === Kind.INT) return expectLong(Number(node.value));
    throw new GraphQLError('A Long is a whole number.', { nodes: node });
  },
});

function expectLong(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new GraphQLError('A Long is a whole number of at most 53 bits.');
}
