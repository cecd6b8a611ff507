/** The words of orchestration: policies, what is known of resources, and what follows. */

import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type {
  OrchestratedResource,
  OrchestrationCondition,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';

/** `unknown`: it depends on something that nobody knows; what needs it does not follow. */
export type Outcome = 'holds' | 'fails' | 'unknown';

/** What a condition came to, with its parts. */
export interface ConditionTrace {
  readonly type: OrchestrationCondition['type'];
  readonly outcome: Outcome;
  /** In words, without a full stop: `metrics.cpu_usage is 0.9, more than 0.8`. */
  readonly why: string;
  readonly parts: readonly ConditionTrace[];
}

/** What a rule came to for one resource. */
export interface RuleTrace {
  readonly rule: string;
  /** Whether all of its conditions hold. */
  readonly outcome: Outcome;
  readonly conditions: readonly ConditionTrace[];
}

/** What a policy came to for one resource. */
export interface PolicyTrace {
  readonly policy: string;
  readonly selected: 'yes' | 'no';
  /** In words: why it is selected or not. */
  readonly why: string;
  /** Empty where it is not selected. */
  readonly rules: readonly RuleTrace[];
}

/** An action that a rule asks for, and how much the rule's policy counts. */
export interface AskedAction {
  readonly policy: string;
  readonly rule: string;
  readonly action: OrchestrationAction;
  readonly rank: Rank;
}

/** What decides between policies that contradict each other, in this order. */
export interface Rank {
  readonly priority: number;
  /** 1 for a hard placement and for healing, 0 for everything else. */
  readonly binding: 0 | 1;
  /** How many labels and tags the selector names. */
  readonly precision: number;
  /** 1 for a policy of one namespace, 0 for one of all. */
  readonly namespaced: 0 | 1;
}

/** Two policies that cannot both have their way. */
export interface Conflict {
  /** What they disagree about: `schedule.place`, `scale.change`, … */
  readonly about: string;
  readonly winner: AskedAction;
  readonly loser: AskedAction;
  /** In words: why the winner wins. */
  readonly why: string;
}

/** What follows for one resource. */
export interface ResourcePlan {
  readonly resource: Pick<OrchestratedResource, 'type' | 'name'>;
  readonly policies: readonly PolicyTrace[];
  /** Actions that follow, parts that lost taken out, the most important first. */
  readonly actions: readonly AskedAction[];
  readonly conflicts: readonly Conflict[];
}

/** Policies and the resources that they are asked about. */
export interface OrchestrationInput {
  readonly policies: readonly OrchestrationPolicy[];
  readonly resources: readonly OrchestratedResource[];
}

/** What follows, a plan a resource, in the order of the input. */
export interface OrchestrationPlan {
  readonly resources: readonly ResourcePlan[];
}
