/** Has groups written by a thread of its own. */
import { Worker } from 'node:worker_threads';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err } from '@novacron/contract/result';
import type { CommitGroup } from '../group-commit/group-writer.ts';
import type { GuardedSet } from '../sql/compile-change.ts';
import type { SqlValue } from '../sql/kysely-tables.ts';
import { type GroupFate, toOutcomes } from './group-fate.ts';
import { threadProgram } from './thread-program.ts';
import {
  CLOSE,
  type GroupOrder,
  GUARD_KINDS,
  type WriterReply,
  type WriterSettings,
} from './writer-protocol.ts';

/** Writes groups elsewhere. */
export interface WriterThread {
  readonly commitGroup: CommitGroup;
  /** Lets go of the file; no group may be under way. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the thread. Should it die, the group that it was at is answered `unavailable` with
 * `data.outcome` unknown, and the next group gets a new thread.
 * @param program - what runs there
 */
export function startWriterThread(
  settings: WriterSettings,
  program: URL = threadProgram(import.meta.url, 'writer-thread'),
): WriterThread {
  let worker: Worker | undefined;
  let settle: ((fate: GroupFate | undefined) => void) | undefined;

  function start(): Worker {
    const fresh = new Worker(program, { workerData: settings });
    // Only what is being written keeps the process alive.
    fresh.unref();
    fresh.on('message', (reply: WriterReply) => settle?.(toFate(reply)));
    // Its end follows, and says all that is to be done.
    fresh.on('error', () => {});
    fresh.on('exit', () => {
      if (worker !== fresh) return;
      worker = undefined;
      settle?.(undefined);
    });
    return fresh;
  }

  worker = start();
  return {
    commitGroup: async (sets) => {
      assert(settle === undefined, 'one group is written at a time');
      worker ??= start();
      const asked = worker;
      asked.ref();
      asked.postMessage(toOrder(sets));
      const fate = await new Promise<GroupFate | undefined>((resolve) => {
        settle = resolve;
      });
      settle = undefined;
      asked.unref();
      return fate === undefined ? sets.map(unknownOutcome) : toOutcomes(sets, fate);
    },
    close: async () => {
      if (worker === undefined) return;
      const ending = worker;
      ending.ref();
      ending.postMessage(CLOSE);
      // Not `once` of node:events, which fails where the thread dies instead of ending.
      await new Promise((resolve) => ending.once('exit', resolve));
    },
  };
}

function toOrder(sets: readonly GuardedSet[]): GroupOrder {
  const places = new Map<string, number>();
  const shape: number[] = [];
  const values: SqlValue[] = [];
  for (const set of sets) {
    shape.push(set.length);
    for (const { query, guard } of set) {
      const place = places.get(query.sql) ?? places.size;
      places.set(query.sql, place);
      // The compiler has made them of what columns can hold.
      const parameters = query.parameters as readonly SqlValue[];
      shape.push(place, GUARD_KINDS.indexOf(guard.kind), parameters.length);
      for (const value of parameters) values.push(value);
    }
  }
  return { texts: [...places.keys()], shape, values };
}

function toFate(reply: WriterReply): GroupFate {
  if (reply.kind !== 'failed') return reply;
  const { code, message } = reply.cause;
  return { kind: 'failed', cause: Object.assign(new Error(message), { code }) };
}

function unknownOutcome() {
  return { kind: 'answered', answer: err(threadDiedProblem()) } as const;
}

function threadDiedProblem(): Problem {
  return problem('unavailable', {
    detail:
      "The server's writer thread ended while the change was being stored, so it is not " +
      'known whether it was made.',
    remedy:
      'Send the request again with the same idempotency key, or check whether it was ' +
      'made before you send it again.',
    data: { outcome: 'unknown' },
  });
}
