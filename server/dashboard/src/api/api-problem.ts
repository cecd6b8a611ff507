/** A refusal of the server as an error: what TanStack Query expects. */

/** An invalid field of a request. */
export interface InvalidField {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The parts of a problem document (RFC 9457) that the dashboard shows. */
interface ProblemParts {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly instance?: string;
  readonly errors: readonly InvalidField[];
}

const RETRIES_MAX = 2;
const SERVER_ERROR_STATUS = 500;

/** The code of a server that takes too long, which is none of the contract. */
const UNANSWERED_CODE = 'unanswered';

/** Error answer of the server, or the reason it did not answer. */
export class ApiProblem extends Error {
  readonly parts: ProblemParts;

  constructor(parts: ProblemParts) {
    super(parts.detail);
    this.parts = parts;
  }
}

/** The problem of a server that does not answer. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    title: 'Server unavailable',
    status: 0,
    code: 'unavailable',
    detail: 'The server does not answer.',
    remedy:
      'Check that it runs and that this machine reaches it; then try again. What a page shows is ' +
      'read again by itself once the server answers.',
    errors: [],
  });
}

/** The problem of a server that takes too long. */
export function unanswered(seconds: number, isWrite: boolean): ApiProblem {
  return new ApiProblem({
    title: 'No answer',
    status: 0,
    code: UNANSWERED_CODE,
    detail: isWrite
      ? `The server has not answered for ${seconds} s. Whether it has done this is not known.`
      : `The server has not answered for ${seconds} s.`,
    remedy: isWrite
      ? 'Look whether it was done; if not, send it again from here.'
      : 'Check that it runs and that this machine reaches it; try again.',
    errors: [],
  });
}

/**
 * Whether a failed query is worth another attempt: not where the server has refused it, and not
 * where it has not answered for long, which is said at once.
 */
export function isWorthRetrying(attempts: number, cause: unknown): boolean {
  if (attempts >= RETRIES_MAX) return false;
  if (!(cause instanceof ApiProblem)) return true;
  return cause.parts.status === 0 && cause.parts.code !== UNANSWERED_CODE;
}

/** Whether a failure is the server's and may be over: it was away, silent or in trouble. */
export function mayPass(cause: unknown): boolean {
  if (!(cause instanceof ApiProblem)) return false;
  const { status } = cause.parts;
  return status === 0 || status >= SERVER_ERROR_STATUS;
}

/** Reads a body that is not a success; whatever is missing in it gets words. */
export function toProblem(status: number, body: unknown): ApiProblem {
  const parts = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const fields = new Map<string, unknown>(parts);
  const text = (name: string, fallback: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : fallback;
  };
  return new ApiProblem({
    title: text('title', 'Unexpected answer'),
    status,
    code: text('code', 'internal'),
    detail: text('detail', `The server answered with status ${status}.`),
    remedy: text('remedy', 'Try again; the log of the server says more.'),
    instance: text('instance', ''),
    errors: readErrors(fields.get('errors')),
  });
}

function readErrors(value: unknown): readonly InvalidField[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown): InvalidField[] => {
    if (typeof each !== 'object' || each === null) return [];
    if (!('path' in each) || !Array.isArray(each.path) || !('message' in each)) return [];
    return [{ path: each.path.map(String), message: String(each.message) }];
  });
}

/** A problem of anything that was thrown. */
export function problemOf(cause: unknown): ApiProblem {
  if (cause instanceof ApiProblem) return cause;
  return new ApiProblem({
    title: 'The page has failed',
    status: 0,
    code: 'internal',
    detail: cause instanceof Error ? cause.message : String(cause),
    remedy: 'Reload the page.',
    errors: [],
  });
}
