/**
 * A row of `runners`: a runner that has announced itself. It ends with its enrollment, so another
 * enrollment of the same name is another runner.
 */
export interface RunnerRow {
  readonly id: string;
  /** That of its enrollment: whose commands it runs. */
  readonly tenant_id: string;
  readonly enrollment_id: string;
  /** Unique: subjects of the bus contain it. */
  readonly name: string;
  /** Its last start. A later start has a higher text. */
  readonly start: string;
  readonly version: string;
  /** JSON of a list of `RunnerCapability`, and of names of later releases. */
  readonly capabilities_json: string;
  /** Values by name, as JSON. */
  readonly labels_json: string;
  readonly network: 'none' | 'hosts' | 'open';
  /** Most steps at once. */
  readonly places: number;
  /** Steps that ran when it announced itself last. */
  readonly running: number;
  readonly created_at_ms: number;
  readonly last_seen_at_ms: number;
}
