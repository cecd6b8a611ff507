/** The subscription `events`: a stream of events as the async iterator that GraphQL reads. */

import type { Event } from '@novacron/contract/events/event';
import { EventFilter } from '@novacron/contract/events/event-filter';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type ProblemDocument,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { z } from 'zod';
import { openEventStream } from '../events/open-event-stream.ts';
import { readerTooSlow } from '../events/stream-problems.ts';
import { watchKey } from '../events/watch-key.ts';
import type { GraphqlContext } from './graphql-context.ts';
import { toGraphqlError } from './graphql-problem.ts';

/** A reader that lets more events than this pile up is dropped. */
const QUEUE_EVENTS_MAX = 2_000;

/** Stored events are not read on before fewer than this wait. */
const REPLAY_EVENTS_MAX = QUEUE_EVENTS_MAX / 4;

const Arguments = z.object({
  filter: EventFilter.nullish(),
  after_position: z.int().min(0).nullish(),
});

interface Step {
  readonly events: Event;
}

/** Opens the stream of a subscription; it ends when the caller hangs up. */
export function subscribeToEvents(given: unknown, context: GraphqlContext): AsyncIterable<Step> {
  const { core, hub, caller, secret } = context;
  const args = Arguments.safeParse(given, IN_WORDS);
  if (!args.success) {
    const found = toValidationProblem(args.error, 'The subscription');
    throw toGraphqlError(toProblemDocument(found, caller.requestId));
  }
  const queue = createQueue();
  const stream = openEventStream({
    core,
    hub,
    context: caller,
    filter: args.data.filter ?? {},
    afterPosition: args.data.after_position ?? undefined,
    sink: {
      deliver: ({ event }) => {
        if (queue.push(event) === 'full') stream.end(readerTooSlow());
      },
      room: queue.room,
      live: () => undefined,
      end: (document) => close(document),
    },
  });
  const unwatch = watchKey(core, {
    needs: 'event.list',
    secret,
    principal: caller.principal,
    onBeat: () => undefined,
    onRefused: (found) => stream.end(found),
  });
  function close(document?: ProblemDocument): void {
    unwatch();
    queue.end(document);
  }
  const hangUp = (): void => {
    stream.close();
    close();
  };
  caller.signal.addEventListener('abort', hangUp, { once: true });
  return { [Symbol.asyncIterator]: () => ({ next: queue.next, return: queue.leave(hangUp) }) };
}

interface Queue {
  readonly push: (event: Event) => 'taken' | 'full';
  readonly room: () => Promise<void> | undefined;
  readonly end: (document?: ProblemDocument) => void;
  readonly next: () => Promise<IteratorResult<Step, undefined>>;
  readonly leave: (hangUp: () => void) => () => Promise<IteratorResult<Step, undefined>>;
}

const DONE = { done: true, value: undefined } as const;

/** Events between the stream, which pushes, and GraphQL, which pulls. */
function createQueue(): Queue {
  let events: Event[] = [];
  let ended: 'no' | 'yes' | ProblemDocument = 'no';
  let wake: () => void = () => undefined;
  let makeRoom: () => void = () => undefined;

  async function next(): Promise<IteratorResult<Step, undefined>> {
    while (events.length === 0 && ended === 'no') {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const event = events.shift();
    if (events.length < REPLAY_EVENTS_MAX) makeRoom();
    if (event !== undefined) return { done: false, value: { events: event } };
    const end = ended;
    ended = 'yes';
    if (typeof end === 'object') throw toGraphqlError(end);
    return DONE;
  }

  return {
    next,
    push: (event) => {
      if (events.length >= QUEUE_EVENTS_MAX) {
        events = [];
        return 'full';
      }
      events.push(event);
      wake();
      return 'taken';
    },
    room: () => {
      if (events.length < REPLAY_EVENTS_MAX) return undefined;
      return new Promise((resolve) => {
        makeRoom = resolve;
      });
    },
    end: (document) => {
      if (ended === 'no') ended = document ?? 'yes';
      wake();
      makeRoom();
    },
    leave: (hangUp) => async () => {
      hangUp();
      return DONE;
    },
  };
}
