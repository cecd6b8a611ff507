/**
 * The feed of events on one server: events from the bus, in order of position, each one once.
 * Missing ones are read from the store, which has them before they are published.
 */

import { Event } from '@novacron/contract/events/event';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import { repeatWork } from '../reconcilers/repeat-work.ts';
import { EVENT_SUBJECT, toMessage } from './relay-events.ts';

/** Interval between queries of the store for events whose messages were lost. */
const ASK_MS = 1_000;

/** Events of one read. */
const PAGE_LENGTH_MAX = 500;

/**
 * Maximum number of events that wait for earlier events; more are dropped and read from the store.
 */
const WAITING_MAX = 1_000;

type Deps = Pick<KernelDeps, 'store' | 'bus' | 'timers' | 'logger'>;

/**
 * Makes the feed.
 * @param bus - `reliable`: within one process no message is lost, so nothing has to be polled
 */
export function createEventFeed(
  deps: Deps,
  { bus }: { readonly bus: 'reliable' | 'lossy' },
): EventFeed {
  const { store } = deps;
  const latestPosition = async (): Promise<number> => {
    const where = { position: { above: 0 } };
    const orderBy = { column: 'position', direction: 'desc' } as const;
    const [row] = await store.read({ from: 'events', where, orderBy, limit: 1 });
    return row?.position ?? 0;
  };
  return {
    subscribe: (listener) =>
      bus === 'reliable'
        ? deps.bus.subscribe(EVENT_SUBJECT, (message) => listener(Event.parse(message)))
        : followInOrder(deps, { latestPosition, listener }),
    latestPosition,
  };
}

interface EventFollower {
  readonly latestPosition: () => Promise<number>;
  readonly listener: (event: Event) => void;
}

/** Passes every event from now on to a listener, without gaps. @returns the unsubscribe function */
function followInOrder(deps: Deps, { latestPosition, listener }: EventFollower): () => void {
  const waiting = new Map<number, Event>();
  let reported: number | undefined;
  let state: 'idle' | 'reading' = 'idle';
  let stopped = false;

  function hear(event: Event): void {
    if (reported !== undefined && event.position <= reported) return;
    if (waiting.size >= WAITING_MAX) waiting.clear();
    waiting.set(event.position, event);
    notifySubscribers();
    if (waiting.size > 0) void catchUp();
  }

  /** Passes on the events that follow the last one, up to the first gap. */
  function notifySubscribers(): void {
    if (reported === undefined) return;
    for (
      let next = waiting.get(reported + 1);
      next !== undefined;
      next = waiting.get(reported + 1)
    ) {
      waiting.delete(next.position);
      reported = next.position;
      listener(next);
    }
  }

  async function catchUp(): Promise<void> {
    if (state === 'reading') return;
    state = 'reading';
    try {
      // Events received during a read may follow another gap.
      for (let before: number | undefined = -1; waiting.size > 0 || before === -1; ) {
        if (stopped || before === reported) break;
        before = reported;
        await readOn();
      }
    } catch (cause) {
      logReadFailure(cause);
    }
    state = 'idle';
  }

  function logReadFailure(cause: unknown): void {
    deps.logger.warn({ cause }, 'events cannot be read; trying again');
  }

  async function readOn(): Promise<void> {
    // Events received meanwhile count as later, even where the store has them already.
    reported ??= Math.min(await latestPosition(), ...[...waiting.keys()].map((at) => at - 1));
    for (let more = true; more && !stopped; ) {
      const rows: readonly Tables['events'][] = await deps.store.read({
        from: 'events',
        where: { position: { above: reported } },
        orderBy: { column: 'position', direction: 'asc' },
        limit: PAGE_LENGTH_MAX,
      });
      for (const row of rows) tell(row);
      more = rows.length === PAGE_LENGTH_MAX;
    }
  }

  /** Events that were passed on while the page was read are not repeated. */
  function tell(row: Tables['events']): void {
    if (stopped || reported === undefined || row.position === null || row.position <= reported)
      return;
    reported = row.position;
    waiting.delete(row.position);
    listener(Event.parse(toMessage(row)));
    notifySubscribers();
  }

  const unsubscribe = deps.bus.subscribe(EVENT_SUBJECT, (message) => hear(Event.parse(message)));
  void catchUp();
  const asking = repeatWork(deps.timers, {
    everyMs: ASK_MS,
    work: catchUp,
    onFailure: logReadFailure,
  });
  return () => {
    stopped = true;
    asking.stop();
    unsubscribe();
  };
}

/** The events of every tenant as they are published, in order of position. */
export interface EventFeed {
  /**
   * Subscribes to all events that are published from now on. One may be lost on the way: its
   * position is then missing, and `event.list` has it.
   * @param listener - may not throw
   * @returns the unsubscribe function
   */
  readonly subscribe: (listener: (event: Event) => void) => () => void;
  /** The last assigned position, of any tenant; 0 before the first event. */
  readonly latestPosition: () => Promise<number>;
}
