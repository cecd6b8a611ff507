/** Rows about policies and the scaling of VM groups. Times are milliseconds since the epoch. */

/** Columns of `orchestration_policies` besides those of every resource. */
export interface PolicyColumns {
  /** Whether a policy in Rego is asked: 1 or 0. */
  readonly enabled: number;
  /**
   * Result of compiling the rule: its package, its answers, its references. For an orchestration
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
  /** Time of the last start; null: never. */
  readonly fired_at_ms: number | null;
  /** Number of consecutive refusals; null in rows of earlier releases: none. */
  readonly refusals: number | null;
}

/** A row of `scaling_events`: one decision about the size of a VM group. */
export interface ScalingEventRow {
  readonly id: string;
  /** Empty in rows of earlier releases. */
  readonly tenant_id: string;
  /** Id of the VM group. */
  readonly cluster_id: string;
  /** Trigger of the decision, such as `policy` or `target`. */
  readonly trigger_type: string;
  /** Known metrics of the group, as canonical JSON. */
  readonly metrics: string;
  /** Forecast, as canonical JSON; `null` if nothing was forecast. */
  readonly prediction: string;
  /** From how many members to how many, by whose rule and which operation, as canonical JSON. */
  readonly action: string;
  readonly timestamp: number;
  /** Outcome of the decision; null in rows of earlier releases. */
  readonly scaling_outcome: string | null;
  /** End of its operation; null if the operation has not ended, or there is none. */
  readonly ended_at_ms: number | null;
  /** The metrics some minutes later and the accuracy of the forecast; null: not known yet. */
  readonly effect_json: string | null;
}

/** A row of `group_scalings`: the latest decision about a VM group. The id is the group's. */
export interface GroupScalingRow {
  readonly id: string;
  readonly tenant_id: string;
  /** State that the next decision needs from this and earlier decisions, as canonical JSON. */
  readonly memory_json: string;
  /** The decision, as canonical JSON. */
  readonly decision_json: string;
  readonly decided_at_ms: number;
}

/** A row of `scaling_holds`: a group whose size stays as it is. The id is the group's. */
export interface ScalingHoldRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly reason: string;
  /** What it prevents: `up`, `down` or `both`. */
  readonly direction: string;
  readonly held_at_ms: number;
  readonly held_by: string;
  readonly ends_at_ms: number;
}

/** The tables of what orchestration policies do. */
export interface OrchestrationTables {
  readonly orchestration_triggers: OrchestrationTriggerRow;
  readonly scaling_events: ScalingEventRow;
  readonly group_scalings: GroupScalingRow;
  readonly scaling_holds: ScalingHoldRow;
}
