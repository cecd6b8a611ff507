/** The writer by itself, with a database that the test plays. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import type { GuardedSet } from '../sql/compile-change.ts';
import { compileChange } from '../sql/compile-change.ts';
import { makeSqliteBuilder } from '../sqlite/make-sqlite-builder.ts';
import {
  ANSWERS_PER_TURN_MAX,
  type CommitGroup,
  GROUP_STATEMENTS_MAX,
  type Outcome,
  SETS_WAITING_MAX,
  startGroupWriter,
} from './group-writer.ts';

const statement = compileChange(makeSqliteBuilder(), { kind: 'drop', from: 'vms', id: 'a' });
const DONE: Outcome = { kind: 'answered', answer: ok(undefined) };

function setOf(statements: number): GuardedSet {
  return Array.from({ length: statements }, () => statement);
}

/** Remembers the groups and lets all sets through. */
function makeDatabase(): { readonly groups: number[][]; readonly commitGroup: CommitGroup } {
  const groups: number[][] = [];
  return {
    groups,
    commitGroup: (sets) => {
      groups.push(sets.map((set) => set.length));
      return sets.map(() => DONE);
    },
  };
}

it('writes the sets of one turn as one group, and those of the next as another', async () => {
  const { groups, commitGroup } = makeDatabase();
  const writer = startGroupWriter(commitGroup);
  const first = [writer.submit(setOf(1)), writer.submit(setOf(2))];
  expect(groups).toEqual([]);
  await Promise.all(first);
  await writer.submit(setOf(3));
  expect(groups).toEqual([[1, 2], [3]]);
});

it('bounds a group by its statements, and gives a bigger set a group of its own', async () => {
  const { groups, commitGroup } = makeDatabase();
  const writer = startGroupWriter(commitGroup);
  const half = GROUP_STATEMENTS_MAX / 2;
  const sizes = [half, half, 1, GROUP_STATEMENTS_MAX + 1, 1, 0];
  await Promise.all(sizes.map((size) => writer.submit(setOf(size))));
  expect(groups).toEqual([[half, half], [1], [GROUP_STATEMENTS_MAX + 1], [1, 0]]);
});

it('lets the event loop turn between groups, however quickly answers lead to sets', async () => {
  const { groups, commitGroup } = makeDatabase();
  const writer = startGroupWriter(commitGroup);
  let turns = 0;
  let state: 'running' | 'done' = 'running';
  async function countTurns(): Promise<void> {
    while (state === 'running') {
      await nextTurn();
      turns += 1;
    }
  }
  const counting = countTurns();
  for (let commits = 0; commits < 50; commits += 1) await writer.submit(setOf(1));
  state = 'done';
  await counting;
  expect(groups).toHaveLength(50);
  expect(turns).toBeGreaterThanOrEqual(50);
});

it('starts no group while one is under way', async () => {
  let underWay = 0;
  let underWayMax = 0;
  const writer = startGroupWriter(async (sets) => {
    underWay += 1;
    underWayMax = Math.max(underWayMax, underWay);
    await nextTurn();
    underWay -= 1;
    return sets.map(() => DONE);
  });
  const first = writer.submit(setOf(1));
  await nextTurn();
  await Promise.all([first, writer.submit(setOf(1)), writer.submit(setOf(1))]);
  expect(underWayMax).toBe(1);
});

it('answers a bounded number of callers a turn, in the order of their calls', async () => {
  const { commitGroup } = makeDatabase();
  const writer = startGroupWriter(commitGroup);
  const callers = ANSWERS_PER_TURN_MAX * 2 + 1;
  const answered: number[] = [];
  const waiting = Array.from({ length: callers }, async (_, caller) => {
    await writer.submit(setOf(1));
    answered.push(caller);
  });
  const turns: number[] = [];
  while (answered.length < callers) {
    await nextTurn();
    if (answered.length > (turns.at(-1) ?? 0)) turns.push(answered.length);
  }
  await Promise.all(waiting);
  expect(turns).toEqual([ANSWERS_PER_TURN_MAX, ANSWERS_PER_TURN_MAX * 2, callers]);
  expect(answered).toEqual(answered.toSorted((a, b) => a - b));
});

const CALLERS = 128;

/**
 * Runs 128 callers that each commit three times; returns the number of change sets per group and
 * the number of callers answered before each. Time advances only where the test says so.
 */
async function groupsOf(
  pace: 'in-turn' | 'overlapping',
  { flushMs, answerMs }: { readonly flushMs: number; readonly answerMs: number },
) {
  const groups: { readonly sets: number; readonly answered: number }[] = [];
  let timeMs = 0;
  let answered = 0;
  const commitGroup: CommitGroup = async (sets) => {
    groups.push({ sets: sets.length, answered });
    await nextTurn();
    timeMs += flushMs;
    return sets.map(() => DONE);
  };
  const writer = startGroupWriter(commitGroup, { pace, nowMs: () => timeMs });
  const callers = Array.from({ length: CALLERS }, async () => {
    for (let commits = 0; commits < 3; commits += 1) {
      await writer.submit(setOf(1));
      answered += 1;
      timeMs += answerMs;
    }
  });
  await Promise.all(callers);
  return groups;
}

it('answers everybody before the next group, where the database works in turn', async () => {
  expect(await groupsOf('in-turn', { flushMs: 0, answerMs: 1 })).toEqual([
    { sets: 128, answered: 0 },
    { sets: 128, answered: 128 },
    { sets: 128, answered: 256 },
  ]);
});

it('waits for all callers where answering them takes less time than a flush', async () => {
  expect(await groupsOf('overlapping', { flushMs: 129, answerMs: 1 })).toEqual([
    { sets: 128, answered: 0 },
    { sets: 128, answered: 128 },
    { sets: 128, answered: 256 },
  ]);
});

it('begins the next group when half of the callers came back, and answers the others', async () => {
  const groups = await groupsOf('overlapping', { flushMs: 1, answerMs: 1 });
  expect(groups.slice(0, 2)).toEqual([
    { sets: 128, answered: 0 },
    { sets: 64, answered: 64 },
  ]);
});

it('begins the next group when the others will be answered during its flush', async () => {
  const groups = await groupsOf('overlapping', { flushMs: 100, answerMs: 1 });
  expect(groups.slice(0, 2)).toEqual([
    { sets: 128, answered: 0 },
    { sets: 32, answered: 32 },
  ]);
});

it('begins the next group before it answers, where as many came meanwhile', async () => {
  const answeredBefore: number[] = [];
  let answered = 0;
  let timeMs = 0;
  const submit = async (): Promise<void> => {
    await writer.submit(setOf(1));
    answered += 1;
    timeMs += 1;
  };
  const submitMany = () => Promise.all(Array.from({ length: CALLERS }, submit));
  let second: Promise<unknown> | undefined;
  const commitGroup: CommitGroup = async (sets) => {
    answeredBefore.push(answered);
    if (answeredBefore.length === 2) second = submitMany();
    await nextTurn();
    return sets.map(() => DONE);
  };
  const writer = startGroupWriter(commitGroup, { pace: 'overlapping', nowMs: () => timeMs });
  // Measures what an answer takes.
  await submit();
  await submitMany();
  await second;
  expect(answeredBefore).toEqual([0, 1, 1]);
});

it('has answered everybody when it is closed', async () => {
  const { commitGroup } = makeDatabase();
  const writer = startGroupWriter(commitGroup);
  let answered = 0;
  const callers = Array.from({ length: ANSWERS_PER_TURN_MAX * 3 }, async () => {
    await writer.submit(setOf(1));
    answered += 1;
  });
  await writer.close();
  expect(answered).toBe(callers.length);
});

it('refuses at once what comes when too many wait', async () => {
  const { commitGroup } = makeDatabase();
  const writer = startGroupWriter(commitGroup);
  const waiting = Array.from({ length: SETS_WAITING_MAX }, () => writer.submit([]));
  expect(await writer.submit([])).toMatchObject({
    ok: false,
    error: {
      code: 'unavailable',
      detail: '10000 changes are waiting to be stored, which is the limit.',
      remedy: 'Send the request again in a second or later.',
    },
  });
  await Promise.all(waiting);
  expect(await writer.submit([])).toEqual(ok(undefined));
});

it('reports the bug in a set to its caller, and a broken group to all of its callers', async () => {
  const cause = new Error('no such column');
  const behaviours: CommitGroup[] = [
    (sets) => sets.map((_, index) => (index === 0 ? { kind: 'bug', cause } : DONE)),
    () => {
      throw cause;
    },
    () => [],
  ];
  const writer = startGroupWriter((sets) => behaviours.shift()?.(sets) ?? sets.map(() => DONE));
  const submitTwo = () => Promise.allSettled([writer.submit([]), writer.submit([])]);
  const done = { status: 'fulfilled', value: ok(undefined) };
  expect(await submitTwo()).toMatchObject([
    {
      status: 'rejected',
      reason: { cause, message: 'a change set that the database cannot take' },
    },
    done,
  ]);
  const broken = {
    status: 'rejected',
    reason: { message: 'a group of change sets could not be written' },
  };
  expect(await submitTwo()).toMatchObject([broken, broken]);
  expect(await submitTwo()).toMatchObject([broken, broken]);
  expect(await submitTwo()).toEqual([done, done]);
});
