/**
 * Close code of a WebSocket: the HTTP status of the problem, moved into the range for applications.
 */
import type { ProblemDocument } from '@novacron/contract/problem/problem';

/** Time limit for the client's closing handshake. Unit: milliseconds. */
export const CLOSE_MS = 1_000;

/** RFC 6455, section 7.4.2: 4000 to 4999 are for applications. */
const PRIVATE_CODES_FROM = 4_000;

/** The close code of a problem: 4401 for `unauthenticated`, 4410 for `resume-expired`. */
export function closeCodeOf(document: Pick<ProblemDocument, 'status'>): number {
  return PRIVATE_CODES_FROM + document.status;
}
