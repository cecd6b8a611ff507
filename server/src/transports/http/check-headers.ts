/** Refuses requests whose headers contradict each other, or lack what HTTP requires. */
import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { ExchangeHandler } from './exchange.ts';
import { sendProblem } from './send-problem.ts';

/** Headers that must be unique: given two, a proxy and a server may each use a different value. */
const SINGLE_HEADERS = ['host', 'authorization', 'content-type', 'idempotency-key'] as const;

/**
 * Checks the headers of a request (RFC 9112, section 3.2; RFC 9110, section 5.3).
 * @returns `validation-failed` for a header that is there twice, and for a missing or invalid Host
 */
export function checkHeaders(
  request: Pick<IncomingMessage, 'rawHeaders' | 'headers' | 'httpVersion'>,
): Problem | undefined {
  const counts = new Map<string, number>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const twice = SINGLE_HEADERS.find((name) => (counts.get(name) ?? 0) > 1);
  if (twice !== undefined) {
    return problem('validation-failed', {
      detail: `The request has the header ${twice} more than once.`,
      remedy: 'Send it once.',
      fields: [{ path: [twice], message: 'must be sent once' }],
    });
  }
  if (request.httpVersion === '1.1' && !counts.has('host')) {
    return problem('validation-failed', {
      detail: 'The request has no Host header, which HTTP/1.1 requires.',
      remedy: 'Send the header Host with the name and the port of the server.',
      fields: [{ path: ['host'], message: 'is missing' }],
    });
  }
  const { host = '' } = request.headers;
  if (!HOST.test(host)) {
    return problem('validation-failed', {
      detail: 'The header Host is not a host with an optional port.',
      remedy: 'Send the header Host with the name and the port of the server.',
      fields: [{ path: ['host'], message: 'must be HOST or HOST:PORT' }],
    });
  }
  return undefined;
}

/** `uri-host [ ":" port ]` (RFC 9110, section 7.2; RFC 3986, section 3.2.2); it may be empty. */
const HOST = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d{0,5})?$/i;

/** Lets only requests pass whose headers are unambiguous. */
export const requireClearHeaders: ExchangeHandler = (request, response, next) => {
  const found = checkHeaders(request);
  if (found === undefined) return next();
  // Where a request ends is in doubt as well.
  response.set('Connection', 'close');
  return sendProblem(response, found);
};

/** The only expectation that HTTP defines (RFC 9110, section 10.1.1). */
const EXPECTATION = '100-continue';

const EXPECTATION_FAILED_STATUS = 417;

/** Refuses other expectations than `100-continue`, which node answers itself. */
export const requireKnownExpectation: ExchangeHandler = (request, response, next) => {
  const { expect } = request.headers;
  if (expect === undefined || expect.toLowerCase() === EXPECTATION) return next();
  const found = problem('validation-failed', {
    detail: 'The header Expect has a value other than 100-continue.',
    remedy: 'Remove the header, or send Expect: 100-continue.',
    fields: [{ path: ['expect'], message: 'must be 100-continue' }],
  });
  response.set('Connection', 'close');
  return sendProblem(response, found, EXPECTATION_FAILED_STATUS);
};
