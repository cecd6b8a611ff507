/**
 * The bus of a process that another one has started, over the channel between both: what it
 * publishes and hears is on the bus of the process that has started it.
 */
import { isRecord, JsonObject } from '@novacron/contract/json';
import { err } from '@novacron/contract/result';
import type { Bus, Responder, Subscriber } from './bus.ts';
import { closedProblem, noResponderProblem } from './bus-problems.ts';

/** One end of the channel. */
export interface ProcessChannel {
  readonly send: (frame: object) => void;
  readonly listen: (hear: (frame: unknown) => void) => void;
}

/**
 * Opens the bus of the process that was started. It publishes, hears and answers, and requests
 * nothing: what is started so has no one to ask.
 */
export function openProcessBus(channel: ProcessChannel): Bus {
  const places = new Map<number, (message: JsonObject, frame: Frame) => void>();
  let last = 0;
  const join = (kind: 'subscribe' | 'respond', subject: string, hear: Hearing) => {
    last += 1;
    const id = last;
    places.set(id, hear);
    channel.send({ kind, id, subject });
    return () => {
      if (places.delete(id)) channel.send({ kind: 'leave', id });
    };
  };
  channel.listen((said) => {
    const frame = readFrame(said);
    const hear = frame === undefined ? undefined : places.get(frame.id);
    if (frame?.message !== undefined) hear?.(frame.message, frame);
  });
  return {
    publish: (subject, message) => channel.send({ kind: 'publish', subject, message }),
    subscribe: (subject, subscriber: Subscriber) =>
      join('subscribe', subject, (message, frame) => subscriber(message, frame.subject)),
    respond: (subject, responder: Responder) =>
      join('respond', subject, (message, { request }) => {
        responder(message).then(
          (answer) => channel.send({ kind: 'answer', id: request, message: answer }),
          () => channel.send({ kind: 'answer', id: request }),
        );
      }),
    request: async (subject) => err(noResponderProblem(subject)),
    replay: async () => err(closedProblem()),
    isUp: () => true,
    close: async () => {},
  };
}

type Hearing = (message: JsonObject, frame: Frame) => void;

/** What crosses the channel, as far as it is well-formed. */
interface Frame {
  readonly kind: string;
  readonly id: number;
  readonly request: number;
  readonly subject: string;
  readonly message: JsonObject | undefined;
}

function readFrame(said: unknown): Frame | undefined {
  if (!isRecord(said)) return undefined;
  const { kind, id, request, subject, message } = said;
  return {
    kind: typeof kind === 'string' ? kind : '',
    id: typeof id === 'number' ? id : 0,
    request: typeof request === 'number' ? request : 0,
    subject: typeof subject === 'string' ? subject : '',
    message: JsonObject.safeParse(message).data,
  };
}

/**
 * Carries a bus to a process that was started.
 * @param allows - the subjects at which that process may publish, hear and answer
 * @returns a function that ends it
 */
export function carryBus(
  bus: Bus,
  channel: ProcessChannel,
  allows: { readonly publish: readonly string[]; readonly subscribe: readonly string[] },
): () => void {
  const places = new Map<number, () => void>();
  const waiting = new Map<number, (answer: JsonObject | undefined) => void>();
  let last = 0;
  const ask = (id: number, message: JsonObject): Promise<JsonObject> => {
    last += 1;
    const request = last;
    channel.send({ id, request, message });
    return new Promise((resolve, reject) => {
      waiting.set(request, (answer) => {
        waiting.delete(request);
        if (answer === undefined) reject(new Error('the process that answers failed'));
        else resolve(answer);
      });
    });
  };
  const take = ({ kind, id, subject, message }: Frame): void => {
    if (kind === 'answer') waiting.get(id)?.(message);
    if (kind === 'leave') {
      places.get(id)?.();
      places.delete(id);
    }
    if (kind === 'publish' && message !== undefined && allows.publish.includes(subject)) {
      bus.publish(subject, message);
    }
    if (!allows.subscribe.includes(subject)) return;
    if (kind === 'respond')
      places.set(
        id,
        bus.respond(subject, (asked) => ask(id, asked)),
      );
    if (kind === 'subscribe') {
      const hear: Subscriber = (heard, at) => channel.send({ id, subject: at, message: heard });
      places.set(id, bus.subscribe(subject, hear));
    }
  };
  channel.listen((said) => {
    const frame = readFrame(said);
    if (frame !== undefined) take(frame);
  });
  return () => {
    for (const leave of places.values()) leave();
    places.clear();
    for (const answer of [...waiting.values()]) answer(undefined);
  };
}
