/** The one place where a problem becomes an HTTP answer: RFC 9457, `application/problem+json`. */
import {
  type Problem,
  type ProblemDocument,
  toProblemDocument,
} from '@novacron/contract/problem/problem';
import { assertNever } from '@novacron/contract/result';
import type { ExchangeResponse } from './exchange.ts';

/** The media type of every problem. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Time before the same request may succeed. Unit: seconds. */
const RETRY_AFTER_S = 1;
const MS_PER_SECOND = 1_000;

/**
 * Answers with a problem.
 * @param found - the problem; its code decides status and headers
 * @param status - another HTTP status where the protocol has a closer one, such as 405
 */
export function sendProblem(response: ExchangeResponse, found: Problem, status?: number): void {
  const document = documentOf(found, response.locals.requestId, status);
  response.status(document.status).set(problemHeaders(found));
  response.set('Content-Type', PROBLEM_MEDIA_TYPE).end(JSON.stringify(document));
}

/** The document of a problem, with the status that it really travels under. */
function documentOf(found: Problem, requestId: string, status?: number): ProblemDocument {
  const document = toProblemDocument(found, requestId);
  return status === undefined ? document : { ...document, status };
}

/** The HTTP headers of a problem, besides the document. */
export function problemHeaders(found: Problem): Readonly<Record<string, string>> {
  switch (found.code) {
    case 'rate-limited':
      return { 'Retry-After': String(secondsToWait(found)) };
    case 'unauthenticated':
      return { 'WWW-Authenticate': 'Bearer realm="novacron"' };
    case 'conflict':
    case 'deadline-exceeded':
    case 'storage-full':
    case 'unavailable':
      return { 'Retry-After': String(RETRY_AFTER_S) };
    case 'unsupported-media-type':
      return { Accept: 'application/json', 'Accept-Encoding': 'gzip, deflate, br' };
    case 'address-taken':
    case 'audit-broken':
    case 'feature-disabled':
    case 'forbidden':
    case 'idempotency-key-reused':
    case 'in-use':
    case 'internal':
    case 'method-not-found':
    case 'name-taken':
    case 'deletion-protected':
    case 'network-full':
    case 'network-overlap':
    case 'no-capacity':
    case 'not-found':
    case 'guest-not-ready':
    case 'operation-failed':
    case 'payload-too-large':
    case 'policy-denied':
    case 'budget-exceeded':
    case 'quota-exceeded':
    case 'reference-unknown':
    case 'resume-expired':
    case 'revision-mismatch':
    case 'rule-invalid':
    case 'store-damaged':
    case 'validation-failed':
      return {};
    default:
      return assertNever(found.code);
  }
}

/** Returns the time until the caller's bucket has a token again, in whole seconds. */
function secondsToWait({ data }: Problem): number {
  const waitMs = Number(data?.retry_after_ms ?? 0);
  return Math.max(RETRY_AFTER_S, Math.ceil(waitMs / MS_PER_SECOND));
}
