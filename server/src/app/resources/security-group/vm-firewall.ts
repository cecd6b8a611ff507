/** The firewall of a VM: the rules of its security groups and its own, and the usage of groups. */

import type { MachineFirewall, MachineRule } from '@novacron/contract/agent/machine-network';
import { canonicalJson } from '@novacron/contract/json';
import type { FirewallRule } from '@novacron/contract/kinds/security-group/firewall';
import { SecurityGroupSpec } from '@novacron/contract/kinds/security-group/security-group';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import type { GuardedVm, GuardGroup } from '@novacron/engine/placement/network/model/network';
import { ownRules } from '@novacron/engine/placement/network/rules/own-rules';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { SecurityGroupRow } from '../../../ports/tables/tables.ts';
import { requireSame } from '../../kernel/resource-rows/new-row.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { busy, referenceUnknown, replan } from '../../rows/resource-problems.ts';

/** The fields of a VM that define its firewall. */
type Guarded = Pick<VmSpec, 'security_groups' | 'firewall_rules'>;

/** Query for the groups that VMs have, or that their rules name. */
export function groupsOf(tenantId: string, specs: readonly Guarded[]) {
  const ids = specs.flatMap((spec) => [...(spec.security_groups ?? []), ...namedBy(spec)]);
  return groupsWithIds(tenantId, ids);
}

/** The query for the groups of a tenant that have these ids. */
export function groupsWithIds(tenantId: string, ids: readonly string[]) {
  return {
    from: 'security_groups',
    where: { tenant_id: tenantId, id: { in: [...new Set(ids)] } },
  } as const;
}

function namedBy({ firewall_rules }: Guarded): string[] {
  return groupsNamed(firewall_rules ?? []);
}

/** Ids of the groups that rules name, each once. */
export function groupsNamed(rules: readonly { readonly group_id: string | null }[]): string[] {
  return [...new Set(rules.flatMap(({ group_id }) => (group_id === null ? [] : [group_id])))];
}

/** Every reason why a VM cannot have these groups and rules now. */
export function checkGroups(spec: Guarded, groups: readonly SecurityGroupRow[]): Problem[] {
  const byId = new Map<string, SecurityGroupRow>(groups.map((group) => [group.id, group]));
  const fields = [
    ['security_groups', spec.security_groups ?? []],
    ['firewall_rules', namedBy(spec)],
  ] as const;
  return fields.flatMap(([field, ids]) =>
    ids.flatMap((id) => {
      const group = byId.get(id);
      if (group === undefined) return [referenceUnknown(field, 'security_group', id)];
      return group.busy_operation_id === null ? [] : [busy('security_group', group)];
    }),
  );
}

/** Guard: the groups are unchanged since the VM's firewall was computed. */
export function requireSameGroups(groups: readonly SecurityGroupRow[]): ChangeSet {
  return groups.map((group) => requireSame('security_group', group));
}

/** A group as the engine knows it. */
export function toGuardGroup(row: SecurityGroupRow): GuardGroup {
  const { name, rules } = desiredAs(row, SecurityGroupSpec);
  return { id: row.id, name, rules: rules ?? [] };
}

/** The groups and rules of a VM as the engine knows them. */
export function toGuards(
  spec: Guarded,
  groups: readonly SecurityGroupRow[],
): Pick<GuardedVm, 'groups' | 'rules'> {
  const ids = new Set<string>(spec.security_groups ?? []);
  const own = groups.filter(({ id }) => ids.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { groups: own.map(toGuardGroup), rules: spec.firewall_rules ?? [] };
}

/** The firewall that the node of a VM enforces; undefined where it has none. */
export function machineFirewallOf(
  spec: Guarded,
  groups: readonly SecurityGroupRow[],
): MachineFirewall | undefined {
  const guards = toGuards(spec, groups);
  if (guards.groups.length === 0 && guards.rules.length === 0) return undefined;
  const rules = ownRules(guards).map(({ rule }) => toMachineRule(rule));
  // Sorted and without duplicates, so that equal firewalls are equal texts.
  const byText = new Map(rules.map((rule) => [canonicalJson(rule), rule]));
  const sorted = [...byText].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    group_ids: guards.groups.map(({ id }) => id),
    rules: sorted.map(([, rule]) => rule),
  };
}

/** A rule as a node enforces it. */
export function toMachineRule({
  action,
  direction,
  protocol,
  ports,
  cidr,
  group_id,
}: FirewallRule): MachineRule {
  const rule = { direction, protocol, ports, cidr, group_id };
  return action === 'deny' ? { ...rule, action } : rule;
}

/**
 * Returns the group usages that begin and cease when a VM changes; null stands for a VM before its
 * creation and after its deletion.
 */
export function usesChanged(before: Guarded | null, after: Guarded | null) {
  return { begin: usesBeyond(before, after), cease: usesBeyond(after, before) };
}

/** Additional VMs and additional rules that use a group, by group. */
type Uses = ReadonlyMap<string, { readonly vms: number; readonly names: number }>;

/** The groups that the second uses and the first does not. */
function usesBeyond(known: Guarded | null, wanted: Guarded | null): Uses {
  const had = new Set<string>(known?.security_groups ?? []);
  const named = new Set(known === null ? [] : namedBy(known));
  const uses = new Map<string, { vms: number; names: number }>();
  for (const id of wanted?.security_groups ?? []) {
    if (!had.has(id)) uses.set(id, { vms: 1, names: 0 });
  }
  for (const id of wanted === null ? [] : namedBy(wanted)) {
    if (!named.has(id)) uses.set(id, { vms: uses.get(id)?.vms ?? 0, names: 1 });
  }
  return uses;
}

/**
 * Adds usages to the counters of their groups, or removes them; the guard fails where a group was
 * deleted.
 */
export function countUses(uses: Uses, sign: 1 | -1): ChangeSet {
  return [...uses].map(([id, { vms, names }]) => countUse(id, vms * sign, names * sign));
}

function countUse(id: string, vms: number, names: number): Change {
  return {
    kind: 'add',
    table: 'security_groups',
    id,
    by: [
      ...(vms === 0 ? [] : [{ column: 'vm_count', amount: vms } as const]),
      ...(names === 0 ? [] : [{ column: 'named_count', amount: names } as const]),
      { column: 'use_version', amount: 1 },
    ],
    otherwise: replan(`Security group ${id}`),
  };
}

/** The same for a group whose rules name others. */
export function namesChanged(
  before: readonly { readonly group_id: string | null }[],
  after: readonly { readonly group_id: string | null }[],
): { readonly begin: Uses; readonly cease: Uses } {
  const [had, wanted] = [groupsNamed(before), groupsNamed(after)];
  const toUses = (ids: readonly string[]): Uses =>
    new Map(ids.map((id) => [id, { vms: 0, names: 1 }]));
  return {
    begin: toUses(wanted.filter((id) => !had.includes(id))),
    cease: toUses(had.filter((id) => !wanted.includes(id))),
  };
}
