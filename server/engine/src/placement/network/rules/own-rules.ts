import type { SecurityGroupId } from '@novacron/contract/ids';
import { type FirewallRule, SELF } from '@novacron/contract/kinds/security-group/firewall';
import type { GuardedVm, GuardGroup, OwnedRule } from '../model/network.ts';

/** Lists every rule of a VM: those of its groups in their order, then its own. */
export function ownRules({ groups, rules }: Pick<GuardedVm, 'groups' | 'rules'>): OwnedRule[] {
  const ofGroups = groups.flatMap((group) =>
    group.rules.map((rule) => ({ rule: { ...rule, group_id: peerOf(rule, group) }, group })),
  );
  return [...ofGroups, ...rules.map((rule) => ({ rule, group: null }))];
}

/** Returns the group that a rule names; `self` is the group of the rule. */
function peerOf(
  rule: { readonly group_id: string | null },
  group: GuardGroup,
): FirewallRule['group_id'] {
  if (rule.group_id === SELF) return group.id;
  // The contract's schema lets nothing else but `self` and ids of groups through.
  return rule.group_id as SecurityGroupId | null;
}
