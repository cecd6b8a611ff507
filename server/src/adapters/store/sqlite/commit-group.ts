/**
 * Writes a group of change sets to SQLite in one transaction: first as if no guard would fail, and
 * if one does, again with each set in a savepoint of its own. A savepoint copies every page that
 * its set touches, which is most of what a small set would cost.
 */
import { assertNever } from '@novacron/contract/result';
import type { SqlText } from '../sql/kysely-tables.ts';
import type { SqliteConnection } from './connection/sqlite-connection.ts';
import type { GroupFate, RunnableStatement, SetFate } from './group-fate.ts';
import { classifyFailure } from './sqlite-failures.ts';

const BEGIN = { sql: 'begin immediate', parameters: [] };
const COMMIT = { sql: 'commit', parameters: [] };
const SAVEPOINT = { sql: 'savepoint change_set', parameters: [] };
const UNDO_SET = { sql: 'rollback to change_set', parameters: [] };
const RELEASE = { sql: 'release change_set', parameters: [] };

const DONE: SetFate = { kind: 'done' };

type RunnableSet = readonly RunnableStatement[];

/**
 * Writes a group. A set whose guard fails is undone alone. If the database itself fails (full
 * disk, input or output error, locked by another process), nothing of the group has happened and
 * every set of it is answered with that trouble, also those whose guards had failed: what they were
 * held against may have been a change that is undone now.
 * @returns what came of it, after COMMIT has made it durable
 */
export function commitGroup(connection: SqliteConnection, sets: readonly RunnableSet[]): GroupFate {
  try {
    // Left over only if an earlier rollback failed as well.
    rollBack(connection);
    return commitAtOnce(connection, sets) ?? commitOneByOne(connection, sets);
  } catch (cause) {
    rollBackQuietly(connection);
    return { kind: 'failed', cause };
  }
}

/** @returns undefined, with nothing done, when a set was refused or cannot be taken */
function commitAtOnce(
  connection: SqliteConnection,
  sets: readonly RunnableSet[],
): GroupFate | undefined {
  connection.run(BEGIN);
  if (!applyAll(connection, sets)) {
    rollBack(connection);
    return undefined;
  }
  connection.run(COMMIT);
  return { kind: 'all-done' };
}

function applyAll(connection: SqliteConnection, sets: readonly RunnableSet[]): boolean {
  try {
    return sets.every((set) => set.every((statement) => holds(connection, statement)));
  } catch (cause) {
    if (classifyFailure(cause) === 'database') throw cause;
    return false;
  }
}

function commitOneByOne(connection: SqliteConnection, sets: readonly RunnableSet[]): GroupFate {
  connection.run(BEGIN);
  const fates = sets.map((set) => applySet(connection, set));
  connection.run(COMMIT);
  return { kind: 'each', fates };
}

function applySet(connection: SqliteConnection, set: RunnableSet): SetFate {
  connection.run(SAVEPOINT);
  try {
    const at = set.findIndex((statement) => !holds(connection, statement));
    if (at >= 0) {
      undoSet(connection);
      return { kind: 'refused', at };
    }
    connection.run(RELEASE);
    return DONE;
  } catch (cause) {
    if (classifyFailure(cause) === 'database') throw cause;
    undoSet(connection);
    return { kind: 'bug', cause };
  }
}

/** Runs one statement. @returns whether its guard held */
function holds(connection: SqliteConnection, { query, guard }: RunnableStatement): boolean {
  switch (guard.kind) {
    case 'none':
      connection.run(query);
      return true;
    case 'finds-a-row':
      return !connection.isEmpty(query);
    case 'finds-no-row':
      return connection.isEmpty(query);
    case 'changes-one-row':
      return changesOneRow(connection, query);
    default:
      return assertNever(guard.kind);
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
