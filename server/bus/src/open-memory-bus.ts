/**
 * The bus inside one process. It behaves as NATS would where that can be seen: messages are copies,
 * delivery happens later, and order holds on a subject (here even across subjects).
 */

import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { createShortLivedMap, type ShortLivedMap } from '@novacron/contract/short-lived-map';
import { systemTimers, type Timers } from '@novacron/runtime/timers';
import type {
  Bus,
  OutgoingMessage,
  PublishOptions,
  Responder,
  Subscriber,
  Unsubscribe,
} from './bus.ts';
import {
  brokenProblem,
  closedProblem,
  noResponderProblem,
  tooLateProblem,
} from './bus-problems.ts';
import { frozenCopyOf } from './message-copy.ts';
import { createRetainedMessages, type RetainedMessages } from './retained-messages.ts';
import { warnOfFault } from './warn-of-fault.ts';

/** Subjects whose places are known: a few for each node, and no more memory than that. */
const PLACES_MAX = 10_000;

/**
 * Resolved promise for asynchronous delivery: `queueMicrotask` costs a resource and a closure per
 * call.
 */
const DELIVERED = Promise.resolve();

/** Options of a memory bus. */
export interface MemoryBusOptions {
  /** Timers for request timeouts; the machine's timers when absent. */
  readonly timers?: Timers;
  /** Hears of subscribers that threw and responders that rejected; a process warning if absent. */
  readonly onFault?: (subject: string, cause: unknown) => void;
}

type Answer = Result<JsonObject, Problem>;

interface Shelf {
  readonly subscribers: Map<string, ReadonlySet<{ readonly hear: Subscriber }>>;
  /** Those places that stand for many subjects, in parts: few, and looked at for each message. */
  readonly patterns: Map<string, readonly string[]>;
  /** Subscribers by subject, as of its last message; cleared when a subscription changes. */
  readonly places: Map<string, readonly string[]>;
  readonly responders: Map<string, Responder>;
  /** Ends every request that still waits, each under a number. */
  readonly waiting: ShortLivedMap<(answer: Answer) => void>;
  readonly kept: RetainedMessages;
  readonly timers: Timers;
  readonly onFault: (subject: string, cause: unknown) => void;
  requests: number;
  state: 'open' | 'closed';
}

/** Opens a bus that lives as long as the process. */
export function openMemoryBus(options: MemoryBusOptions = {}): Bus {
  const shelf: Shelf = {
    subscribers: new Map(),
    patterns: new Map(),
    places: new Map(),
    responders: new Map(),
    waiting: createShortLivedMap(),
    kept: createRetainedMessages(),
    timers: options.timers ?? systemTimers,
    onFault: options.onFault ?? warnOfFault,
    requests: 0,
    state: 'open',
  };
  return {
    publish: (subject, message, options) => publish(shelf, { subject, message, options }),
    subscribe: (subject, subscriber) => subscribe(shelf, subject, subscriber),
    request: (subject, message, { timeoutMs }) => request(shelf, { subject, message, timeoutMs }),
    respond: (subject, responder) => respond(shelf, subject, responder),
    replay: async (subject, options) =>
      shelf.state === 'closed' ? err(closedProblem()) : shelf.kept.replay(subject, options),
    isUp: () => shelf.state === 'open',
    close: () => close(shelf),
  };
}

interface Publication {
  readonly subject: string;
  readonly message: OutgoingMessage;
  readonly options: PublishOptions | undefined;
}

function publish(shelf: Shelf, { subject, message, options }: Publication): void {
  const places = placesOf(shelf, subject);
  const keep = shelf.state === 'open' ? options?.keep : undefined;
  if (places.length === 0 && keep === undefined) return;
  const copy = frozenCopyOf(message);
  if (keep !== undefined) shelf.kept.add(subject, copy, keep);
  // Microtasks keep their order and need no turn of the event loop, so virtual time can wait for
  // them. Later subscribers do not receive this message.
  for (const place of places) {
    for (const listener of shelf.subscribers.get(place) ?? []) {
      void DELIVERED.then(() => {
        if (shelf.subscribers.get(place)?.has(listener) !== true) return;
        try {
          listener.hear(copy, subject);
        } catch (cause) {
          shelf.onFault(subject, cause);
        }
      });
    }
  }
}

/** The subscribers of a subject, cached: most messages are of few subjects. */
function placesOf(shelf: Shelf, subject: string): readonly string[] {
  const known = shelf.places.get(subject);
  if (known !== undefined) return known;
  const found = findPlaces(shelf, subject);
  if (shelf.places.size >= PLACES_MAX) shelf.places.clear();
  shelf.places.set(subject, found);
  return found;
}

/** There itself, and at the patterns that it matches. */
function findPlaces({ subscribers, patterns }: Shelf, subject: string): readonly string[] {
  const places = subscribers.has(subject) ? [subject] : [];
  if (patterns.size === 0) return places;
  const parts = subject.split('.');
  for (const [pattern, wanted] of patterns) if (isMatch(wanted, parts)) places.push(pattern);
  return places;
}

function isMatch(wanted: readonly string[], parts: readonly string[]): boolean {
  return (
    parts.length === wanted.length &&
    wanted.every((part, index) => part === '*' || part === parts[index])
  );
}

function subscribe(shelf: Shelf, subject: string, subscriber: Subscriber): Unsubscribe {
  if (shelf.state === 'closed') return () => {};
  const listener = { hear: subscriber };
  shelf.places.clear();
  if (subject.includes('*')) shelf.patterns.set(subject, subject.split('.'));
  // The set is replaced, never changed: a publish may be walking over the old one.
  shelf.subscribers.set(subject, new Set(shelf.subscribers.get(subject)).add(listener));
  return () => {
    const others = new Set(shelf.subscribers.get(subject));
    others.delete(listener);
    shelf.places.clear();
    if (others.size === 0) {
      shelf.subscribers.delete(subject);
      shelf.patterns.delete(subject);
    } else shelf.subscribers.set(subject, others);
  };
}

interface Question {
  readonly subject: string;
  readonly message: OutgoingMessage;
  readonly timeoutMs: number;
}

function request(shelf: Shelf, { subject, message, timeoutMs }: Question): Promise<Answer> {
  const copy = frozenCopyOf(message);
  shelf.requests += 1;
  const number = String(shelf.requests);
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      cancelTimeout();
      shelf.waiting.delete(number);
      resolve(answer);
    };
    const cancelTimeout = shelf.timers.after(timeoutMs, () =>
      settle(err(tooLateProblem(subject, timeoutMs))),
    );
    shelf.waiting.set(number, settle);
    void DELIVERED.then(() => {
      const responder = shelf.responders.get(subject);
      if (responder === undefined) settle(err(noResponderProblem(subject)));
      else answerWith(responder, copy).then(settle, (cause) => settle(brokenBy(cause)));
    });
  });

  function brokenBy(cause: unknown): Answer {
    shelf.onFault(subject, cause);
    return err(brokenProblem(subject));
  }
}

async function answerWith(responder: Responder, message: JsonObject): Promise<Answer> {
  return ok(frozenCopyOf(await responder(message)));
}

function respond(shelf: Shelf, subject: string, responder: Responder): Unsubscribe {
  if (shelf.state === 'closed') return () => {};
  assert(!shelf.responders.has(subject), `two responders on ${subject}`);
  shelf.responders.set(subject, responder);
  return () => {
    if (shelf.responders.get(subject) === responder) shelf.responders.delete(subject);
  };
}

async function close(shelf: Shelf): Promise<void> {
  shelf.state = 'closed';
  shelf.subscribers.clear();
  shelf.patterns.clear();
  shelf.places.clear();
  shelf.responders.clear();
  for (const settle of shelf.waiting.values()) settle(err(closedProblem()));
}
