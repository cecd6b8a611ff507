/**
 * The bus inside one process. It behaves as NATS would where that can be seen: messages are copies,
 * delivery happens later, and order holds on a subject (here even across subjects).
 */

import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Bus, Responder, Subscriber, Unsubscribe } from './bus.ts';
import { realTimers, type Timers } from './timers.ts';

/** What a memory bus may be given. */
export interface MemoryBusOptions {
  /** Who counts the time that a request waits; the machine's timers when absent. */
  readonly timers?: Timers;
  /** Hears of subscribers that threw and responders that rejected; a process warning if absent. */
  readonly onFault?: (subject: string, cause: unknown) => void;
}

type Answer = Result<JsonObject, Problem>;

interface Shelf {
  readonly subscribers: Map<string, ReadonlySet<{ readonly hear: Subscriber }>>;
  readonly responders: Map<string, Responder>;
  /** Ends every request that still waits. */
  readonly waiting: Set<(answer: Answer) => void>;
  readonly timers: Timers;
  readonly onFault: (subject: string, cause: unknown) => void;
  state: 'open' | 'closed';
}

/** Opens a bus that lives as long as the process. */
export function openMemoryBus(options: MemoryBusOptions = {}): Bus {
  const shelf: Shelf = {
    subscribers: new Map(),
    responders: new Map(),
    waiting: new Set(),
    timers: options.timers ?? realTimers,
    onFault: options.onFault ?? warnOfFault,
    state: 'open',
  };
  return {
    publish: (subject, message) => publish(shelf, subject, message),
    subscribe: (subject, subscriber) => subscribe(shelf, subject, subscriber),
    request: (subject, message, { timeoutMs }) => request(shelf, { subject, message, timeoutMs }),
    respond: (subject, responder) => respond(shelf, subject, responder),
    close: () => close(shelf),
  };
}

function publish(shelf: Shelf, subject: string, message: JsonObject): void {
  const listeners = shelf.subscribers.get(subject);
  if (listeners === undefined) return;
  const copy = frozenCopyOf(message);
  // Microtasks keep their order and need no turn of the event loop, so virtual time can wait for
  // them. Whoever subscribes from now on was too late for this message.
  for (const listener of listeners) {
    queueMicrotask(() => {
      if (shelf.subscribers.get(subject)?.has(listener) !== true) return;
      try {
        listener.hear(copy);
      } catch (cause) {
        shelf.onFault(subject, cause);
      }
    });
  }
}

function subscribe(shelf: Shelf, subject: string, subscriber: Subscriber): Unsubscribe {
  if (shelf.state === 'closed') return () => {};
  const listener = { hear: subscriber };
  // The set is replaced, never changed: a publish may be walking over the old one.
  shelf.subscribers.set(subject, new Set(shelf.subscribers.get(subject)).add(listener));
  return () => {
    const others = new Set(shelf.subscribers.get(subject));
    others.delete(listener);
    if (others.size === 0) shelf.subscribers.delete(subject);
    else shelf.subscribers.set(subject, others);
  };
}

interface Question {
  readonly subject: string;
  readonly message: JsonObject;
  readonly timeoutMs: number;
}

function request(shelf: Shelf, { subject, message, timeoutMs }: Question): Promise<Answer> {
  const copy = frozenCopyOf(message);
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      cancelTimeout();
      shelf.waiting.delete(settle);
      resolve(answer);
    };
    const cancelTimeout = shelf.timers.after(timeoutMs, () => settle(tooLate(subject, timeoutMs)));
    shelf.waiting.add(settle);
    queueMicrotask(() => {
      const responder = shelf.responders.get(subject);
      if (responder === undefined) settle(nobodyThere(subject));
      else answerWith(responder, copy).then(settle, (cause) => settle(brokenBy(cause)));
    });
  });

  function brokenBy(cause: unknown): Answer {
    shelf.onFault(subject, cause);
    return err(
      problem('internal', {
        detail: `Whoever answers on ${subject} broke down over the message.`,
        remedy: 'Report this fault together with the log of that part.',
      }),
    );
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
  shelf.responders.clear();
  for (const settle of [...shelf.waiting]) settle(closed());
}

function nobodyThere(subject: string): Answer {
  return err(
    problem('unavailable', {
      detail: `Nobody answers on ${subject}.`,
      remedy: 'Wait until whoever answers there is back, then send the request again.',
    }),
  );
}

function tooLate(subject: string, timeoutMs: number): Answer {
  return err(
    problem('deadline-exceeded', {
      detail: `No answer on ${subject} within ${timeoutMs} ms.`,
      remedy: 'Ask for the outcome, or send the request again.',
    }),
  );
}

function closed(): Answer {
  return err(
    problem('unavailable', {
      detail: 'The bus was closed before an answer came.',
      remedy: 'Send the request again once NovaCron runs again.',
    }),
  );
}

/** What a message is after a wire: JSON and nothing else, and nobody's to change. */
function frozenCopyOf(message: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(message), (_key, value: unknown) =>
    typeof value === 'object' ? Object.freeze(value) : value,
  );
}

function warnOfFault(subject: string, cause: unknown): void {
  process.emitWarning(`${subject}: ${cause instanceof Error ? cause.stack : String(cause)}`);
}
