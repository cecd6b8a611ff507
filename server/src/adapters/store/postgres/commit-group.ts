/** Writes a group of change sets to PostgreSQL and finds out what came of each. */
import type { Problem } from '@novacron/contract/problem/problem';
import { assertNever, err, ok } from '@novacron/contract/result';
import type { Outcome } from '../group-commit/group-writer.ts';
import type { GuardedSet } from '../sql/compile-change.ts';
import { findOutcome, type WriterConnection } from './connect-writer.ts';
import type { StepReply } from './pipeline-step.ts';
import { classifyFailure, toCommitProblem, unknownOutcomeProblem } from './postgres-problems.ts';
import {
  COMMANDS_BEFORE_SET,
  COMMANDS_BEFORE_SETS,
  type GroupReply,
  sendGroup,
  sendWholeGroup,
} from './send-group.ts';
import type { WriterLink } from './writer-link.ts';

/**
 * Maximum attempts to send a set that met a deadlock, or whose connection broke before its commit.
 */
const ATTEMPTS_MAX = 5;

/** Intermediate outcome of a set; `again`: nothing has happened, and a retry may succeed. */
type Fate = Outcome | { readonly kind: 'again'; readonly cause: unknown };

const DONE: Outcome = { kind: 'answered', answer: ok(undefined) };

/** Options for writing a group. */
export interface CommitGroupOptions {
  readonly link: WriterLink;
  /** Maximum wait of a group for a new connection that can report its outcome. */
  readonly outcomeWaitMs: number;
}

/**
 * Writes a group. A set whose guard fails, or that the database cannot take, is undone alone. Sets
 * that met a deadlock are sent again, after the others of their group. If the connection breaks, a
 * new one finds out whether the group was committed; if it was not, it is sent again.
 * @returns an outcome a set, in order, after COMMIT has made them durable
 */
export async function commitGroup(
  options: CommitGroupOptions,
  sets: readonly GuardedSet[],
): Promise<readonly Outcome[]> {
  let fates = (await tryWhole(options, sets)) ?? sets.map(untried);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const open = sets.filter((_, index) => fates[index]?.kind === 'again');
    if (open.length === 0) break;
    const found = [...(await tryGroup(options, open))];
    fates = fates.map((fate) => (fate.kind === 'again' ? (found.shift() ?? fate) : fate));
  }
  return fates.map((fate) => (fate.kind === 'again' ? troubleOf(fate.cause) : fate));
}

function untried(): Fate {
  return { kind: 'again', cause: undefined };
}

/**
 * Tries all sets at once, as most groups have no guard that fails.
 * @returns undefined, with nothing done, when the sets have to be tried each by itself
 */
async function tryWhole(
  options: CommitGroupOptions,
  sets: readonly GuardedSet[],
): Promise<readonly Fate[] | undefined> {
  const connection = options.link.current();
  if (connection === undefined) return undefined;
  const { number, whole } = await sendWholeGroup(connection, sets);
  if (whole.tags.at(-1) === 'COMMIT') return sets.map(() => DONE);
  if (!isLoss(whole)) {
    // Its turn did not come, or nothing can be written: that is so for each of the sets as well.
    const hasBegun = whole.tags.length >= COMMANDS_BEFORE_SETS;
    if (hasBegun || classifyFailure(whole.failure) !== 'database') return undefined;
    return sets.map(() => troubleOf(whole.failure));
  }
  options.link.drop(connection);
  const lost = { connection, number, failure: whole.failure };
  const outcome = await findLostOutcome(options, lost);
  return outcome === 'committed' ? sets.map(() => DONE) : sets.map(() => outcome);
}

async function tryGroup(
  options: CommitGroupOptions,
  sets: readonly GuardedSet[],
): Promise<readonly Fate[]> {
  const { link } = options;
  const connection = link.current();
  if (connection === undefined) return sets.map(() => troubleOf(undefined));
  const reply = await sendGroup(connection, sets);
  if (reply.end.tags.at(-1) === 'COMMIT') return fatesOf(sets, reply);
  if (isLoss(reply.end)) {
    link.drop(connection);
    const lost = { connection, number: reply.number, failure: reply.end.failure };
    const outcome = await findLostOutcome(options, lost);
    return outcome === 'committed' ? fatesOf(sets, reply) : sets.map(() => outcome);
  }
  // Rolled back as a whole. What went wrong first made the rest go wrong.
  const cause = reply.start.failure ?? reply.undo.failure ?? reply.end.failure;
  switch (classifyFailure(cause)) {
    case 'guard':
      // Its row is gone: the connection is older than the rows that are kept.
      link.drop(connection);
      await link.next(options.outcomeWaitMs);
      return sets.map(() => ({ kind: 'again', cause }));
    case 'again':
      return sets.map(() => ({ kind: 'again', cause }));
    case 'database':
      return sets.map(() => troubleOf(cause));
    default:
      throw cause;
  }
}

function isLoss({ failure }: StepReply): boolean {
  return failure !== undefined && classifyFailure(failure) === 'connection';
}

/** A group whose connection broke before its end was heard of. */
interface LostGroup {
  readonly connection: WriterConnection;
  readonly number: number;
  readonly failure: unknown;
}

/** Whether the commit whose answer is missing happened, a later connection can say. */
async function findLostOutcome(
  { link, outcomeWaitMs }: CommitGroupOptions,
  { connection, number, failure }: LostGroup,
): Promise<'committed' | Fate> {
  const next = await link.next(outcomeWaitMs);
  if (next === undefined) return unknownFate();
  const group = { id: connection.id, number, timeoutMs: outcomeWaitMs };
  try {
    const outcome = await findOutcome(next, group);
    return outcome === 'committed' ? outcome : { kind: 'again', cause: failure };
  } catch {
    // The way there broke as well, or is blocked.
    link.drop(next);
    return unknownFate();
  }
}

/** Returns the outcomes of the sets of a committed group. */
function fatesOf(sets: readonly GuardedSet[], reply: GroupReply): readonly Fate[] {
  return sets.map((set, index) => {
    const step = reply.sets[index];
    return step === undefined ? unknownFate() : fateOf(set, step);
  });
}

function fateOf(set: GuardedSet, { tags, failure }: StepReply): Fate {
  if (failure === undefined) return DONE;
  const kind = classifyFailure(failure);
  switch (kind) {
    case 'guard': {
      const guard = set[tags.length - COMMANDS_BEFORE_SET]?.guard;
      if (guard === undefined || guard.kind === 'none') return { kind: 'bug', cause: failure };
      return answered(guard.otherwise);
    }
    case 'again':
      return { kind: 'again', cause: failure };
    case 'database':
      return troubleOf(failure);
    case 'connection':
      return unknownFate();
    case 'bug':
      return { kind: 'bug', cause: failure };
    default:
      return assertNever(kind);
  }
}

function answered(found: Problem): Outcome {
  return { kind: 'answered', answer: err(found) };
}

function troubleOf(cause: unknown): Outcome {
  return answered(toCommitProblem(cause));
}

function unknownFate(): Outcome {
  return answered(unknownOutcomeProblem());
}
