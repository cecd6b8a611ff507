/** Rows about policies. Times are milliseconds since the epoch. */

/** What a row of `orchestration_policies` has besides the columns of every resource. */
export interface PolicyColumns {
  /** Whether a policy in Rego is asked: 1 or 0. */
  readonly enabled: number;
  /**
   * What compiling the rule found out: its package, its answers, what it reads. Of an orchestration
   * policy: the document with its defaults.
   */
  readonly compiled_json: string;
  /** Whether an orchestration policy is enabled: 1 or 0; null in a policy in Rego. */
  readonly steers: number | null;
  /**
   * The selector of an orchestration policy as canonical JSON; null in a policy in Rego, and in
   * rows of earlier releases until they are filled.
   */
  readonly selector: string | null;
  /** Its rules as canonical JSON; null as the selector is. */
  readonly rules: string | null;
  /** Its priority; null as the selector is. */
  readonly priority: number | null;
  /**
   * Role of the author of an orchestration policy, with whose rights it acts; null in a policy in
   * Rego and in rows of earlier releases.
   */
  readonly author_role: string | null;
}

/** A row of `orchestration_triggers`: one action of one policy on one resource. */
export interface OrchestrationTriggerRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Since when it follows; null where it does not. */
  readonly held_since_ms: number | null;
  /** When it began last; null: never. */
  readonly fired_at_ms: number | null;
  /** How often in a row it was refused; null where an earlier release wrote it: never. */
  readonly refusals: number | null;
}

/** A row of `scaling_events`: one change of the size of a VM group that NovaCron decided. */
export interface ScalingEventRow {
  readonly id: string;
  /** Empty in rows of earlier releases. */
  readonly tenant_id: string;
  /** Id of the VM group. */
  readonly cluster_id: string;
  /** What decided: `policy`. */
  readonly trigger_type: string;
  /** What was known of the group, as canonical JSON. */
  readonly metrics: string;
  /** What was expected to come, as canonical JSON; `null` where nothing was forecast. */
  readonly prediction: string;
  /** From how many members to how many, by whose rule and which operation, as canonical JSON. */
  readonly action: string;
  readonly timestamp: number;
}

/** The tables of what orchestration policies do. */
export interface OrchestrationTables {
  readonly orchestration_triggers: OrchestrationTriggerRow;
  readonly scaling_events: ScalingEventRow;
}
