/** Describes the system's file errors in words. */
import { messageOf } from './message-of.ts';

/** Clauses about a file, by the system's codes: errno(3). */
const CLAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory, and a file is needed',
  EACCES: 'your user has no permission for it',
  EPERM: 'your user has no permission for it',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota of the disk is used up',
  EFBIG: 'the file system has no files of this size',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links lead in a circle',
  EIO: 'the disk has an input/output error',
};

/** Explains why a file cannot be read or written: a clause to follow a colon. */
export function explainFileTrouble(cause: unknown): string {
  const { code } = Object(cause);
  return (typeof code === 'string' ? CLAUSES[code] : undefined) ?? messageOf(cause);
}
