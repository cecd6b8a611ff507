/** Which orchestration policies select which resources, which rules hold, and what follows. */
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import type { Env } from '../env.ts';
import type {
  AskedAction,
  OrchestrationInput,
  OrchestrationPlan,
  PolicyTrace,
  ResourcePlan,
} from './model.ts';
import { askOfPolicy } from './rules/ask-of-policy.ts';
import { combineOutcomes, compileCondition, type Judge } from './rules/judge-condition.ts';
import { selectsResource } from './rules/selects-resource.ts';
import { settleConflicts } from './rules/settle-conflicts.ts';

interface ReadyPolicy {
  readonly policy: OrchestrationPolicy;
  /** What each rule asks for. */
  readonly asked: readonly (readonly AskedAction[])[];
  /** The conditions of each rule. */
  readonly judges: readonly (readonly Judge[])[];
}

/**
 * Plans for every resource by itself. Conditions are compiled once, however many resources.
 * @returns a plan a resource, in the order of the input. There are no problems: what is unknown
 *   is said where it matters, and nothing follows from it
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
    asked: askOfPolicy(policy),
    judges: policy.spec.rules.map(({ conditions }) => conditions.map(compileCondition)),
  };
}

function planResource(
  resource: OrchestratedResource,
  ready: readonly ReadyPolicy[],
  nowMs: number,
): ResourcePlan {
  const asked: AskedAction[] = [];
  const policies = ready.map((each) => {
    const trace = tracePolicy(each, resource, nowMs);
    for (const [index, { outcome }] of trace.rules.entries()) {
      if (outcome === 'holds') asked.push(...(each.asked[index] ?? []));
    }
    return trace;
  });
  const { type, name } = resource;
  return { resource: { type, name }, policies, ...settleConflicts(asked) };
}

function tracePolicy(
  { policy, judges }: ReadyPolicy,
  resource: OrchestratedResource,
  nowMs: number,
): PolicyTrace {
  const { name } = policy.metadata;
  const selected = selectsResource(policy, resource);
  if (!selected.ok) return { policy: name, selected: 'no', why: selected.error, rules: [] };
  const rules = policy.spec.rules.map((rule, index) => {
    const conditions = (judges[index] ?? []).map((judge) => judge(resource, nowMs));
    const outcome = combineOutcomes(
      'all',
      conditions.map((condition) => condition.outcome),
    );
    return { rule: rule.name, outcome, conditions };
  });
  return { policy: name, selected: 'yes', why: selected.value, rules };
}
