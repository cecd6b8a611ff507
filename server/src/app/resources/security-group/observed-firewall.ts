/** The firewall of a VM as its node was found to enforce it, where that is not as it shall be. */
import { keptValue } from '@novacron/contract/field';
import type { FirewallRule } from '@novacron/contract/firewall';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import type { MachineFirewall, MachineRule } from '@novacron/contract/machine-network';
import { VM_FIELDS, type VmSpec } from '@novacron/contract/vm';
import type { SecurityGroupRow } from '../../../ports/tables.ts';
import { machineFirewallOf, toMachineRule } from './vm-firewall.ts';

/** The fields that say what guards a VM. */
type Guarded = Pick<VmSpec, 'security_groups' | 'firewall_rules'>;

/**
 * Puts what a node enforces in the words of the VM: a group counts while all of its rules are
 * there, and what no group and no rule of the VM asks for is a rule of its own.
 * @returns undefined where both say the same
 */
export function compareFirewall(
  spec: Guarded,
  groups: readonly SecurityGroupRow[],
  found: MachineFirewall | undefined,
): Guarded | undefined {
  // Most have neither rules nor groups, and are compared often.
  if (isUnguarded(spec) && (found?.rules.length ?? 0) === 0) return undefined;
  const there = new Set(found?.rules.map((rule) => canonicalJson(rule)));
  const isThere = (rule: MachineRule) => there.has(canonicalJson(rule));
  const wanted = new Set(machineFirewallOf(spec, groups)?.rules.map((rule) => canonicalJson(rule)));
  const security_groups = (spec.security_groups ?? []).filter((id) => {
    const alone = { security_groups: [id], firewall_rules: null };
    const isOf = found?.group_ids.includes(id) === true;
    return isOf && (machineFirewallOf(alone, groups)?.rules ?? []).every(isThere);
  });
  const firewall_rules = [
    ...(spec.firewall_rules ?? []).filter((rule) => isThere(toMachineRule(rule))),
    ...(found?.rules ?? []).filter((rule) => !wanted.has(canonicalJson(rule))).map(toRule),
  ];
  const seen = { security_groups: orNull(security_groups), firewall_rules: orNull(firewall_rules) };
  return equalJson(inOrder(seen), inOrder(spec)) ? undefined : inOrder(seen);
}

function isUnguarded({ security_groups, firewall_rules }: Guarded): boolean {
  return (security_groups ?? []).length === 0 && (firewall_rules ?? []).length === 0;
}

function orNull<Element>(list: readonly Element[]): Element[] | null {
  return list.length === 0 ? null : [...list];
}

/** No rules and none at all are the same, and sets have no order. */
function inOrder({ security_groups, firewall_rules }: Guarded): Guarded {
  const kept = {
    security_groups: keptValue(VM_FIELDS.security_groups, orNull(security_groups ?? [])),
    firewall_rules: keptValue(VM_FIELDS.firewall_rules, orNull(firewall_rules ?? [])),
  };
  // The same elements in another order.
  return kept as Guarded;
}

function toRule({ action, ports, ...rule }: MachineRule): FirewallRule {
  const { direction, protocol, cidr, group_id } = rule;
  const said = { direction, action: action ?? null, protocol, ports, cidr, group_id };
  // A node names groups by the ids that it was told.
  return { ...said, description: null } as FirewallRule;
}
