/**
 * Notices that the files of an open store were removed, moved or replaced. SQLite goes on with the
 * open files, which the next start does not find: what is written there is lost.
 */
import { statSync } from 'node:fs';
import { err } from '@novacron/contract/result';
import type { CommitGroup, Outcome } from '../group-commit/group-writer.ts';
import type { GuardedSet } from '../sql/compile-change.ts';
import { displacedProblem } from './sqlite-problems.ts';

/** The database and its write-ahead log: a commit is in one of them. */
const SUFFIXES = ['', '-wal'];

/**
 * Refuses groups with `store-damaged` while other files, or none, are at the path. A group during
 * which that happens is refused as well, whatever became of it.
 * @param path - the database, which is open
 */
export function guardFile(path: string, commitGroup: CommitGroup): CommitGroup {
  const isInPlace = watchFiles(path);
  const check = (sets: readonly GuardedSet[], outcomes: readonly Outcome[]): readonly Outcome[] =>
    isInPlace() ? outcomes : refuse(sets);
  return (sets) => {
    if (!isInPlace()) return refuse(sets);
    const outcomes = commitGroup(sets);
    return outcomes instanceof Promise
      ? outcomes.then((each) => check(sets, each))
      : check(sets, outcomes);
  };
}

/**
 * Remembers the files of a database.
 * @param path - the database, which is open
 * @returns whether they are still the ones at the path
 */
export function watchFiles(path: string): () => boolean {
  const opened = SUFFIXES.map((suffix) => identityOf(path + suffix));
  return () =>
    SUFFIXES.every((suffix, index) => {
      const expected = opened[index];
      return expected === undefined || identityOf(path + suffix) === expected;
    });
}

function refuse(sets: readonly GuardedSet[]): readonly Outcome[] {
  const answer = err(displacedProblem());
  return sets.map(() => ({ kind: 'answered', answer }));
}

/**
 * Returns the identity of a file; undefined if it does not exist. Uses big integers: an inode may
 * exceed 2^53.
 */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.dev}/${found.ino}`;
}
