/** Types of orchestration: policies, observed resources, and the resulting actions. */

import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type {
  OrchestratedResource,
  OrchestrationCondition,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';

/** `unknown`: it depends on a value that is not known; actions that need it do not follow. */
export type Outcome = 'holds' | 'fails' | 'unknown';

/** The result of a condition, with its parts. */
export interface ConditionTrace {
  readonly type: OrchestrationCondition['type'];
  readonly outcome: Outcome;
  /** In words, without a full stop: `metrics.cpu_usage is 0.9, more than 0.8`. */
  readonly why: string;
  readonly parts: readonly ConditionTrace[];
}

/** The result of a rule for one resource. */
export interface RuleTrace {
  readonly rule: string;
  /** Whether all of its conditions hold. */
  readonly outcome: Outcome;
  readonly conditions: readonly ConditionTrace[];
}

/** The result of a policy for one resource. */
export interface PolicyTrace {
  readonly policy: string;
  readonly selected: 'yes' | 'no';
  /** In words: why it is selected or not. */
  readonly why: string;
  /** Empty where it is not selected. */
  readonly rules: readonly RuleTrace[];
}

/** An action that a rule requests, and the rank of its policy. */
export interface RequestedAction {
  readonly policy: string;
  readonly rule: string;
  readonly action: OrchestrationAction;
  readonly rank: Rank;
}

/** Precedence between conflicting policies, most significant first. */
export interface Rank {
  readonly priority: number;
  /** 1 for a hard placement and for healing, 0 for everything else. */
  readonly binding: 0 | 1;
  /** Number of labels and tags in the selector. */
  readonly precision: number;
  /** 1 for a policy of one namespace, 0 for one of all. */
  readonly namespaced: 0 | 1;
}

/** A conflict of two policies. */
export interface Conflict {
  /** The subject of the conflict: `schedule.place`, `scale.change`, … */
  readonly about: string;
  readonly winner: RequestedAction;
  readonly loser: RequestedAction;
  /** In words: why the winner wins. */
  readonly why: string;
}

/** The plan for one resource. */
export interface ResourcePlan {
  readonly resource: Pick<OrchestratedResource, 'type' | 'name'>;
  readonly policies: readonly PolicyTrace[];
  /** Actions that follow, parts that lost taken out, the most important first. */
  readonly actions: readonly RequestedAction[];
  readonly conflicts: readonly Conflict[];
}

/** Policies and the resources that they are evaluated for. */
export interface OrchestrationInput {
  readonly policies: readonly OrchestrationPolicy[];
  readonly resources: readonly OrchestratedResource[];
}

/** One plan per resource, in the order of the input. */
export interface OrchestrationPlan {
  readonly resources: readonly ResourcePlan[];
}
