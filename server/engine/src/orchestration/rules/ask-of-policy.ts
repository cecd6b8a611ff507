/** What the rules of a policy ask for, and how much they count. */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type { AskedAction } from '../model.ts';

/** The actions of each rule, in the policy's order; whether a rule holds is not looked at. */
export function askOfPolicy({
  metadata,
  spec,
}: OrchestrationPolicy): readonly (readonly AskedAction[])[] {
  const { matchLabels, tags } = spec.selector;
  return spec.rules.map((rule) =>
    rule.actions.map((action) => {
      const isHard = action.type === 'schedule' && action.parameters.mode === 'hard';
      return {
        ...{ policy: metadata.name, rule: rule.name, action },
        rank: {
          priority: spec.priority,
          binding: isHard || rule.type === 'healing' ? 1 : 0,
          precision: Object.keys(matchLabels).length + tags.length,
          namespaced: metadata.namespace === null ? 0 : 1,
        },
      };
    }),
  );
}
