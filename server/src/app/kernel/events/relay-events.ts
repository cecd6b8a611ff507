/**
 * The relay: gives each event of the outbox its position in the one gapless order, then publishes
 * it. Of several servers the one that holds the lease `relay` does so; a unique index makes a
 * second one harmless. Where the bus keeps events, the relay sees to it that they arrived there.
 */
import type { JsonObject } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { Lease, LeaseKeeper } from '../leases/leases.ts';
import { confirmEvents } from './verify-delivery.ts';

/** Where published events go. */
export const EVENT_SUBJECT = 'novacron.events';

/** Where servers tell the one that relays that there may be new events. */
const NEW_EVENTS_SUBJECT = 'novacron.events-written';

/** Waits after a commit that the store refused, such as on a full disk. */
const RETRY_MS = 1_000;

/** Bounds one commit of the relay. */
const EVENTS_PER_ROUND_MAX = 500;

/** How often events are looked for of which nobody has told, and asked for at the bus. */
const LOOK_MS = 1_000;

/** More than the bus holds back while its servers are away: nothing older is looked for there. */
export const EVENTS_NEEDED_MAX = 10_000;

/** Publishes events behind the commits that wrote them. */
export interface EventRelay {
  /** Says that there may be new events. */
  readonly signal: () => void;
  /** Resolves when nothing is being published any more. */
  readonly stop: () => Promise<void>;
}

/** What surrounds the relay. */
export interface RelayOptions {
  /** Who else may relay: nobody, or whoever holds the lease. */
  readonly leases: LeaseKeeper | undefined;
  /** `kept`: the bus keeps events for those who come later. */
  readonly events: 'told' | 'kept';
}

/** Makes the relay; it works when signalled, and again while the store refuses. */
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

  /** @returns whether there may be more: of what is committed meanwhile, its writer tells */
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
   * What the relay before did not live to see arrive is looked for first: on the bus it comes
   * before all that is new. The very first relay has none before it.
   * @returns the last position that was dealt out
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

  /** Asks for what was published before the last look: by now it has arrived, or never will. */
  async function confirmOlder(): Promise<void> {
    const upTo = lookedAt;
    lookedAt = lastPosition;
    if (lease === undefined || upTo === undefined || lastPosition === undefined) return;
    try {
      await confirmUpTo(lease, upTo);
    } catch (cause) {
      deps.logger.warn({ cause }, 'events cannot be looked for at the bus');
    }
  }

  /** Gives up for now where the bus is out of reach. */
  async function confirmUpTo(held: Lease, upTo: number): Promise<void> {
    if (options.events === 'told') return;
    for (let after = held.progress(); after < upTo && isRelay(); ) {
      const range = { subject: EVENT_SUBJECT, after, upTo };
      const confirmed = await confirmEvents(deps, { ...range, publish });
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
        // Said between the end of the work and this moment.
        if (again) work();
      });
  }

  /** Looks by itself from time to time: what servers say to each other can be lost. */
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
      detail: `Event ${id} was given a position by another relay.`,
      remedy: 'Nothing to do: the relay reads on.',
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
