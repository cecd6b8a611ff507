/**
 * The part of GraphQL that is loaded with the first request: the schema, and graphql-yoga, which
 * runs queries and writes answers as JSON or, for subscriptions, as server-sent events.
 */
import { toProblemDocument } from '@novacron/contract/problem/problem';
import { type DocumentNode, type ExecutionResult, type GraphQLSchema, parse } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { createGraphqlSchema } from './create-schema.ts';
import { createGraphqlContext, type GraphqlContext } from './graphql-context.ts';
import { presentError, toGraphqlError } from './graphql-problem.ts';
import { refuseQuery } from './measure-query.ts';

/** Longer documents only cost time to look at; the introspection query has a tenth of it. */
const TOKENS_MAX = 2_000;

/** A request as its body says it. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** Answers GraphQL requests. */
export interface GraphqlServer {
  /** @param accept - the media types that the caller takes */
  readonly answer: (
    request: GraphqlRequest,
    accept: string | undefined,
    caller: Parameters<typeof createGraphqlContext>[0],
  ) => Promise<Response>;
}

/** Only a name: requests come from express and never leave this process. */
const ENDPOINT = 'http://server/graphql';

/** Makes the server. */
export function createGraphqlServer(): GraphqlServer {
  const yoga: YogaServerInstance<GraphqlContext, object> = createYoga<GraphqlContext>({
    schema: createGraphqlSchema(),
    plugins: [boundQueries(), presentErrors()],
    maskedErrors: false,
    logging: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
  });
  return {
    answer: async (request, accept, caller) => {
      const { Request } = yoga.fetchAPI;
      const sent = new Request(ENDPOINT, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: accept ?? 'application/json' },
        body: JSON.stringify(request),
      });
      return yoga.fetch(sent, createGraphqlContext(caller));
    },
  };
}

type GraphqlPlugin = Plugin<GraphqlContext, GraphqlContext>;

interface Run {
  readonly args: {
    readonly schema: GraphQLSchema;
    readonly document: DocumentNode;
    readonly operationName?: string | null | undefined;
    readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
    readonly contextValue: GraphqlContext;
  };
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

/** Refuses what is too long before it is parsed, and what costs too much before it is run. */
function boundQueries(): GraphqlPlugin {
  const refuse = ({ args, setResultAndStopExecution }: Run): void => {
    const { schema, document, operationName, variableValues, contextValue } = args;
    const variables = variableValues ?? {};
    const found = refuseQuery({ schema, document, operationName, variables });
    if (found === undefined) return;
    const { requestId } = contextValue.caller;
    const error = toGraphqlError(toProblemDocument(found, requestId));
    setResultAndStopExecution({ errors: [error] });
  };
  return {
    onParse: ({ setParseFn }) => {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: TOKENS_MAX }));
    },
    onExecute: refuse,
    onSubscribe: refuse,
  };
}

/** Gives every error its problem document, in answers and in streams of answers. */
function presentErrors(): GraphqlPlugin {
  return {
    onResultProcess: ({ result, setResult, serverContext }) => {
      const { core, caller } = serverContext;
      const present = (answer: ExecutionResult): ExecutionResult =>
        presentAnswer(answer, (error) => presentError(core, error, caller.requestId));
      if (Array.isArray(result)) return;
      if (Symbol.asyncIterator in result) setResult(mapAll(result, present));
      else setResult(present(result));
    },
  };
}

function presentAnswer(
  answer: ExecutionResult,
  present: (error: unknown) => ReturnType<typeof toGraphqlError>,
): ExecutionResult {
  const { errors } = answer;
  return errors === undefined ? answer : { ...answer, errors: errors.map(present) };
}

async function* mapAll<Item>(
  items: AsyncIterable<Item>,
  map: (item: Item) => Item,
): AsyncGenerator<Item> {
  for await (const item of items) yield map(item);
}
