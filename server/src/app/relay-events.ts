/**
 * The relay: gives each event of the outbox its position in the one gapless order, then publishes
 * it. Positions are dealt out by one relay; a unique index makes a second one harmless.
 */
import type { JsonObject } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem';
import type { Tables } from '../ports/tables.ts';
import type { AppDeps } from './deps.ts';
import { toTimestamp } from './time.ts';

/** Where published events go. */
export const EVENT_SUBJECT = 'novacron.events';

/** Waits after a commit that the store refused, such as on a full disk. */
const RETRY_MS = 1_000;

/** Bounds one commit of the relay. */
const EVENTS_PER_ROUND_MAX = 500;

/** Publishes events behind the commits that wrote them. */
export interface EventRelay {
  /** Says that there may be new events. */
  readonly signal: () => void;
  /** Resolves when nothing is being published any more. */
  readonly stop: () => Promise<void>;
}

/** Makes the relay; it works when signalled, and again while the store refuses. */
export function createEventRelay(deps: AppDeps): EventRelay {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let lastPosition: number | undefined;

  async function work(): Promise<void> {
    while (again && !stopped) {
      again = false;
      if (await publishRound()) again = true;
    }
  }

  async function publishRound(): Promise<boolean> {
    const rows = await deps.store.read({
      from: 'events',
      where: { position: null },
      orderBy: { column: 'id', direction: 'asc' },
      limit: EVENTS_PER_ROUND_MAX,
    });
    if (rows.length === 0) return false;
    const base = lastPosition ?? (await readLastPosition(deps));
    const positioned = rows.map((row, index) => ({ ...row, position: base + index + 1 }));
    const done = await deps.store.commit(
      positioned.map(({ id, position }) => ({
        kind: 'update',
        table: 'events',
        id,
        set: { position },
        expect: { position: null },
        otherwise: problem('conflict', {
          detail: `Event ${id} was given a position by another relay.`,
          remedy: 'Nothing to do: the relay reads on.',
        }),
      })),
    );
    if (!done.ok) {
      lastPosition = undefined;
      deps.logger.warn({ problem: done.error }, 'events wait for the next round');
      deps.timers.after(RETRY_MS, signal);
      return false;
    }
    lastPosition = base + rows.length;
    for (const row of positioned) deps.bus.publish(EVENT_SUBJECT, toMessage(row));
    return true;
  }

  function signal(): void {
    again = true;
    if (stopped || running !== undefined) return;
    running = work()
      .catch((cause) => deps.logger.error({ cause }, 'the event relay failed'))
      .finally(() => {
        running = undefined;
        // Said between the end of the work and this moment.
        if (again) signal();
      });
  }

  return {
    signal,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

async function readLastPosition(deps: AppDeps): Promise<number> {
  const rows = await deps.store.read({
    from: 'events',
    where: { position: { above: 0 } },
    orderBy: { column: 'position', direction: 'desc' },
    limit: 1,
  });
  return rows[0]?.position ?? 0;
}

/** An event as messages and answers carry it. */
export function toMessage(row: Tables['events']): JsonObject {
  return {
    id: row.id,
    position: row.position,
    tenant_id: row.tenant_id,
    type: row.type,
    source: row.source,
    target: row.target,
    priority: row.priority,
    data: JSON.parse(row.data_json),
    at: toTimestamp(row.at_ms),
  };
}
