/**
 * The one writer of a database: gathers the writes of a turn of the event loop into one
 * transaction, so that they share one flush to the disk, whichever agents they come from.
 * Source of the idea: group commit (DeWitt et al., 1984, "Implementation Techniques for Main Memory
 * Database Systems").
 */
import type Database from 'better-sqlite3';

/** Calls back when the present turn of the event loop is over. */
export type NextTurn = (callback: () => void) => void;

/**
 * Most writes of one group: it holds up the event loop while it is written, some 10 ms at this
 * size. The others are written in the next turn.
 */
const GROUP_WRITES_MAX = 512;

const ABANDONED = 'the database was abandoned';

/** A change that is made in memory first and in the database when its group is committed. */
export interface LocalWrite {
  /** Writes; called within a transaction. What it throws takes everything beside it back. */
  readonly run: () => void;
  /** Called once the write survives a power cut, before any answer is sent. */
  readonly written: () => void;
  /** Hears that the write has not happened and never will, and why. */
  readonly lost: (cause: unknown) => void;
}

/** An agent's way to the writer: each write happens completely or not at all, in their order. */
export interface GroupCommits {
  /**
   * Adds a write to the next group.
   * @param write - called within a transaction; it may read what groups before it have written
   * @param beside - happens together with it, or both do not
   * @returns what `write` returned, once it is durable; rejects if it is not
   */
  readonly submit: <T>(write: () => T, beside?: LocalWrite) => Promise<T>;
  /** Commits whatever waits, now, also from other agents. */
  readonly flush: () => void;
  /**
   * Forgets what waits and came this way, and refuses what still comes, as if its agent had died;
   * others lose nothing.
   */
  readonly abandon: () => void;
}

/** The writer of a database, which agents share. */
export interface GroupWriter {
  readonly join: () => GroupCommits;
}

interface Waiting {
  /** The way that it came. */
  readonly from: symbol;
  /** Writes, and returns the function that reports durability. */
  readonly run: () => () => void;
  readonly fail: (cause: unknown) => void;
}

/**
 * Starts the writer of a database, which is not touched before the first group.
 * @param freeSpace - makes room on a full disk; returns whether there was any to make
 */
export function startGroupCommits(
  database: () => Database.Database,
  nextTurn: NextTurn,
  freeSpace: () => boolean = () => false,
): GroupWriter {
  const connection = keepConnection(database);
  let waiting: Waiting[] = [];
  const unreported: (() => void)[] = [];
  let isDue = false;
  let isTelling = false;

  function schedule(): void {
    if (isDue || waiting.length === 0) return;
    isDue = true;
    nextTurn(() => {
      isDue = false;
      commitNext();
      schedule();
    });
  }

  function commitNext(): void {
    const group = waiting.splice(0, GROUP_WRITES_MAX);
    if (group.length === 0) return;
    unreported.push(...commitGroup({ connection, freeSpace }, group));
    tellAll();
  }

  /** A listener may flush: commits of that flush are reported after the earlier ones. */
  function tellAll(): void {
    if (isTelling) return;
    isTelling = true;
    try {
      for (let report = unreported.shift(); report !== undefined; report = unreported.shift())
        report();
    } finally {
      isTelling = false;
    }
  }

  function join(): GroupCommits {
    const from = Symbol('agent');
    let isAbandoned = false;
    return {
      submit: (write, beside) =>
        new Promise((resolve, reject) => {
          if (isAbandoned) {
            const cause = new Error(ABANDONED);
            beside?.lost(cause);
            reject(cause);
            return;
          }
          waiting.push({
            from,
            run: () => {
              beside?.run();
              const value = write();
              return () => {
                beside?.written();
                resolve(value);
              };
            },
            fail: (cause) => {
              beside?.lost(cause);
              reject(cause);
            },
          });
          schedule();
        }),
      flush: () => {
        while (waiting.length > 0) commitNext();
      },
      abandon: () => {
        isAbandoned = true;
        const lost = waiting.filter((each) => each.from === from);
        waiting = waiting.filter((each) => each.from !== from);
        for (const { fail } of lost) fail(new Error(ABANDONED));
      },
    };
  }

  return { join };
}

/** Runs a write or a group of writes; returns how to report each. */
type Work = () => readonly (() => void)[];

/** Does all of it within a transaction, or within a savepoint of the one that it is in. */
type AtOnce = (work: Work) => readonly (() => void)[];

/** An open database with its transaction function. */
interface Connection {
  readonly sql: Database.Database;
  readonly atOnce: AtOnce;
}

/**
 * Returns the connection to a database. Its transaction function is made once: making one takes
 * four times as long as an empty transaction.
 */
function keepConnection(database: () => Database.Database): () => Connection {
  let open: Connection | undefined;
  return () => {
    const sql = database();
    if (open?.sql !== sql) open = { sql, atOnce: sql.transaction((work: Work) => work()) };
    return open;
  };
}

/** @returns how to report each write of the group */
function commitGroup(
  parts: { readonly connection: () => Connection; readonly freeSpace: () => boolean },
  group: readonly Waiting[],
): readonly (() => void)[] {
  const { connection, freeSpace } = parts;
  const [first, ...others] = group;
  try {
    const { sql, atOnce } = connection();
    // Alone in its transaction, a write needs no savepoint.
    const isAlone = first !== undefined && others.length === 0;
    return atOnce(() => (isAlone ? [first.run()] : runEach({ sql, atOnce }, group)));
  } catch (cause) {
    if (isFull(cause) && freeSpace()) return commitGroup(parts, group);
    return group.map(
      ({ fail }) =>
        () =>
          fail(cause),
    );
  }
}

/** Each write has a savepoint of its own: one that fails does not stop the others. */
function runEach({ sql, atOnce }: Connection, group: readonly Waiting[]): readonly (() => void)[] {
  return group.flatMap(({ run, fail }) => {
    try {
      return atOnce(() => [run()]);
    } catch (cause) {
      // On a full disk SQLite may have taken back the whole group, which is tried again as one.
      if (!sql.inTransaction || isFull(cause)) throw cause;
      return [() => fail(cause)];
    }
  });
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_FULL';
}
