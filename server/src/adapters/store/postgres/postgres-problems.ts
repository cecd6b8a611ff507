/** Interprets PostgreSQL's errors: for a change set, for a group, and for a read. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Codes that answer a guard: unique, foreign key, check, and the division by zero of ours. */
const GUARD_CODES: ReadonlySet<string> = new Set(['23503', '23505', '23514', '22012']);

/** Serialization failure and deadlock: the same again may go through. */
const AGAIN_CODES: ReadonlySet<string> = new Set(['40001', '40P01']);

/** Too big, too long, too many, no right, timed out, disk failed, damaged, stopping. */
const DATABASE_CODE = /^(?:08|25006|42501|53|54|55|57|58|F0|XX)/;

/** Scope of an error: see `classifyFailure`. */
export type FailureKind = 'guard' | 'again' | 'connection' | 'database' | 'bug';

/** The SQLSTATE of an error, or the operating system's code; undefined for other errors. */
export function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** The text of an error; not by `instanceof Error`, which is false for errors of another realm. */
export function messageOf(cause: unknown): string {
  const isError = typeof cause === 'object' && cause !== null && 'message' in cause;
  return isError ? String(cause.message) : '';
}

/**
 * Classifies an error by what it affects.
 * @returns `guard`: a change met its guard; `again`: the same may go through next time;
 * `connection`: the connection is gone; `database`: it cannot be done now; `bug`: the statement
 * cannot work
 */
export function classifyFailure(cause: unknown): FailureKind {
  const code = codeOf(cause);
  if (!isAnswerOfPostgres(cause) || code === undefined) return 'connection';
  if (GUARD_CODES.has(code)) return 'guard';
  if (AGAIN_CODES.has(code)) return 'again';
  return DATABASE_CODE.test(code) ? 'database' : 'bug';
}

/** An error that the server has sent and after which the connection goes on. */
function isAnswerOfPostgres(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null || !('severity' in cause)) return false;
  return cause.severity !== 'FATAL' && cause.severity !== 'PANIC';
}

/**
 * The answer to a change set that the database could not write, though it is not at fault.
 * @param cause - an error that concerns the database or the connection. The text names no server:
 * users read it
 */
export function toCommitProblem(cause: unknown): Problem {
  const code = codeOf(cause);
  const data = code === undefined ? {} : { data: { cause: code } };
  if (code === '53100') {
    return problem('storage-full', {
      detail: "The disk of the server's database is full, so the change was not made.",
      remedy:
        'An operator must free space on the disk of the database; then send the request ' +
        'again. Everything stored before is intact.',
      ...data,
    });
  }
  if (code === '55P03' || code === '57014' || AGAIN_CODES.has(code ?? '')) {
    return problem('unavailable', {
      detail: 'Other sessions locked the database for too long, so the change was not made.',
      remedy:
        'Send the request again. If it keeps failing, an operator must look for long ' +
        'transactions in the database (pg_stat_activity).',
      ...data,
    });
  }
  if (code?.startsWith('XX') === true) {
    return damagedProblem(code);
  }
  if (code === '25006') {
    return problem('unavailable', {
      detail: "The server's database is read-only, so the change was not made.",
      remedy: 'An operator must make the database writable, or name its primary server.',
      ...data,
    });
  }
  return problem('unavailable', {
    detail: "The server's database is unavailable, so the change was not made.",
    remedy:
      'Send the request again in a few seconds. If it keeps failing, an operator must check ' +
      'the database. Everything stored before is intact.',
    ...data,
  });
}

/** Data corrupted, index corrupted, and what PostgreSQL cannot explain itself. */
function damagedProblem(code: string): Problem {
  return problem('store-damaged', {
    detail: "The server's database is damaged, so the request was not carried out.",
    remedy: "An operator must read the database's log and restore a backup if necessary.",
    data: { cause: code },
  });
}

/** The answer when the connection broke and the outcome could not be determined in time. */
export function unknownOutcomeProblem(): Problem {
  return problem('unavailable', {
    detail:
      "The connection to the server's database broke while the change was being stored, so it is " +
      'not known whether it was made.',
    remedy:
      'Send the request again with the same idempotency key, or check whether it was ' +
      'made before you send it again.',
    data: { outcome: 'unknown' },
  });
}

/**
 * Returns the error with which a read rejects: its property `problem` is the answer for the caller.
 * @param cause - what the database or the connection said
 */
export function toReadError(cause: unknown): Error {
  const kind = classifyFailure(cause);
  const error = new Error('a query could not be answered', { cause });
  if (kind === 'bug' || kind === 'guard') return error;
  const code = codeOf(cause);
  if (kind === 'database' && code?.startsWith('XX') === true) {
    return Object.assign(error, { problem: damagedProblem(code) });
  }
  return Object.assign(error, {
    problem: problem('unavailable', {
      detail: "The server's database is unavailable.",
      remedy:
        'Send the request again in a few seconds. If it keeps failing, an operator must ' +
        'check the database.',
    }),
  });
}
