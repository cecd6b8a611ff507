/** GraphQL over HTTP: what stands behind `POST /graphql`. */
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { EventCore, EventHub } from '../events/event-hub.ts';
import { readSecret } from '../http/authenticate.ts';
import { contextOf, type ExchangeHandler, type ExchangeRequest } from '../http/exchange.ts';
import { collectBody, readJsonBody } from '../http/read-body.ts';
import { sendProblem } from '../http/send-problem.ts';
import type { GraphqlRequest, GraphqlServer } from './create-graphql-server.ts';
import { sendWebResponse } from './send-web-response.ts';

const NOT_ACCEPTABLE_STATUS = 406;

/** The GraphQL over HTTP draft, section 5.1: further members are for others to understand. */
const GraphqlBody = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Dependencies of the GraphQL handlers. */
interface GraphqlOptions {
  readonly core: EventCore;
  readonly hub: EventHub;
}

/** The handlers of the endpoint; its library is loaded with the first request. */
export function createGraphqlHandlers(options: GraphqlOptions): ExchangeHandler[] {
  return [collectBody(), handleGraphql(options)];
}

function handleGraphql(options: GraphqlOptions): ExchangeHandler {
  let loading: Promise<GraphqlServer> | undefined;
  return async (request, response) => {
    const body = readRequest(request);
    const secret = readSecret(request.headers.authorization);
    if (!body.ok) return sendProblem(response, body.error);
    if (!secret.ok) return sendProblem(response, secret.error);
    const { application } = options.core;
    const allowed = await application.requireFeature('graphql', contextOf(response));
    if (!allowed.ok) return sendProblem(response, allowed.error);
    // Streams end with the response, also where the client did not hang up.
    const aborter = new AbortController();
    response.once('close', () => aborter.abort());
    loading ??= loadServer();
    const server = await loading;
    const caller = { ...contextOf(response), signal: aborter.signal };
    const answer = await server.answer(body.value, request.get('accept'), {
      ...options,
      caller,
      secret: secret.value,
    });
    if (answer.status === NOT_ACCEPTABLE_STATUS) {
      return sendProblem(response, notAcceptable(), NOT_ACCEPTABLE_STATUS);
    }
    await sendWebResponse(response, answer);
  };
}

async function loadServer(): Promise<GraphqlServer> {
  const { createGraphqlServer } = await import('./create-graphql-server.ts');
  return createGraphqlServer();
}

function readRequest(request: ExchangeRequest): Result<GraphqlRequest, Problem> {
  const body = readJsonBody(request);
  if (!body.ok) return body;
  const parsed = GraphqlBody.safeParse(body.value, IN_WORDS);
  if (!parsed.success) return err(toValidationProblem(parsed.error, 'The GraphQL request'));
  const { query, variables, operationName } = parsed.data;
  return ok({ query, variables, operationName });
}

function notAcceptable(): Problem {
  return problem('unsupported-media-type', {
    detail: 'The header Accept allows no media type of the answer.',
    remedy:
      'Accept application/json for queries and text/event-stream for subscriptions, or ' +
      'remove the header.',
  });
}
