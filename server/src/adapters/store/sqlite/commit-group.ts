/**
 * Writes a group of change sets to SQLite in one transaction: first as if no guard would fail, and
 * if one does, again with each set in a savepoint of its own. A savepoint copies every page that
 * its set touches, which is most of what a small set would cost.
 */
import type { Problem } from '@novacron/contract/problem';
import { assertNever, err, ok } from '@novacron/contract/result';
import type { GuardedSet, GuardedStatement } from '../compile-change.ts';
import type { Outcome } from '../group-writer.ts';
import type { SqlText } from '../kysely-tables.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { classifyFailure, toCommitProblem } from './sqlite-problems.ts';

const BEGIN = { sql: 'begin immediate', parameters: [] };
const COMMIT = { sql: 'commit', parameters: [] };
const SAVEPOINT = { sql: 'savepoint change_set', parameters: [] };
const UNDO_SET = { sql: 'rollback to change_set', parameters: [] };
const RELEASE = { sql: 'release change_set', parameters: [] };

const DONE: Outcome = { kind: 'answered', answer: ok(undefined) };

/**
 * Writes a group. A set whose guard fails is undone alone. If the database itself fails (full
 * disk, input or output error, locked by another process), nothing of the group has happened and
 * every set of it is answered with that trouble, also those whose guards had failed: what they were
 * held against may have been a change that is undone now.
 * @returns an outcome a set, in order, after COMMIT has made them durable
 */
export function commitGroup(
  connection: SqliteConnection,
  sets: readonly GuardedSet[],
): readonly Outcome[] {
  try {
    // Left over only if an earlier rollback failed as well.
    rollBack(connection);
    return commitAtOnce(connection, sets) ?? commitOneByOne(connection, sets);
  } catch (cause) {
    const answer = err(toCommitProblem(cause));
    rollBackQuietly(connection);
    return sets.map(() => ({ kind: 'answered', answer }));
  }
}

/** @returns undefined, with nothing done, when a set was refused or cannot be taken */
function commitAtOnce(
  connection: SqliteConnection,
  sets: readonly GuardedSet[],
): readonly Outcome[] | undefined {
  connection.run(BEGIN);
  if (!applyAll(connection, sets)) {
    rollBack(connection);
    return undefined;
  }
  connection.run(COMMIT);
  return sets.map(() => DONE);
}

function applyAll(connection: SqliteConnection, sets: readonly GuardedSet[]): boolean {
  try {
    return sets.every((set) => set.every((statement) => run(connection, statement) === undefined));
  } catch (cause) {
    if (classifyFailure(cause) === 'database') throw cause;
    return false;
  }
}

function commitOneByOne(
  connection: SqliteConnection,
  sets: readonly GuardedSet[],
): readonly Outcome[] {
  connection.run(BEGIN);
  const outcomes = sets.map((set) => applySet(connection, set));
  connection.run(COMMIT);
  return outcomes;
}

function applySet(connection: SqliteConnection, set: GuardedSet): Outcome {
  connection.run(SAVEPOINT);
  try {
    for (const statement of set) {
      const refused = run(connection, statement);
      if (refused !== undefined) {
        undoSet(connection);
        return { kind: 'answered', answer: err(refused) };
      }
    }
    connection.run(RELEASE);
    return DONE;
  } catch (cause) {
    if (classifyFailure(cause) === 'database') throw cause;
    undoSet(connection);
    return { kind: 'bug', cause };
  }
}

/** Runs one statement; answers with the problem of its guard if that has failed. */
function run(connection: SqliteConnection, statement: GuardedStatement): Problem | undefined {
  const { query, guard } = statement;
  switch (guard.kind) {
    case 'none':
      connection.run(query);
      return undefined;
    case 'finds-no-row':
      return connection.rows(query).length === 0 ? undefined : guard.otherwise;
    case 'changes-one-row':
      return changesOneRow(connection, query) ? undefined : guard.otherwise;
    default:
      return assertNever(guard);
  }
}

function changesOneRow(connection: SqliteConnection, query: SqlText): boolean {
  try {
    return connection.run(query) === 1;
  } catch (cause) {
    if (classifyFailure(cause) === 'guard') return false;
    throw cause;
  }
}

function undoSet(connection: SqliteConnection): void {
  connection.run(UNDO_SET);
  connection.run(RELEASE);
}

function rollBack({ database }: SqliteConnection): void {
  // SQLite has rolled back by itself after some failures.
  if (database.inTransaction) database.exec('rollback');
}

function rollBackQuietly(connection: SqliteConnection): void {
  try {
    rollBack(connection);
  } catch {
    // The trouble that led here is the answer; the next group tries the rollback again.
  }
}
