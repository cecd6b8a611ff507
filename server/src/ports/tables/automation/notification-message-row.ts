/** A row of `notification_messages`: a message that waits to be sent through a channel. */
export interface NotificationMessageRow {
  /** Id of the message, the same in every attempt. */
  readonly id: string;
  readonly tenant_id: string;
  readonly channel_id: string;
  /** It is sent only while this approval is pending. */
  readonly approval_id: string | null;
  /** Subject, text, recipients and what it is about, as JSON. Sealed where the store seals. */
  readonly message_json: string;
  /** Attempts that have failed. */
  readonly attempts: number;
  /** From then on it may leave in a digest. */
  readonly ready_ms: number;
  /** Then it is sent, with what waits in the same channel. */
  readonly due_ms: number;
}
