/** The observed firewall of a VM, where its node enforces something else than desired. */

import type { MachineFirewall, MachineRule } from '@novacron/contract/agent/machine-network';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import type { FirewallRule } from '@novacron/contract/kinds/security-group/firewall';
import { VM_FIELDS, type VmSpec } from '@novacron/contract/kinds/vm/vm';
import { normalizedValue } from '@novacron/contract/schema/field';
import type { SecurityGroupRow } from '../../../ports/tables/tables.ts';
import { machineFirewallOf, toMachineRule } from './vm-firewall.ts';

/** The fields that define the firewall of a VM. */
type Guarded = Pick<VmSpec, 'security_groups' | 'firewall_rules'>;

/**
 * Translates the firewall that a node enforces into the fields of the VM: a group is present while
 * all of its rules are, and a rule that belongs to no group is one of the VM's own.
 * @returns undefined where both are equal
 */
export function compareFirewall(
  spec: Guarded,
  groups: readonly SecurityGroupRow[],
  found: MachineFirewall | undefined,
): Guarded | undefined {
  // Most VMs have neither rules nor groups, and are compared often.
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

/** An empty list equals a missing one, and the order is ignored. */
function inOrder({ security_groups, firewall_rules }: Guarded): Guarded {
  const kept = {
    security_groups: normalizedValue(VM_FIELDS.security_groups, orNull(security_groups ?? [])),
    firewall_rules: normalizedValue(VM_FIELDS.firewall_rules, orNull(firewall_rules ?? [])),
  };
  // The same elements in another order.
  return kept as Guarded;
}

function toRule({ action, ports, ...rule }: MachineRule): FirewallRule {
  const { direction, protocol, cidr, group_id } = rule;
  const said = { direction, action: action ?? 'allow', protocol, ports, cidr, group_id };
  // A node refers to groups by the ids that it received.
  return { ...said, description: null } as FirewallRule;
}
