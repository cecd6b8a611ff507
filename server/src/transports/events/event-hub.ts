/**
 * The one listener of the feed in a server: hands each event to every stream and remembers how far
 * it heard. What an event looks like on a wire is made once, however many streams send it.
 */
import type { Event } from '@novacron/contract/events/event';
import type { RequestId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import {
  createFairSlots,
  type SlotHolder,
  type SlotLimits,
} from '../../app/access/limits/fair-slots.ts';
import type { EventFeed } from '../../app/kernel/events/event-feed.ts';
import { type Core, reportFault } from '../dispatch/dispatch.ts';
import type { TrustedProxies } from '../http/client-address.ts';
import { serverStops } from './stream-problems.ts';

/** Dependencies of event streams besides the application. */
export interface EventCore extends Core {
  /** Maximum number of streams; {@link STREAM_LIMITS} by default. */
  readonly streamLimits?: SlotLimits;
  /** Proxies whose headers name the client; none unless said. */
  readonly trustedProxies?: TrustedProxies;
  readonly eventFeed: EventFeed;
  readonly timers: Timers;
}

/** More streams than operators, dashboards and bridges of a fleet open at once. */
export const STREAM_LIMITS: SlotLimits = {
  total: 1_000,
  perTenant: 500,
  perKey: 100,
  perAddress: 500,
};

/** An event that was heard, with what is made of it only once. */
export interface HeardEvent {
  readonly event: Event;
  /** The message that carries it over a WebSocket: `{"type":"event","event":{…}}` in UTF-8. */
  readonly message: () => Uint8Array;
}

/** The callbacks by which the hub notifies a stream. */
export interface HubMember {
  readonly requestId: RequestId;
  /** Holder whose limits the stream counts against. */
  readonly holder: SlotHolder;
  readonly hear: (heard: HeardEvent) => void;
  /** The stream must end now. */
  readonly end: (found: Problem) => void;
}

/** All streams of events of one server. */
export interface EventHub {
  /** The highest position heard so far, 0 before the first. Everything up to it can be read. */
  readonly heardPosition: () => number;
  /** Whether one more stream would be taken. Problems: `rate-limited`, `unavailable`. */
  readonly hasRoom: (holder: SlotHolder) => Result<void, Problem>;
  /** Adds a stream; call what is returned when it is over. Problems: as `hasRoom`. */
  readonly join: (member: HubMember) => Result<() => void, Problem>;
  /** Ends every stream and takes no more. */
  readonly close: () => void;
}

/** Makes the hub; it listens until it is closed. */
export function createEventHub(core: EventCore): EventHub {
  const members = new Set<HubMember>();
  const slots = createFairSlots(core.streamLimits ?? STREAM_LIMITS, 'event streams');
  let heardPosition = 0;
  let closed = false;
  const unsubscribe = core.eventFeed.subscribe((event) => {
    heardPosition = Math.max(heardPosition, event.position);
    const heard = toHeard(event);
    for (const member of members) notify(core, member, heard);
  });
  return {
    heardPosition: () => heardPosition,
    hasRoom: (holder) => (closed ? err(serverStops()) : slots.check(holder)),
    join: (member) => {
      if (closed) return err(serverStops());
      const slot = slots.take(member.holder);
      if (!slot.ok) return slot;
      members.add(member);
      return ok(() => {
        members.delete(member);
        slot.value();
      });
    },
    close: () => {
      closed = true;
      unsubscribe();
      for (const member of members) member.end(serverStops());
      members.clear();
    },
  };
}

/** One stream that breaks down is the end of that stream only. */
function notify(core: Core, member: HubMember, heard: HeardEvent): void {
  try {
    member.hear(heard);
  } catch (cause) {
    const { requestId } = member;
    member.end(reportFault(core.logger, { cause, requestId, during: 'a stream of events' }));
  }
}

/** An event whose message is made when it is first wanted. */
export function toHeard(event: Event): HeardEvent {
  let message: Uint8Array | undefined;
  return {
    event,
    message: () => {
      message ??= Buffer.from(JSON.stringify({ type: 'event', event }));
      return message;
    },
  };
}
