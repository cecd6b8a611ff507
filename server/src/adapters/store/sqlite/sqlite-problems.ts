/**
 * Maps SQLite's errors to problems: for a change set, for a group, and at the start of the server.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { classifyFailure, codeOf } from './sqlite-failures.ts';

/**
 * The answer to everyone in a group that could not be written.
 * @param cause - an error that concerns the database
 * @returns `storage-full`, `unavailable`, or `store-damaged`; an error that is a bug is thrown
 * again. The text names no path: users read it
 */
export function toCommitProblem(cause: unknown): Problem {
  const code = codeOf(cause);
  if (code === undefined || classifyFailure(cause) !== 'database') throw cause;
  const data = { cause: code };
  if (code === 'SQLITE_FULL') {
    return problem('storage-full', {
      detail: "The server's store is full, so the change was not made.",
      remedy:
        'An operator must free space on the disk of the data directory (or raise the ' +
        "store's size limit); then send the request again. Deleting resources still works as " +
        'long as the disk itself is not full. Everything stored before is intact.',
      data,
    });
  }
  if (isCodeOf(code, 'SQLITE_BUSY') || isCodeOf(code, 'SQLITE_LOCKED')) {
    return problem('unavailable', {
      detail: 'Another process locked the store for too long, so the change was not made.',
      remedy:
        'Send the request again. If it keeps failing, an operator must look for a repair tool or ' +
        'a second server on the same data directory.',
      data,
    });
  }
  if (isDamage(code)) return damagedProblem('so the change was not made', code);
  if (code === 'SQLITE_READONLY') {
    return problem('unavailable', {
      detail: "The server's store is read-only, so the change was not made.",
      remedy:
        'An operator must give the user of the server write access to the data directory and its ' +
        'file system; then send the request again.',
      data,
    });
  }
  return problem('unavailable', {
    detail: `The server's disk failed (${code}), so the change was not made.`,
    remedy:
      'An operator must check the disk of the data directory; then send the request ' +
      'again. Everything stored before is intact.',
    data,
  });
}

/**
 * Returns the error that a read rejects with: its property `problem` is the answer for the caller.
 * @param cause - what SQLite said; an error that is a bug is the answer itself
 */
export function toReadError(cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === undefined || classifyFailure(cause) !== 'database') return cause;
  const found = isDamage(code)
    ? damagedProblem('so the request cannot be answered', code)
    : problem('unavailable', {
        detail: `The server's store cannot be read (${code}).`,
        remedy:
          'Send the request again in a few seconds. If it keeps failing, an operator must check ' +
          'the disk of the data directory.',
        data: { cause: code },
      });
  return Object.assign(new Error('a query could not be answered', { cause }), { problem: found });
}

function isDamage(code: string): boolean {
  return isCodeOf(code, 'SQLITE_CORRUPT') || isCodeOf(code, 'SQLITE_NOTADB');
}

function damagedProblem(consequence: string, code: string): Problem {
  return problem('store-damaged', {
    detail: `The server's store is damaged, ${consequence}.`,
    remedy: 'An operator must stop the server and restore the store from a backup.',
    data: { cause: code },
  });
}

/** The answer to writes while the open file of the store is not the one at its path. */
export function displacedProblem(): Problem {
  return problem('store-damaged', {
    detail:
      "The file of the server's store was removed or replaced while the server runs, so the " +
      'change is not stored.',
    remedy:
      'An operator must move the file back, or stop the server and restore the store from a ' +
      'backup. Nothing that is written now would be found after a restart.',
    data: { cause: 'file-displaced' },
  });
}

/**
 * Explains to the operator why a store cannot be opened.
 * @param cause - an error of SQLite or of the operating system; a bug is thrown again
 * @param path - the file; it is named, because this text goes to the terminal and not to users
 */
export function toOpenProblem(cause: unknown, path: string): Problem {
  const code = codeOf(cause);
  const known = OPEN_PROBLEMS.find(({ codes }) => code !== undefined && codes.test(code));
  if (code === undefined || known === undefined) throw cause;
  return problem(known.reason === 'disk-full' ? 'storage-full' : 'unavailable', {
    detail: `The store ${path} cannot be opened: ${known.why}.`,
    remedy: known.remedy,
    data: { reason: known.reason, cause: code },
  });
}

const OPEN_PROBLEMS: readonly {
  readonly codes: RegExp;
  readonly reason: string;
  readonly why: string;
  readonly remedy: string;
}[] = [
  {
    codes: /^(?:ENOENT|ENOTDIR)$/,
    reason: 'directory-missing',
    why: 'its directory does not exist',
    remedy: 'Create the directory, or name another data directory, and start the server again.',
  },
  {
    codes: /^(?:EACCES|EPERM|EROFS|SQLITE_READONLY(?:_.*)?|SQLITE_PERM|SQLITE_AUTH)$/,
    reason: 'not-writable',
    why: 'this user may not read and write the file and its directory',
    remedy:
      'Give the user that runs the server read and write access to the directory and the files ' +
      'in it, or name another data directory, and start the server again.',
  },
  {
    codes: /^(?:EISDIR|ELOOP|ENAMETOOLONG|SQLITE_NOTADB|SQLITE_CORRUPT(?:_.*)?)$/,
    reason: 'not-a-store',
    why: 'it is not a SQLite database, or it is damaged',
    remedy:
      'Check the name. If it is the right one, restore the file from a backup; to begin with an ' +
      'empty store, move the file away.',
  },
  {
    codes: /^(?:SQLITE_BUSY|SQLITE_LOCKED|SQLITE_PROTOCOL)(?:_.*)?$/,
    reason: 'locked',
    why: 'another process has locked it',
    remedy:
      'Stop the other server or repair tool that works on the same data directory, and start ' +
      'the server again.',
  },
  {
    codes: /^(?:ENOSPC|EDQUOT|SQLITE_FULL)$/,
    reason: 'disk-full',
    why: 'the disk is full, or the size limit of the store is reached',
    remedy: 'Free space on that disk or raise the limit, and start the server again.',
  },
  {
    codes: /^(?:EIO|ENFILE|EMFILE|SQLITE_(?:CANTOPEN|IOERR|NOMEM)(?:_.*)?)$/,
    reason: 'disk-failed',
    why: 'the operating system could not read or write it',
    remedy: 'Check the disk and the limits of the process, and start the server again.',
  },
];

function isCodeOf(code: string, family: string): boolean {
  return code === family || code.startsWith(`${family}_`);
}
