/** Names the trouble that express and the body reader throw for requests that cannot be read. */
import { types } from 'node:util';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { BODY_BYTES_MAX } from './read-body.ts';

/**
 * The problem behind an exception, `undefined` when it is not a fault of the caller's.
 * @param cause - what was thrown; `http-errors` have a status, those of body-parser also a type
 */
export function toHttpProblem(cause: unknown): Problem | undefined {
  if (!types.isNativeError(cause)) return undefined;
  const type = 'type' in cause ? cause.type : undefined;
  switch (type) {
    case 'entity.too.large':
      return problem('payload-too-large', {
        detail: `The body is larger than ${limitOf(cause)} bytes.`,
        remedy: 'Send smaller requests, such as smaller batches.',
        data: { bytes_max: limitOf(cause) },
      });
    case 'encoding.unsupported':
      return problem('unsupported-media-type', {
        detail: 'The server does not support the Content-Encoding of the body.',
        remedy: 'Send it with the Content-Encoding gzip, deflate or br, or uncompressed.',
      });
    default:
      return isCallersFault(cause) ? unreadable() : undefined;
  }
}

/** The limit of the reader that has refused it. */
function limitOf(cause: Error): number {
  return 'limit' in cause && typeof cause.limit === 'number' ? cause.limit : BODY_BYTES_MAX;
}

function isCallersFault(cause: Error): boolean {
  const status = 'status' in cause ? cause.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** The words of the exception stay inside: they may name our own parts. */
function unreadable(): Problem {
  return problem('validation-failed', {
    detail: 'The request cannot be read: its path, its length or its body is malformed.',
    remedy: 'Check the percent signs of the URL, Content-Length and Content-Encoding.',
  });
}
