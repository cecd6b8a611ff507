/** Types of the arbiter: what NovaCron intends to do by itself, and what may begin now. */
import type { IntentClass } from '@novacron/contract/healing/intent';

/** A VM that an intent is about. */
export interface ClaimedVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** The id of the VM group that it is a member of; null: of none. */
  readonly groupId: string | null;
  /** The zone of the node that it is on; null where that is not known. */
  readonly zone: string | null;
  /**
   * Effect of the change on serving members. `stops`: it serves, and stops meanwhile; `interrupts`:
   * it runs without serving, such as an unhealthy member; `replaces`: it does not serve, running or
   * not, and is recreated; `none`: it is already down, or serves the whole time.
   */
  readonly effect: 'stops' | 'interrupts' | 'replaces' | 'none';
  /** Time NovaCron last healed it; null if not recently. Unit: ms since the Unix epoch. */
  readonly healedMs: number | null;
}

/** A node that an intent or an operation is about. */
export interface ClaimedNode {
  readonly name: string;
  readonly zone: string;
  /** `exclusive`: the node itself is changed; `shared`: a VM on it is. */
  readonly use: 'exclusive' | 'shared';
}

/** A change that a part of NovaCron intends to make by itself. */
export interface Intent {
  /** Names it: the part that has it, and what it is about. */
  readonly id: string;
  readonly class: IntentClass;
  /** The part of NovaCron, such as `recoveries`. */
  readonly who: string;
  /** The operation that it leads to, such as `vm.recover`. */
  readonly operation: string;
  /** Since when it waits. Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Priority of the VM: the higher comes first within a class. */
  readonly priority: number;
  readonly vm: ClaimedVm | null;
  readonly nodes: readonly ClaimedNode[];
  /** `yes`: a completed fence says that what works on its VM can have no effect any more. */
  readonly supersedes: 'yes' | 'no';
  /** The operation that it is a step of; null: of none. */
  readonly parentId: string | null;
  /**
   * Time that it waits for members of its group that are down without a repair in progress; null:
   * until they are up. Unit: ms.
   */
  readonly patienceMs: number | null;
}

/** An operation under way. */
export interface Work {
  readonly operationId: string;
  readonly operation: string;
  /** `operator`: a person asked for it. */
  readonly class: IntentClass | 'operator';
  /** Name of the requester, for people. */
  readonly by: string;
  readonly vmId: string | null;
  /** The VM group of its VM. */
  readonly groupId: string | null;
  /** The operation that it is a step of; null: of none that is known. */
  readonly parentId: string | null;
  /** The zone of its VM; null where that is not known. */
  readonly zone: string | null;
  readonly nodes: readonly ClaimedNode[];
  /** Whether it can be cancelled, and what it did be rolled back. */
  readonly cancellable: 'yes' | 'no';
}

/** A VM group, and how many of its members may be down at once. */
export interface BudgetedGroup {
  readonly id: string;
  readonly name: string;
  /** Ids of members that do not run. */
  readonly down: readonly string[];
  /** Ids of members that run and do not serve. */
  readonly unhealthy: readonly string[];
  /**
   * Ids of members that were made, started or healed lately, and of which it is not known yet that
   * they serve.
   */
  readonly starting: readonly string[];
  /** Number of missing members, such as while a member is replaced. */
  readonly missing: number;
  readonly downMax: number;
}

/** Limits of what NovaCron does by itself at a time. */
export interface ArbiterLimits {
  /** VMs that are changed in one zone. */
  readonly zoneVmsMax: number;
  /** Nodes that are changed in one zone. */
  readonly zoneNodesMax: number;
  /** Time after healing in which a VM is not changed except to heal it. Unit: ms. */
  readonly cooldownMs: number;
}

/** Everything that a round knows. */
export interface ArbiterInput {
  readonly intents: readonly Intent[];
  readonly work: readonly Work[];
  readonly groups: readonly BudgetedGroup[];
  readonly limits: ArbiterLimits;
}

/** Reason an intent does not begin yet. */
export type WaitReason =
  /** Something works on its VM or node. */
  | { readonly kind: 'busy'; readonly what: string; readonly work: Work }
  /** An operation of a lower class that is in its way is cancelled first. */
  | { readonly kind: 'preempting'; readonly what: string; readonly work: Work }
  /** An intent that comes first claims the same. */
  | { readonly kind: 'behind'; readonly what: string; readonly intent: Intent }
  | {
      readonly kind: 'group-budget';
      readonly group: BudgetedGroup;
      /** Members that are down, or are being changed. */
      readonly used: number;
    }
  | {
      readonly kind: 'zone-limit';
      readonly zone: string;
      readonly of: 'VMs' | 'nodes';
      readonly max: number;
    }
  | { readonly kind: 'cooldown'; readonly untilMs: number };

/** An intent that begins now. */
export interface Grant {
  readonly intent: Intent;
  /** Operations on its VM that end without effect. */
  readonly supersedes: readonly Work[];
}

/** An intent that waits. */
export interface Wait {
  readonly intent: Intent;
  readonly reason: WaitReason;
}

/** An operation that is cancelled for an intent of a higher class. */
export interface Preemption {
  readonly work: Work;
  readonly intent: Intent;
}

/** Result of the arbitration; all in order of urgency. */
export interface Arbitration {
  readonly grants: readonly Grant[];
  readonly waits: readonly Wait[];
  readonly preempt: readonly Preemption[];
}
