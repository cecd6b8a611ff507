/** A feed of events with its store: what a test publishes is stored first, as the relay does. */
import type { Event } from '@novacron/contract/events/event';
import { makeId, type TenantId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { EventFeed } from '../../app/kernel/events/event-feed.ts';
import { resumeExpired } from '../../app/kernel/events/resume-expired.ts';
import type { Answering } from './fake-application.ts';
import { sampleId } from './sample-values.ts';

/** The feed, and what a test does with it. */
export interface FakeEventFeed extends EventFeed {
  /** Stores an event under the next position. */
  readonly store: (changes?: Partial<Event>) => Event;
  /** Stores an event and notifies the listeners. */
  readonly publish: (changes?: Partial<Event>) => Event;
  /** Forgets what is older than a position. */
  readonly forgetBefore: (position: number) => void;
  readonly listeners: () => number;
  /** The answer of `event.list` out of this store. */
  readonly list: Answering;
}

/** A tenant that the fake's keys do not belong to. */
export const OTHER_TENANT: TenantId = makeId('tnt', 1, new Uint8Array(10).fill(1));

/** Makes an empty feed. */
export function fakeEventFeed(): FakeEventFeed {
  const listeners = new Set<(event: Event) => void>();
  let events: Event[] = [];
  let oldest = 1;
  let latest = 0;
  function store(changes: Partial<Event> = {}): Event {
    latest += 1;
    const event = { ...eventAt(latest), ...changes };
    events.push(event);
    return event;
  }
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    latestPosition: async () => latest,
    store,
    publish: (changes) => {
      const event = store(changes);
      for (const listener of listeners) listener(event);
      return event;
    },
    forgetBefore: (position) => {
      oldest = position;
      events = events.filter((event) => event.position >= position);
    },
    listeners: () => listeners.size,
    list: async ({ input, context }): Promise<Result<unknown, Problem>> => {
      const asked = input as Readonly<Record<string, number>> & { readonly order?: string };
      const { after_position = oldest - 1, before_position = latest + 1, limit = 100 } = asked;
      if (after_position + 1 < oldest) return err(resumeExpired(after_position, oldest));
      const own = events
        .filter(({ position }) => position > after_position && position < before_position)
        .filter(({ tenant_id }) => tenant_id === context.principal.tenantId);
      const isDownwards = asked.order === 'newest';
      const items = (isDownwards ? own.toReversed() : own).slice(0, limit);
      const end = isDownwards ? oldest : after_position;
      return ok({ items, last_position: items.at(-1)?.position ?? end });
    },
  };
}

function eventAt(position: number): Event {
  return {
    id: makeId('evt', position, new Uint8Array(10)),
    position,
    tenant_id: sampleId('tnt'),
    type: 'vm.created',
    source: 'orchestrator',
    target: sampleId('vm'),
    priority: 'normal',
    data: { number: position },
    at: '2026-01-02T03:04:05.678Z',
  };
}
