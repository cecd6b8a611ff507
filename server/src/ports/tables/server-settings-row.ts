/** The one row of settings that were changed while servers ran. */
export interface ServerSettingsRow {
  readonly id: string;
  /** Number of changes so far. */
  readonly revision: number;
  /** Values as they are written, by their fields. */
  readonly values_json: string;
}
