/**
 * Sends a group of change sets in one go, without waiting for an answer in between:
 *
 *   begin · lock · number of the group · savepoint s                   sync
 *   rollback to s · first set's statements · release s · savepoint s   sync
 *   rollback to s · second set's statements · release s · savepoint s  sync
 *   rollback to s                                                      sync
 *   commit                                                             sync
 *
 * If a statement fails, the server passes over the rest up to the sync, and so the savepoint of
 * before the set is still there for the next `rollback to s`, which undoes the set. If none fails,
 * the set is released and there is a new savepoint, from which nothing is undone. So the lock is
 * never held while a message travels.
 */
import { assert } from '@novacron/contract/result';
import type { GuardedSet } from '../sql/compile-change.ts';
import type { SqlText } from '../sql/kysely-tables.ts';
import { GROUP_LOCK, hangUp, WRITERS_TABLE, type WriterConnection } from './connect-writer.ts';
import { requireOneRow, toGuardedSql } from './guard-statement.ts';
import { mergeStatements } from './merge-statements.ts';
import { PipelineStep, type StepReply, writeExecute, writeParse } from './pipeline-step.ts';
import { GROUP_TIMEOUT_MS } from './postgres-settings.ts';

/**
 * Statements that a connection keeps prepared before it forgets them all. NovaCron has some hundred
 * shapes of statements; only the lengths of `in` lists make more, without a limit.
 */
const STATEMENTS_KEPT_MAX = 512;

const BEGIN = { sql: 'begin', parameters: [] };
const LOCK = { sql: 'select pg_advisory_xact_lock($1)', parameters: [GROUP_LOCK] };
const NUMBER = requireOneRow(`update ${WRITERS_TABLE} set group_no = $1 where id = $2`);
const SAVEPOINT = { sql: 'savepoint s', parameters: [] };
const UNDO = { sql: 'rollback to s', parameters: [] };
const RELEASE = { sql: 'release s', parameters: [] };
const COMMIT = { sql: 'commit', parameters: [] };

/** Commands of a set's step before its own statements. */
export const COMMANDS_BEFORE_SET = 1;

/** Commands of a whole group before its first set. */
export const COMMANDS_BEFORE_SETS = 3;

/** Answer of the server. */
export interface GroupReply {
  /** The number that the group had on its connection. */
  readonly number: number;
  readonly start: StepReply;
  /** One a set. */
  readonly sets: readonly StepReply[];
  /** Result of the rollback of the last set, if it failed. */
  readonly undo: StepReply;
  readonly end: StepReply;
}

/** Answer of the server to a group that was sent as a whole. */
export interface WholeReply {
  /** The number that the group had on its connection. */
  readonly number: number;
  /** `COMMIT` is the last tag of a success; else nothing has happened. */
  readonly whole: StepReply;
}

/**
 * Sends a group as one step, which any failed guard fails as a whole:
 *
 *   begin · lock · number of the group · statements, like ones merged · commit   sync
 *
 * A transaction that fails lets go of the lock at once.
 */
export async function sendWholeGroup(
  connection: WriterConnection,
  sets: readonly GuardedSet[],
): Promise<WholeReply> {
  const { number, start, timer } = beginGroup(connection);
  const { client } = connection;
  const merged = mergeStatements(sets, connection.references);
  const { stream } = client.connection;
  stream.cork();
  forgetIfTooMany(connection);
  const commands = [...start, ...merged, COMMIT];
  const reply = sendCommands(connection, prepareMissing(connection, commands), commands);
  stream.uncork();
  const whole = await reply;
  if (whole.failure !== undefined) await leaveTransaction(connection);
  clearTimeout(timer);
  return { number, whole };
}

async function leaveTransaction({ client }: WriterConnection): Promise<void> {
  // Where the connection is lost, the answer to the group says so.
  await client.query('rollback').catch(() => {});
}

function beginGroup(connection: WriterConnection) {
  connection.counts.groups += 1;
  const number = connection.counts.groups;
  const start = [BEGIN, LOCK, { sql: NUMBER, parameters: [number, connection.id] }];
  const timer = setTimeout(() => hangUp(connection.client), GROUP_TIMEOUT_MS);
  return { number, start, timer };
}

/** Sends a group and waits for all answers, or for the end of the connection. */
export async function sendGroup(
  connection: WriterConnection,
  sets: readonly GuardedSet[],
): Promise<GroupReply> {
  const { number, start: begin, timer } = beginGroup(connection);
  const start = [...begin, SAVEPOINT];
  const steps = sets.map((set) => [UNDO, ...set.map(toGuardedSql), RELEASE, SAVEPOINT]);

  const { stream } = connection.client.connection;
  stream.cork();
  forgetIfTooMany(connection);
  // All before the transaction: what cannot be prepared would abort it.
  const prepared = prepareMissing(connection, [start, ...steps, [UNDO, COMMIT]].flat());
  const send = (commands: readonly SqlText[]) => sendCommands(connection, prepared, commands);
  const replies = [send(start), ...steps.map(send), send([UNDO]), send([COMMIT])];
  stream.uncork();

  const [first, ...others] = await Promise.all(replies);
  clearTimeout(timer);
  const [undo, end] = others.splice(-2);
  assert(first !== undefined && undo !== undefined && end !== undefined, 'a group has its ends');
  return { number, start: first, sets: others, undo, end };
}

/** Replies to the preparation of statements, by their SQL. */
type Prepared = ReadonlyMap<string, Promise<StepReply>>;

/** Sends commands as one step. */
async function sendCommands(
  { client, names }: WriterConnection,
  prepared: Prepared,
  commands: readonly SqlText[],
): Promise<StepReply> {
  const step = new PipelineStep((wire) => {
    for (const { sql, parameters } of commands) {
      const name = names.get(sql);
      assert(name !== undefined, 'a statement is prepared before it is used');
      writeExecute(wire, name, parameters);
    }
  });
  const { tags, failure } = await client.query(step).reply;
  // A step that lacks a statement says only that; why it is lacking was said before.
  const lacking = failure === undefined ? undefined : commands[tags.length]?.sql;
  const preparation = lacking === undefined ? undefined : await prepared.get(lacking);
  return { tags, failure: preparation?.failure ?? failure };
}

function forgetIfTooMany(connection: WriterConnection): void {
  if (connection.names.size < STATEMENTS_KEPT_MAX) return;
  connection.names.clear();
  // A statement that could not be deallocated is prepared again under another name.
  void connection.client.query('deallocate all').catch(() => {});
}

/** Prepares what the connection has not yet, each in a step of its own; answers by SQL. */
function prepareMissing(connection: WriterConnection, commands: readonly SqlText[]): Prepared {
  const { names, counts } = connection;
  const prepared = new Map<string, Promise<StepReply>>();
  for (const { sql } of commands) {
    if (names.has(sql)) continue;
    counts.names += 1;
    const name = `s${counts.names}`;
    names.set(sql, name);
    prepared.set(sql, prepare(connection, { name, sql }));
  }
  return prepared;
}

async function prepare(
  { client, names }: WriterConnection,
  { name, sql }: { readonly name: string; readonly sql: string },
): Promise<StepReply> {
  const step = new PipelineStep((wire) => writeParse(wire, name, sql));
  const reply = await client.query(step).reply;
  if (reply.failure !== undefined) names.delete(sql);
  return reply;
}
