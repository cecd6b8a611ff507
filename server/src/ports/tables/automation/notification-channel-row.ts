/** A row of `notification_channels`: where messages are sent to, and how the last one went. */
export interface NotificationChannelRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Unique in the tenant. */
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  /** Addresses and names of secrets: JSON of `NotificationTarget`. Sealed where the store seals. */
  readonly target_json: string;
  /** Time for which messages are collected into a digest; null: no digest. */
  readonly digest_ms: number | null;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
  /** The last attempt, as JSON of `StoredDelivery`; it changes without another revision. */
  readonly delivery_json: string | null;
  readonly delivered_at_ms: number | null;
}
