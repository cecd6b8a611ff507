/** The one place where a problem becomes a GraphQL error, and a GraphQL error a problem. */
import type { RequestId } from '@novacron/contract/ids';
import {
  type Problem,
  type ProblemDocument,
  problem,
  toProblemDocument,
} from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { GraphQLError } from 'graphql';
import { type Core, reportFault } from '../dispatch/dispatch.ts';

/** The error of a problem: `extensions.problem` is the whole document. */
export function toGraphqlError(document: ProblemDocument, at?: GraphQLError): GraphQLError {
  return new GraphQLError(document.detail, {
    nodes: at?.nodes ?? null,
    source: at?.source ?? null,
    positions: at?.positions ?? null,
    path: at?.path ?? null,
    extensions: { code: document.code, problem: document },
  });
}

/** The value of a result; throws the GraphQL error of its problem. */
export function valueOrThrow(result: Result<unknown, Problem>, requestId: RequestId): unknown {
  if (result.ok) return result.value;
  throw toGraphqlError(toProblemDocument(result.error, requestId));
}

/**
 * An error as the caller may see it. What GraphQL says about the query itself is the caller's to
 * mend; everything else that is not a problem yet is a fault, whose words stay in the log.
 */
export function presentError(core: Core, error: unknown, requestId: RequestId): GraphQLError {
  if (error instanceof GraphQLError) {
    if (error.extensions.problem !== undefined) return error;
    if (error.originalError instanceof GraphQLError) {
      return presentError(core, error.originalError, requestId);
    }
    if (error.originalError === undefined) {
      return toGraphqlError(toProblemDocument(badQuery(error), requestId), error);
    }
  }
  const cause = error instanceof GraphQLError ? error.originalError : error;
  const found = reportFault(core.logger, { cause, requestId, during: 'POST /graphql' });
  const at = error instanceof GraphQLError ? error : undefined;
  return toGraphqlError(toProblemDocument(found, requestId), at);
}

function badQuery({ message, locations }: GraphQLError): Problem {
  const [place] = locations ?? [];
  const where = place === undefined ? '' : ` at line ${place.line}, column ${place.column}`;
  return problem('validation-failed', {
    detail: `The query is not valid${where}: ${message}`,
    remedy: 'Correct the query; introspection and the reference have the schema.',
  });
}
