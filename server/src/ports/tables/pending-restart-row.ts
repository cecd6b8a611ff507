/** A change of a VM that waits for its restart; the id is that of the VM. */
export interface PendingRestartRow {
  readonly id: string;
  readonly tenant_id: string;
  /** The new values by argument, with secrets. Sealed where the store seals. */
  readonly change_json: string;
  readonly created_at_ms: number;
  /** Name of the principal that asked for it last. */
  readonly created_by: string;
  /** Last attempt to make the change, in milliseconds since the epoch; 0: never. */
  readonly tried_at_ms: number;
}
