/**
 * The store below a simulated server: the real adapter, whose calls take time and end with the life
 * that made them. Change sets become durable in the order in which they were submitted.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { AnyQuery, ChangeSet, Query, Snapshot, Store } from '@novacron/server/ports/store';
import type { TableName, Tables } from '@novacron/server/ports/tables/tables';
import type { Chance } from './chance.ts';
import type { Kernel } from './kernel.ts';
import { type Life, never } from './life.ts';
import type { Trace } from './trace.ts';

/** Most calls are fast, so that many fall on the same moment. */
const FAST_MS_MAX = 3;
const SLOW_MS_MAX = 300;

type Answer = Result<void, Problem>;

/** Dependencies of a server's disk. */
export interface DiskParts {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly chance: Chance;
  /** Durable store. */
  readonly store: Store;
  /** Probability that a call is slow, 0 to 1. */
  readonly slowRatio: number;
}

/** A disk that outlives the servers on it. */
export interface SimulatedDisk {
  /** The store port of one life. */
  readonly open: (life: Life) => Store;
  /** While it is full, every change set is refused. */
  readonly setRoom: (room: 'free' | 'full') => void;
  /** Changes since this was asked last. */
  readonly takeChanges: () => ChangeSet;
}

interface Pending {
  readonly life: Life;
  readonly changes: ChangeSet;
  readonly resolve: (answer: Answer) => void;
}

/** Wraps what is durable. */
export function createDisk(parts: DiskParts): SimulatedDisk {
  const { kernel, trace, chance, store } = parts;
  const pending: Pending[] = [];
  let room: 'free' | 'full' = 'free';
  let lastDueMs = 0;
  let changed: ChangeSet[] = [];

  function latencyMs(): number {
    return chance.between(0, chance.happens(parts.slowRatio) ? SLOW_MS_MAX : FAST_MS_MAX);
  }

  async function write(): Promise<void> {
    const next = pending.shift();
    if (next === undefined) return;
    const { life, changes, resolve } = next;
    const answer = room === 'full' ? err(diskFull()) : await kernel.hold(store.commit(changes));
    trace.note(life.name, 'store.commit done', answer);
    if (answer.ok) changed.push(changes);
    kernel.timers.after(latencyMs(), () => {
      if (life.isAlive()) resolve(answer);
    });
  }

  function submit(life: Life, changes: ChangeSet): Promise<Answer> {
    if (life.enter() === 'dead') return never();
    trace.note(life.name, 'store.commit', changes);
    return new Promise((resolve) => {
      pending.push({ life, changes, resolve });
      // Change sets do not overtake each other: not before the one submitted last.
      lastDueMs = Math.max(lastDueMs + 1, kernel.clock.nowMs() + latencyMs());
      kernel.timers.after(lastDueMs - kernel.clock.nowMs(), () => void kernel.hold(write()));
    });
  }

  /** Some of what a killed server was writing has reached the disk, the rest never will. */
  function bury(life: Life): void {
    const own = pending.filter((each) => each.life === life);
    const durable = new Set(own.slice(0, chance.between(0, own.length)));
    const left = pending.splice(0).filter((each) => each.life !== life || durable.has(each));
    pending.push(...left);
    trace.note(life.name, 'killed', { writing: own.length, durable: durable.size });
    for (let count = 0; count < durable.size; count += 1) void kernel.hold(write());
  }

  function look<T>(life: Life, what: string, read: () => Promise<T>): Promise<T> {
    if (life.enter() === 'dead') return never();
    return new Promise((resolve) => {
      const answer = (found: T): void => {
        trace.note(life.name, what, found);
        if (life.isAlive()) resolve(found);
      };
      const late = (): void => void kernel.hold(read().then(answer));
      // A read sees some moment between the question and its answer.
      if (chance.happens(0.5)) kernel.timers.after(latencyMs(), late);
      else
        void kernel.hold(read()).then((now) => kernel.timers.after(latencyMs(), () => answer(now)));
    });
  }

  return {
    setRoom: (next) => {
      room = next;
    },
    takeChanges: () => {
      const taken = changed.flat();
      changed = [];
      return taken;
    },
    open: (life) => {
      life.onEnd(() => bury(life));
      return {
        read: <T extends TableName>(query: Query<T>): Promise<readonly Tables[T][]> =>
          look(life, `store.read ${query.from}`, () => store.read(query)),
        snapshot: <const Queries extends Readonly<Record<string, AnyQuery>>>(
          queries: Queries,
        ): Promise<Snapshot<Queries>> =>
          look(life, 'store.snapshot', () => store.snapshot(queries)),
        count: (query) => look(life, `store.count ${query.from}`, () => store.count(query)),
        tally: (tally) => look(life, `store.tally ${tally.from}`, () => store.tally(tally)),
        commit: (changes) => submit(life, changes),
        close: () => Promise.resolve(),
      };
    },
  };
}

function diskFull(): Problem {
  return problem('storage-full', {
    detail: 'The simulated disk is full.',
    remedy: 'Wait until the simulation makes room.',
  });
}
