/**
 * Plans orchestration: which policies select which resources, which rules hold, and which actions
 * follow.
 */
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import type { Env } from '../../env.ts';
import type {
  OrchestrationInput,
  OrchestrationPlan,
  PolicyTrace,
  RequestedAction,
  ResourcePlan,
} from './model/orchestration.ts';
import {
  type ConditionEvaluator,
  combineOutcomes,
  compileCondition,
} from './rules/evaluate-condition.ts';
import { listRequestedActions } from './rules/list-requested-actions.ts';
import { resolveConflicts } from './rules/resolve-conflicts.ts';
import { selectsResource } from './rules/selects-resource.ts';

interface ReadyPolicy {
  readonly policy: OrchestrationPolicy;
  /** The actions that each rule requests. */
  readonly asked: readonly (readonly RequestedAction[])[];
  /** The conditions of each rule. */
  readonly evaluators: readonly (readonly ConditionEvaluator[])[];
}

/**
 * Plans for every resource by itself. Conditions are compiled once, however many resources.
 * @returns one plan per resource, in the order of the input. There are no problems: an unknown
 *   value is named where it matters, and no action follows from it
 */
export function planOrchestration(
  { policies, resources }: OrchestrationInput,
  env: Pick<Env, 'nowMs'>,
): OrchestrationPlan {
  const ready = policies.map(prepare);
  return { resources: resources.map((resource) => planResource(resource, ready, env.nowMs)) };
}

function prepare(policy: OrchestrationPolicy): ReadyPolicy {
  return {
    policy,
    asked: listRequestedActions(policy),
    evaluators: policy.spec.rules.map(({ conditions }) => conditions.map(compileCondition)),
  };
}

function planResource(
  resource: OrchestratedResource,
  ready: readonly ReadyPolicy[],
  nowMs: number,
): ResourcePlan {
  const asked: RequestedAction[] = [];
  const policies = ready.map((each) => {
    const trace = tracePolicy(each, resource, nowMs);
    for (const [index, { outcome }] of trace.rules.entries()) {
      if (outcome === 'holds') asked.push(...(each.asked[index] ?? []));
    }
    return trace;
  });
  const { type, name } = resource;
  return { resource: { type, name }, policies, ...resolveConflicts(asked) };
}

function tracePolicy(
  { policy, evaluators }: ReadyPolicy,
  resource: OrchestratedResource,
  nowMs: number,
): PolicyTrace {
  const { name } = policy.metadata;
  const selected = selectsResource(policy, resource);
  if (!selected.ok) return { policy: name, selected: 'no', why: selected.error, rules: [] };
  const rules = policy.spec.rules.map((rule, index) => {
    const conditions = (evaluators[index] ?? []).map((evaluate) => evaluate(resource, nowMs));
    const outcome = combineOutcomes(
      'all',
      conditions.map((condition) => condition.outcome),
    );
    return { rule: rule.name, outcome, conditions };
  });
  return { policy: name, selected: 'yes', why: selected.value, rules };
}
