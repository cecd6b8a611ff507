/**
 * The message port between server and agents. Messages are JSON objects; a subject names a place.
 * In-process by default, NATS where server and agents are processes of their own.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/**
 * A message before it is sent: an object that is written as JSON. The receiver gets a `JsonObject`,
 * which the contract's tolerant types cannot express.
 */
export type OutgoingMessage = object;

/**
 * Takes what was published; it may not throw.
 * @param subject - where it was published, for those who subscribe to many places
 */
export type Subscriber = (message: JsonObject, subject: string) => void;

/** Answers a request; a rejected promise is a bug and reaches the caller as `internal`. */
export type Responder = (message: JsonObject) => Promise<OutgoingMessage>;

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** Options for publishing. */
export interface PublishOptions {
  /**
   * Retains the message for later subscribers. A publisher that is not sure publishes it
   * again: under the same `messageId` it is kept once, though subscribers may hear it twice.
   */
  readonly keep?: {
    readonly messageId: string;
    /** Its place in the publisher's order, from 1; each message has a higher one than before. */
    readonly position: number;
  };
}

/** A message that was kept. */
export interface RetainedMessage {
  readonly position: number;
  readonly message: JsonObject;
}

/** Most messages of one replay. */
export const REPLAY_LIMIT_MAX = 1_000;

/** A message bus. Publishing is at-most-once: what must arrive is sent as a request. */
export interface Bus {
  /** Delivers to every subscriber of the subject; having none is not an error. */
  readonly publish: (subject: string, message: OutgoingMessage, options?: PublishOptions) => void;
  /** Hears a subject; a part of it that is `*` stands for any one name. */
  readonly subscribe: (subject: string, subscriber: Subscriber) => Unsubscribe;
  /**
   * Sends a request to the responder on the subject.
   * @param timeoutMs - how long to wait for the answer
   * @returns `unavailable` without a responder, `deadline-exceeded` when not in time
   */
  readonly request: (
    subject: string,
    message: OutgoingMessage,
    options: { readonly timeoutMs: number },
  ) => Promise<Result<JsonObject, Problem>>;
  /** One responder a subject. */
  readonly respond: (subject: string, responder: Responder) => Unsubscribe;
  /**
   * Messages that were kept on a subject, oldest first, each once. One may be heard a moment before
   * it is kept.
   * @param from - the first position to answer; what was never kept is left out
   * @param limit - the most to answer; 1 to `REPLAY_LIMIT_MAX`
   * @returns `not-found` with `data.reason` resume-expired when `from` is older than all that is
   * kept; `unavailable`
   */
  readonly replay: (
    subject: string,
    options: { readonly from: number; readonly limit: number },
  ) => Promise<Result<readonly RetainedMessage[], Problem>>;
  /** Whether messages reach others now. */
  readonly isUp: () => boolean;
  readonly close: () => Promise<void>;
}
