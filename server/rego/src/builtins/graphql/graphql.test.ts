import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../../evaluate-query.ts';

const SCHEMA = `
  directive @cost(units: Int = 1) repeatable on FIELD_DEFINITION
  interface Node { id: ID! }
  "One machine" type Machine implements Node {
    id: ID!
    tags(first: Int = 3, like: [Pair!]): [String!]! @cost
  }
  union Found = Machine
  enum Size { SMALL LARGE }
  input Pair { key: String = "a", size: Size = LARGE, near: [Float] = [1.5, null] }
  scalar Date
  schema { query: Root }
  type Root { machine(id: ID!, on: Boolean = true): Machine found: Found }
  extend type Root { size: Size }
`;
const QUERY = `
  query Q($id: ID! = "x") {
    m: machine(id: $id) @skip(if: false) {
      ...F
      ... on Machine { tags(first: 2, like: [{key: """k"""}]) } ... { id } }
    size
  }
  fragment F on Machine { id }
`;

function evaluate(expression: string, input: unknown = {}): unknown {
  const result = evaluateRego({
    modules: {},
    query: `x := ${expression}`,
    input,
    builtinErrors: 'fail',
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

describe('graphql', () => {
  test('a query is valid as text and as the tree that parsing it yields', () => {
    const input = { query: QUERY, schema: SCHEMA };
    expect(evaluate('graphql.is_valid(input.query, input.schema)', input)).toBe(true);
    const trees = 'graphql.parse_query(input.query), graphql.parse_schema(input.schema)';
    expect(evaluate(`graphql.is_valid(${trees})`, input)).toBe(true);
    expect(evaluate('graphql.schema_is_valid(graphql.parse_schema(input.schema))', input)).toBe(
      true,
    );
    expect(evaluate(`graphql.parse(input.query, input.schema) == [${trees}]`, input)).toBe(true);
  });

  test('what a schema does not have makes a query invalid', () => {
    const schema = 'type Query { a: Int }';
    expect(evaluate(`graphql.is_valid("{ b }", "${schema}")`)).toBe(false);
    expect(evaluate(`graphql.is_valid("mutation { b }", "${schema}")`)).toBe(false);
    expect(evaluate(`graphql.parse_and_verify("{ b }", "${schema}")`)).toEqual([false, {}, {}]);
    expect(evaluate('graphql.schema_is_valid("type A { b: Missing }")')).toBe(false);
  });

  test.each([
    [
      'graphql.parse_query("{ a ")',
      'Expected Name, found <EOF>. in GraphQL string at location 1:5',
    ],
    ['graphql.parse_query("type A { b: Int }")', 'a query has no ObjectTypeDefinition'],
    [
      'graphql.parse("", "input A { a: A = {} }")',
      'a default value of the schema contains itself, or the schema nests too deep',
    ],
    ['graphql.parse_schema("{ a }")', 'a schema has no OperationDefinition'],
    ['graphql.parse("{ b }", "type Query { a: Int }")', 'Cannot query field "b" on type "Query".'],
    ['graphql.parse("mutation { b }", "type Query { a: Int }")', 'operation type "mutation"'],
    ['graphql.parse({"Operations": 1}, "")', 'Operations of a GraphQL tree is not an array'],
    ['graphql.parse({"Operations": [1]}, "")', 'a GraphQL tree has a member that is not an object'],
    ['graphql.parse({"Operations": [{"Name": "a{b}"}]}, "")', '"a{b}" is not a GraphQL name'],
    ['graphql.parse("", {"Definitions": [{"Name": "A"}]})', '"" is not a kind of GraphQL type'],
  ])('%s fails and says why', (expression, message) => {
    expect(() => evaluate(expression)).toThrow(message);
  });
});
