// Builtins over GraphQL documents, given as text or as the tree that parsing yields.

import type { DefinitionNode, DocumentNode, GraphQLSchema } from 'graphql';
import { isObject, makeObject, type RegoValue } from '../../values/rego-value.ts';
import { asString, BuiltinFailure, exceed, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { loadGraphql } from '../host/lazy-packages.ts';
import { queryText, schemaText } from './graphql-text.ts';
import { queryTree, schemaTree } from './graphql-tree.ts';

/** More tokens than any sensible document has; parsing stops there. */
const TOKENS_MAX = 100_000;
/** Text allowed between the words of a document. */
const IGNORED = /^(?:[\s,\uFEFF]|#[^\n\r]*)*$/;

function parseText(text: string): DocumentNode {
  const { GraphQLError, Kind, parse } = loadGraphql();
  if (IGNORED.test(text)) return { kind: Kind.DOCUMENT, definitions: [] };
  try {
    return parse(text, { noLocation: false, maxTokens: TOKENS_MAX });
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    const [, limit] = /(\d+) tokens\. Parsing aborted/.exec(cause.message) ?? [];
    if (limit !== undefined) return exceed(`the text has more than ${limit} words of GraphQL`);
    const [at] = cause.locations ?? [];
    return fail(`${cause.message} in GraphQL string at location ${at?.line}:${at?.column}`);
  }
}

function readQuery(value: RegoValue | undefined): DocumentNode {
  const isTree = value !== undefined && isObject(value);
  const document = parseText(isTree ? queryText(value) : asString(value));
  queryTree(document);
  return document;
}

function readSchema(value: RegoValue | undefined): DocumentNode {
  const isTree = value !== undefined && isObject(value);
  const document = parseText(isTree ? schemaText(value) : asString(value));
  schemaTree(document);
  return document;
}

// gqlparser takes an extension of a type that nothing defines for its definition.
function defineExtended(document: DocumentNode): DocumentNode {
  const defined = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind.endsWith('TypeDefinition') && 'name' in node && node.name) {
      defined.add(node.name.value);
    }
  }
  const definitions = document.definitions.map((node): DefinitionNode => {
    if (!node.kind.endsWith('TypeExtension') || !('name' in node) || !node.name) return node;
    if (defined.has(node.name.value)) return node;
    defined.add(node.name.value);
    const kind = node.kind.replace('Extension', 'Definition');
    // An extension has the members of the definition of its kind.
    return { ...node, kind } as DefinitionNode;
  });
  return { ...document, definitions };
}

function buildSchema(document: DocumentNode): GraphQLSchema {
  const { buildASTSchema, validateSchema } = loadGraphql();
  const complete = defineExtended(document);
  try {
    const problem = validateSchema(buildASTSchema(complete)).find(
      // A schema of types alone is valid here, as it is in OPA.
      ({ message }) => !message.startsWith('Query root type must be provided'),
    );
    if (problem) return fail(problem.message);
    return buildASTSchema(complete, { assumeValid: true });
  } catch (cause) {
    if (cause instanceof BuiltinFailure || !(cause instanceof Error)) throw cause;
    if (cause instanceof RangeError) {
      return fail('a default value of the schema contains itself, or the schema nests too deep');
    }
    return fail(cause.message);
  }
}

function verify(query: DocumentNode, schema: GraphQLSchema): void {
  const { validate } = loadGraphql();
  for (const node of query.definitions) {
    if (node.kind === 'OperationDefinition' && !schema.getRootType(node.operation)) {
      fail(`Schema does not support operation type "${node.operation}"`);
    }
  }
  const [problem] = validate(schema, query);
  if (problem) fail(problem.message);
}

function parseBoth(args: readonly RegoValue[]): readonly [RegoValue, RegoValue] {
  const query = readQuery(args[0]);
  const schema = readSchema(args[1]);
  verify(query, buildSchema(schema));
  return [queryTree(query), schemaTree(schema)];
}

function holds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (cause) {
    if (cause instanceof BuiltinFailure && cause.kind !== 'resource_error') return false;
    throw cause;
  }
}

/** The builtins over GraphQL. */
export const GRAPHQL_BUILTINS: HostBuiltins = {
  'graphql.parse': parseBoth,
  'graphql.parse_and_verify': (args) => {
    let both: readonly [RegoValue, RegoValue] = [makeObject([]), makeObject([])];
    const isValid = holds(() => {
      both = parseBoth(args);
    });
    return [isValid, ...both];
  },
  'graphql.parse_query': ([text]) => queryTree(parseText(asString(text))),
  'graphql.parse_schema': ([text]) => schemaTree(parseText(asString(text))),
  'graphql.is_valid': (args) => holds(() => parseBoth(args)),
  'graphql.schema_is_valid': ([schema]) => holds(() => buildSchema(readSchema(schema))),
};
