/** Explains the result of orchestration policies in lines for people. */
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type {
  ConditionTrace,
  Conflict,
  OrchestrationPlan,
  RequestedAction,
  ResourcePlan,
} from './model/orchestration.ts';

/** Explains a plan: a paragraph per resource, without empty lines; two blanks per level. */
export function explainOrchestration({ resources }: OrchestrationPlan): string[] {
  return resources.flatMap(explainResource);
}

function explainResource(plan: ResourcePlan): string[] {
  const { resource, policies, actions, conflicts } = plan;
  return [
    `${resource.type} ${resource.name}`,
    ...policies.flatMap(({ policy, selected, why, rules }) => [
      selected === 'yes'
        ? `  policy "${policy}" selects it: ${why}`
        : `  policy "${policy}" does not select it: ${why}`,
      ...rules.flatMap(({ rule, outcome, conditions }) => [
        conditions.length === 0
          ? `    rule ${rule} holds: it has no condition`
          : `    rule ${rule} ${tell(outcome)}`,
        ...conditions.flatMap((condition) => explainCondition(condition, '      ')),
      ]),
    ]),
    ...(actions.length === 0 ? ['  nothing follows'] : []),
    ...actions.map((asked) => `  follows: ${describeAction(asked.action)}, by ${sourceOf(asked)}`),
    ...conflicts.map((conflict) => `  ${explainConflict(conflict)}`),
  ];
}

/** Explains which policy wins a conflict, and why, in one line. */
export function explainConflict({ about, winner, loser, why }: Conflict): string {
  return (
    `conflict about ${about}: ${sourceOf(winner)} wins over ${sourceOf(loser)}, ` +
    `which asks to ${describeAction(loser.action)}; ${why}`
  );
}

function tell(outcome: ConditionTrace['outcome']): string {
  return outcome === 'unknown' ? 'is unknown' : outcome;
}

function explainCondition({ type, outcome, why, parts }: ConditionTrace, indent: string): string[] {
  return [
    `${indent}${type} ${tell(outcome)}: ${why}`,
    ...parts.flatMap((part) => explainCondition(part, `${indent}  `)),
  ];
}

function sourceOf({ policy, rule }: RequestedAction): string {
  return `policy "${policy}", rule ${rule}`;
}

function describeAction({ type, parameters }: OrchestrationAction): string {
  // The rest of an address may contain a secret.
  if (type === 'webhook') return `webhook to ${hostOf(parameters.url)}`;
  const words = Object.entries(parameters).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [type, ...words].join(' ');
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/?#]+)/i.exec(url)?.[1] ?? 'a host';
}
