/**
 * The one listener of the feed in a server: hands each event to every stream and remembers how far
 * it heard. What an event looks like on a wire is made once, however many streams send it.
 */
import type { Event } from '@novacron/contract/events/event';
import type { RequestId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import type { EventFeed } from '../../app/kernel/events/event-feed.ts';
import { type Core, reportFault } from '../dispatch/dispatch.ts';
import { serverStops, tooManyStreams } from './stream-problems.ts';

/** What streams of events need besides the application. */
export interface EventCore extends Core {
  readonly eventFeed: EventFeed;
  readonly timers: Timers;
}

/** More streams than operators, dashboards and bridges of a fleet open at once. */
export const STREAMS_MAX = 1_000;

/** An event that was heard, with what is made of it only once. */
export interface HeardEvent {
  readonly event: Event;
  /** The message that carries it over a WebSocket: `{"type":"event","event":{…}}` in UTF-8. */
  readonly message: () => Uint8Array;
}

/** The callbacks by which the hub notifies a stream. */
export interface HubMember {
  readonly requestId: RequestId;
  readonly hear: (heard: HeardEvent) => void;
  /** The stream must end now. */
  readonly end: (found: Problem) => void;
}

/** All streams of events of one server. */
export interface EventHub {
  /** The highest position heard so far, 0 before the first. Everything up to it can be read. */
  readonly heardPosition: () => number;
  /** Whether one more stream would be taken. Problems: `unavailable`. */
  readonly hasRoom: () => Result<void, Problem>;
  /** Adds a stream; call what is returned when it is over. Problems: `unavailable`. */
  readonly join: (member: HubMember) => Result<() => void, Problem>;
  /** Ends every stream and takes no more. */
  readonly close: () => void;
}

/** Makes the hub; it listens until it is closed. */
export function createEventHub(core: EventCore): EventHub {
  const members = new Set<HubMember>();
  let heardPosition = 0;
  let closed = false;
  const unsubscribe = core.eventFeed.subscribe((event) => {
    heardPosition = Math.max(heardPosition, event.position);
    const heard = toHeard(event);
    for (const member of members) notify(core, member, heard);
  });
  const hasRoom = (): Result<void, Problem> => {
    if (closed) return err(serverStops());
    return members.size < STREAMS_MAX ? ok(undefined) : err(tooManyStreams(STREAMS_MAX));
  };
  return {
    heardPosition: () => heardPosition,
    hasRoom,
    join: (member) => {
      const room = hasRoom();
      if (!room.ok) return room;
      members.add(member);
      return ok(() => members.delete(member));
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
