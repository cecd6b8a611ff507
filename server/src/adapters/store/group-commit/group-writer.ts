/**
 * The one writer of a store: gathers the change sets that arrive during a turn of the event loop
 * and hands them to the database as one group, so that they share one flush to the disk.
 * Source of the idea: group commit (DeWitt et al., 1984, "Implementation Techniques for Main Memory
 * Database Systems").
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, type Result } from '@novacron/contract/result';
import type { GuardedSet } from '../sql/compile-change.ts';
import { estimateAnswerCost } from './estimate-answer-cost.ts';
import { estimateFlush } from './estimate-flush.ts';

/**
 * Most statements of one group: SQLite writes 512 in about 10 ms, for which it holds up the event
 * loop unless a thread writes. Bigger groups are hardly faster. A set that alone has more makes a
 * group of its own.
 */
export const GROUP_STATEMENTS_MAX = 512;

/**
 * Maximum number of waiting change sets. At 5000 to 10,000 sets a second, a longer queue would
 * mean seconds of waiting: refuse at once and let the caller retry.
 */
export const SETS_WAITING_MAX = 10_000;

/**
 * Most answers of one turn of the event loop. What callers do with an answer until they wait again
 * takes them tens of microseconds: after about half a millisecond other requests get their turn,
 * and a database that has written its group gets the next one.
 */
export const ANSWERS_PER_TURN_MAX = 8;

/** Outcome of a change set: its answer, or the bug that the database found in it. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Result<void, Problem> }
  | { readonly kind: 'bug'; readonly cause: unknown };

/**
 * Writes a group as one durable transaction, each set of it completely or not at all.
 * @returns after it is durable: an outcome a set, in order
 */
export type CommitGroup = (
  sets: readonly GuardedSet[],
) => readonly Outcome[] | Promise<readonly Outcome[]>;

/** Takes change sets. */
export interface GroupWriter {
  /** Answers when the set is durable or refused. Sets are written in the order of the calls. */
  readonly submit: (set: GuardedSet) => Promise<Result<void, Problem>>;
  /** Refuses further sets and waits for those that are waiting. */
  readonly close: () => Promise<void>;
}

/** Options of a group writer. */
export interface GroupWriterOptions {
  /** Most change sets of one group, beside the bound on its statements. */
  readonly groupSetsMax?: number | undefined;
  /**
   * `in-turn`, unless said: everybody is answered before the next group begins, as the moment at
   * which they are does not depend on how fast the machine is. `overlapping`: the database works
   * elsewhere, and may write while others are still being answered.
   */
  readonly pace?: 'in-turn' | 'overlapping';
  /** Measures how long groups and answers take; the system clock by default. */
  readonly nowMs?: () => number;
}

interface Waiting {
  readonly set: GuardedSet;
  readonly resolve: (answer: Result<void, Problem>) => void;
  readonly reject: (bug: Error) => void;
}

/**
 * Starts the writer of one store.
 * @param commitGroup - how the database writes a group; never called while a group is under way
 */
export function startGroupWriter(
  commitGroup: CommitGroup,
  options: GroupWriterOptions = {},
): GroupWriter {
  const { groupSetsMax: setsMax = SETS_WAITING_MAX, pace = 'in-turn' } = options;
  const { nowMs = () => performance.now() } = options;
  const waiting: Waiting[] = [];
  const answers: (() => void)[] = [];
  let draining: Promise<void> | undefined;
  let answering: Promise<void> | undefined;
  let state: 'open' | 'closed' = 'open';
  const flush = estimateFlush();
  const answerCost = estimateAnswerCost();
  /** Time that this thread has spent making groups. */
  let makingMs = 0;

  async function drain(): Promise<void> {
    let isGathered = false;
    while (waiting.length > 0) {
      // Crossing into the next turn gathers this turn's sets, and lets timers and sockets run even
      // when each answer leads to another set (a chain of microtasks would starve them).
      while (!isGathered) {
        await nextTurn();
        isGathered = !isWorthWaiting();
      }
      const group = takeGroup(waiting, setsMax);
      const startedAtMs = nowMs();
      const written = writeGroup(commitGroup, group);
      makingMs += nowMs() - startedAtMs;
      answers.push(...(await written));
      flush.add(nowMs() - startedAtMs);
      // A database that works elsewhere has its next group before a turn of answers keeps it idle.
      isGathered = pace === 'overlapping' && !isWorthWaiting();
      answering ??= answerInTurns();
    }
    draining = undefined;
  }

  /**
   * A caller that is answered often sends its next set at once. Where all are answered in
   * less time than a flush to the disk takes, all are waited for, so that they share one. Elsewhere
   * the database writes for those who came back while the others are answered, so that both sides
   * have work: as soon as these are half of all, or will be back when the flush is over.
   */
  function isWorthWaiting(): boolean {
    if (answers.length === 0) return false;
    const answerMs = answerCost.eachMs();
    if (pace === 'in-turn' || answerMs === undefined) return true;
    const flushMs = flush.flushMs();
    if ((answers.length + waiting.length) * answerMs < flushMs) return true;
    return answers.length > waiting.length && answers.length * answerMs > flushMs;
  }

  async function answerInTurns(): Promise<void> {
    while (answers.length > 0) {
      const startedAtMs = nowMs() - makingMs;
      const turn = answers.splice(0, ANSWERS_PER_TURN_MAX);
      for (const answer of turn) answer();
      await nextTurn();
      answerCost.add({ answers: turn.length, durationMs: nowMs() - makingMs - startedAtMs });
    }
    answering = undefined;
  }

  function submit(set: GuardedSet): Promise<Result<void, Problem>> {
    if (state === 'closed') return Promise.resolve(err(closedProblem()));
    if (waiting.length >= SETS_WAITING_MAX) return Promise.resolve(err(crowdedProblem()));
    return new Promise((resolve, reject) => {
      waiting.push({ set, resolve, reject });
      draining ??= drain();
    });
  }

  async function close(): Promise<void> {
    state = 'closed';
    await draining;
    await answering;
  }

  return { submit, close };
}

function takeGroup(waiting: Waiting[], setsMax: number): Waiting[] {
  let count = 0;
  let statements = 0;
  for (const { set } of waiting) {
    statements += set.length;
    if (count > 0 && (statements > GROUP_STATEMENTS_MAX || count === setsMax)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** @returns what answers the callers, one after another */
async function writeGroup(
  commitGroup: CommitGroup,
  group: readonly Waiting[],
): Promise<readonly (() => void)[]> {
  try {
    const outcomes = await commitGroup(group.map(({ set }) => set));
    assert(outcomes.length === group.length, 'a group is answered set by set');
    return group.map(({ resolve, reject }, index) => () => {
      const outcome = outcomes[index];
      if (outcome?.kind === 'answered') resolve(outcome.answer);
      else reject(new Error('a change set that the database cannot take', outcome));
    });
  } catch (cause) {
    return group.map(
      ({ reject }) =>
        () =>
          reject(new Error('a group of change sets could not be written', { cause })),
    );
  }
}

function closedProblem(): Problem {
  return problem('unavailable', {
    detail: 'The server is stopping and accepts no more changes.',
    remedy: 'Send the request again when the server is available.',
  });
}

function crowdedProblem(): Problem {
  return problem('unavailable', {
    detail: `${SETS_WAITING_MAX} changes are waiting to be stored, which is the limit.`,
    remedy: 'Send the request again in a second or later.',
  });
}
