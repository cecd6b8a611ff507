/** A row of `healing_holds` or `automation_holds`; its id is `all`, or that of the tenant. */
export interface HoldRow {
  readonly id: string;
  /** Whose administrator holds it. */
  readonly tenant_id: string;
  readonly reason: string;
  readonly held_at_ms: number;
  readonly held_by: string;
  readonly until_ms: number | null;
}
