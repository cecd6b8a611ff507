/**
 * The relay: assigns each event of the outbox its position in the one gapless order, then publishes
 * it. Of several servers the one that holds the lease `relay` does so; a unique index makes a
 * second one harmless. Where the bus retains events, the relay verifies that they arrived there.
 */
import type { JsonObject } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { Lease, LeaseKeeper } from '../leases/leases.ts';
import { verifyDelivery } from './verify-delivery.ts';

/** Subject of published events. */
export const EVENT_SUBJECT = 'novacron.events';

/** Subject on which servers signal the relay that there may be new events. */
const NEW_EVENTS_SUBJECT = 'novacron.events-written';

/** Backoff after a commit that the store refused, such as on a full disk. */
const RETRY_MS = 1_000;

/** Maximum number of events in one commit of the relay. */
const EVENTS_PER_ROUND_MAX = 500;

/**
 * Interval at which the relay checks for events without a signal, and verifies delivery on the bus.
 */
const LOOK_MS = 1_000;

/** More than the bus buffers while its servers are away: older events are not looked for there. */
export const EVENTS_NEEDED_MAX = 10_000;

/** Publishes events after the commits that wrote them. */
export interface EventRelay {
  /** Signals that there may be new events. */
  readonly signal: () => void;
  /** Resolves when no publishing is in progress. */
  readonly stop: () => Promise<void>;
}

/** Dependencies of the relay. */
export interface RelayOptions {
  /** Leases that restrict relaying to their holder; undefined if no other server may relay. */
  readonly leases: LeaseKeeper | undefined;
  /** `kept`: the bus retains events for later subscribers. */
  readonly events: 'reported' | 'kept';
}

/** Makes the relay; it runs when signalled, and again while the store refuses. */
export function createEventRelay(deps: KernelDeps, options: RelayOptions): EventRelay {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let lastPosition: number | undefined;
  let lookedAt: number | undefined;
  let isNewLease = false;
  const lease = options.leases?.keep('relay', {
    onGained: (history) => {
      lastPosition = undefined;
      lookedAt = undefined;
      isNewLease = history === 'first';
      work();
    },
  });
  const isRelay = (): boolean => !stopped && (lease === undefined || lease.isHeld());

  async function relayAll(): Promise<void> {
    while (again && isRelay()) {
      again = false;
      if (await publishRound()) again = true;
    }
  }

  /**
   * @returns whether there may be more: events committed meanwhile are signalled by their writers
   */
  async function publishRound(): Promise<boolean> {
    const base = lastPosition ?? (await begin());
    lastPosition = base;
    const rows = await deps.store.read({
      from: 'events',
      where: { position: null },
      orderBy: { column: 'id', direction: 'asc' },
      limit: EVENTS_PER_ROUND_MAX,
    });
    if (rows.length === 0) return false;
    const positioned = rows.map((row, index) => ({ ...row, position: base + index + 1 }));
    const done = await deps.store.commit([
      ...(lease === undefined ? [] : [lease.guard()]),
      ...positioned.map(positionChange),
    ]);
    if (!done.ok) {
      lastPosition = undefined;
      deps.logger.warn({ problem: done.error }, 'events wait for the next round');
      deps.timers.after(RETRY_MS, work);
      return false;
    }
    lastPosition = base + rows.length;
    for (const row of positioned) publish(row);
    return rows.length === EVENTS_PER_ROUND_MAX;
  }

  /**
   * Verifies first what the previous relay published and could not verify: it precedes all new
   * events on the bus. The very first relay has no predecessor.
   * @returns the last assigned position
   */
  async function begin(): Promise<number> {
    const last = await readLastPosition(deps);
    if (lease === undefined) return last;
    const confirmed = isNewLease ? last : Math.max(lease.progress(), last - EVENTS_NEEDED_MAX);
    isNewLease = false;
    lease.noteProgress(confirmed);
    await confirmUpTo(lease, last);
    return last;
  }

  /** Verifies what was published before the last check: it has arrived by now, or never will. */
  async function confirmOlder(): Promise<void> {
    const upTo = lookedAt;
    lookedAt = lastPosition;
    if (lease === undefined || upTo === undefined || lastPosition === undefined) return;
    try {
      await confirmUpTo(lease, upTo);
    } catch (cause) {
      deps.logger.warn({ cause }, 'the delivery of events cannot be verified');
    }
  }

  /** Stops for now where the bus is unreachable. */
  async function confirmUpTo(held: Lease, upTo: number): Promise<void> {
    if (options.events === 'reported') return;
    for (let after = held.progress(); after < upTo && isRelay(); ) {
      const range = { subject: EVENT_SUBJECT, after, upTo };
      const confirmed = await verifyDelivery(deps, { ...range, publish });
      if (confirmed === after || !isRelay()) return;
      held.noteProgress(confirmed);
      after = confirmed;
    }
  }

  function publish(row: Tables['events'] & { readonly position: number }): void {
    const keep = { messageId: row.id, position: row.position };
    deps.bus.publish(EVENT_SUBJECT, toMessage(row), options.events === 'kept' ? { keep } : {});
  }

  function work(): void {
    again = true;
    if (running !== undefined || !isRelay()) return;
    running = relayAll()
      .catch((cause) => {
        deps.logger.warn({ cause }, 'events wait: the store cannot be read');
        deps.timers.after(RETRY_MS, work);
      })
      .finally(() => {
        running = undefined;
        // Signalled between the end of the work and this moment.
        if (again) work();
      });
  }

  /** Runs without a signal from time to time: messages between servers can be lost. */
  function look(): () => void {
    let cancel = deps.timers.after(LOOK_MS, () => void lookNow());
    async function lookNow(): Promise<void> {
      work();
      await confirmOlder();
      if (!stopped) cancel = deps.timers.after(LOOK_MS, () => void lookNow());
    }
    return () => cancel();
  }

  const leave = lease === undefined ? [] : [deps.bus.subscribe(NEW_EVENTS_SUBJECT, work), look()];

  return {
    signal: () => {
      if (isRelay()) work();
      else if (!stopped) deps.bus.publish(NEW_EVENTS_SUBJECT, {});
    },
    stop: async () => {
      stopped = true;
      for (const end of leave) end();
      await running;
    },
  };
}

function positionChange({ id, position }: Tables['events']): Change {
  return {
    kind: 'update',
    table: 'events',
    id,
    set: { position },
    expect: { position: null },
    otherwise: problem('conflict', {
      detail: `Another relay assigned the position of event ${id}.`,
      remedy: 'No action is required: the relay continues.',
    }),
  };
}

async function readLastPosition(deps: KernelDeps): Promise<number> {
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
