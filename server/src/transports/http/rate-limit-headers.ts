/**
 * The headers that say how much of its rate limits a caller has left, before a request is refused.
 * Source: draft-ietf-httpapi-ratelimit-headers-10, structured fields of RFC 9651.
 */
import type { RateStanding } from '../../app/access/limits/call-limits.ts';
import type { Core } from '../dispatch/dispatch.ts';
import type { ExchangeHandler } from './exchange.ts';
import { sendProblem } from './send-problem.ts';

/** The headers of an answer; none where nothing is limited. */
export function rateLimitHeaders(
  standings: readonly RateStanding[],
): Readonly<Record<string, string>> {
  if (standings.length === 0) return {};
  return {
    'RateLimit-Policy': standings
      .map(({ scope, quota, windowS }) => `"${scope}";q=${quota};w=${windowS}`)
      .join(', '),
    RateLimit: standings
      .map(({ scope, remaining, resetS }) => `"${scope}";r=${remaining};t=${resetS}`)
      .join(', '),
  };
}

/**
 * Counts the request for its client's address and refuses it above the limit of that. The headers
 * are added at the last moment, when the calls of the request are counted too: answers are written
 * in many places, all of which end in `writeHead`. Problems: `rate-limited`.
 */
export function limitAddress({ application }: Core): ExchangeHandler {
  return (_request, response, next) => {
    const { clientAddress: address } = response.locals;
    const writeHead = response.writeHead.bind(response);
    response.writeHead = (...head: unknown[]) => {
      if (!response.headersSent) {
        const { context } = response.locals;
        const standings = application.rateStandings({ principal: context?.principal, address });
        response.set(rateLimitHeaders(standings));
      }
      // The overloads of node differ in what they leave out; nothing is changed here.
      return Reflect.apply(writeHead, response, head);
    };
    const admitted = application.admitAddress(address);
    return admitted.ok ? next() : sendProblem(response, admitted.error);
  };
}
