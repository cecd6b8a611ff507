/** Types of decisions: states, actions, what may be done, and what was decided. */
import type { DecisionAction } from '@novacron/contract/autonomy/autonomous-decision';

/** Measurements that a decision is made from. */
export type FeatureName =
  | 'cpu_usage'
  | 'memory_usage'
  | 'network_latency'
  | 'active_vms'
  | 'request_rate'
  | 'error_rate'
  | 'cpu_usage_soon'
  | 'cpu_usage_later'
  | 'vm_hours_per_hour';

/** A VM group as it is now; units and ranges of the numbers are in `FEATURES`. */
export type DecisionState = Readonly<Record<FeatureName, number>>;

/** What can be done in one decision. */
export type ActionName = DecisionAction;

/** Classes of changes that need an approval, or are granted by the arbiter. */
export type DecisionClass = 'critical' | 'standard';

/** A group, and everything that limits what may be decided for it. */
export interface Constraints {
  /** `shadow`: decisions are recorded and never carried out. */
  readonly mode: 'off' | 'shadow' | 'apply';
  /** Whether the group is critical: every change of it needs an approval. */
  readonly class: DecisionClass;
  /** A person has approved the next decision. */
  readonly isApproved: boolean;
  /** Until when a person holds automatic changes; absent: not held. Unit: ms since the epoch. */
  readonly holdUntilMs?: number | undefined;
  readonly nowMs: number;
  /** Least confidence of a decision other than to wait, 0 to 1. */
  readonly minConfidence: number;
  readonly size: number;
  readonly sizeMin: number;
  readonly sizeMax: number;
  /** `apply`: the rules of the group decide its size. */
  readonly scaling: 'none' | 'recommend' | 'apply';
  /** Actions that are not decided at all here, such as moves where others make them. */
  readonly outOfScope: ReadonlySet<ActionName>;
  /** Actions that an orchestration policy, workflow or healing already decides for the group. */
  readonly ownedByPolicies: ReadonlySet<ActionName>;
  /** Actions for which the arbiter would grant an intent now. */
  readonly grantedByArbiter: ReadonlySet<ActionName>;
  /** VMs that the budgets of group, zone and hour let be moved now. */
  readonly movesMax: number;
  /** VMs that each action would move now; 0: it would gain nothing. */
  readonly moves: Readonly<Record<'migrate' | 'rebalance', number>>;
  /** Features that may be switched; empty at first. */
  readonly features: readonly SwitchableFeature[];
  /** Whether the tenant has a draft of a policy of its own. */
  readonly hasPolicyDraft: boolean;
}

/** A feature of the allow-list. */
export interface SwitchableFeature {
  readonly name: string;
  readonly isEnabled: boolean;
}

/** An action that is not allowed, and why. */
export interface ForbiddenAction {
  readonly action: ActionName;
  /** A sentence. */
  readonly why: string;
}

/** Result of the shield. */
export interface ShieldResult {
  /** In the order of `ACTIONS`; `wait` is always among them. */
  readonly allowed: readonly ActionName[];
  readonly forbidden: readonly ForbiddenAction[];
}

/** Recorded outcomes of decisions in which the model preferred one action. */
export interface ActionRecord {
  readonly judged: number;
  readonly right: number;
}

/** Those of the actions; of absent ones there is none. */
export type ActionRecords = Readonly<Partial<Record<ActionName, ActionRecord>>>;

/** How much a feature contributed to a decision. */
export interface Influence {
  readonly feature: FeatureName;
  readonly value: number;
  /** What it usually is: the mean of the training. */
  readonly usual: number;
  /** Contribution to the advantage over the alternative, in rewards; above 0: for the action. */
  readonly share: number;
}

/** Expected effects of an action, an hour later, compared with waiting. */
export interface ExpectedImpact {
  /** Change of the number of VMs. */
  readonly vms: number;
  /** VMs that are moved. */
  readonly moves: number;
  /** CPU usage in 15 minutes with the action. Unit: percent. */
  readonly cpuUsageSoon: number;
  /** What the network expects to gain over waiting, in rewards: VM-hours over `REWARD_VM_HOURS`. */
  readonly advantage: number;
}

/** A decision. */
export interface Decision {
  readonly action: ActionName;
  /** Whether it is carried out now. */
  readonly execution: 'apply' | 'shadow' | 'approval' | 'none';
  /**
   * Share of similar decisions of the validation that the oracle confirmed, less where recorded
   * outcomes say so, 0 to 1.
   */
  readonly confidence: number;
  readonly expectedImpact: ExpectedImpact;
  /** Sentences. */
  readonly reasoning: readonly string[];
  readonly influences: readonly Influence[];
  /** What the network preferred, where confidence was too low for it; otherwise the action. */
  readonly preferred: ActionName;
  /** Change of the number of VMs that this makes. */
  readonly vmsPreferred: number;
  /** Value of that less waiting, or than the best other action; infinite if it has no other. */
  readonly margin: number;
  readonly shield: ShieldResult;
  /** Values of the actions, in the order of `ACTIONS`. */
  readonly values: readonly number[];
}
