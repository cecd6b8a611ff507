/** One message, ready to be sent. */
export interface WebhookMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of sending one. */
export type WebhookAnswer =
  | {
      readonly kind: 'answered';
      /** The HTTP status; redirects are reported, not followed. */
      readonly status: number;
      /** How long the receiver wants to be left alone. */
      readonly retryAfterMs?: number;
    }
  | {
      readonly kind: 'unanswered';
      /** In words that go on after the name of the host, without the address. */
      readonly reason: string;
      /** How long it is not worth trying again. */
      readonly retryAfterMs?: number;
    };

/** Sends messages to servers of others. */
export interface WebhookSender {
  /** Posts one; never rejects, and reads nothing of the answer but its head. */
  readonly post: (message: WebhookMessage) => Promise<WebhookAnswer>;
}
