/**
 * The message port between server and agents. Messages are JSON objects; a subject names a place.
 * In-process by default, NATS where server and agents are processes of their own.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';

/** Takes what was published; it may not throw. */
export type Subscriber = (message: JsonObject) => void;

/** Answers a request; a rejected promise is a bug and reaches the caller as `internal`. */
export type Responder = (message: JsonObject) => Promise<JsonObject>;

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** Carries messages. Publishing is at most once: whoever must know asks again. */
export interface Bus {
  /** Tells every subscriber of the subject; nobody listening is no error. */
  readonly publish: (subject: string, message: JsonObject) => void;
  readonly subscribe: (subject: string, subscriber: Subscriber) => Unsubscribe;
  /**
   * Asks whoever answers on the subject.
   * @param timeoutMs - how long to wait for the answer
   * @returns `unavailable` when nobody answers there, `deadline-exceeded` when not in time
   */
  readonly request: (
    subject: string,
    message: JsonObject,
    options: { readonly timeoutMs: number },
  ) => Promise<Result<JsonObject, Problem>>;
  /** One responder a subject. */
  readonly respond: (subject: string, responder: Responder) => Unsubscribe;
  readonly close: () => Promise<void>;
}
