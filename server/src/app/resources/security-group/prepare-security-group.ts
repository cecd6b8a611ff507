/** Plans the creation and deletion of security groups; neither has a step on any node. */

import { listNames } from '@novacron/contract/formats/list-names';
import { SELF } from '@novacron/contract/kinds/security-group/firewall';
import {
  SECURITY_GROUP_FIELDS,
  SecurityGroupSpec,
} from '@novacron/contract/kinds/security-group/security-group';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { ResourceRow, SecurityGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import { newResourceRow } from '../../kernel/resource-rows/new-row.ts';
import { desiredAs, desiredOf } from '../../rows/answer-resource.ts';
import { nameTaken, referenceUnknown, replan } from '../../rows/resource-problems.ts';
import { USERS_NAMED_MAX } from '../name-users.ts';
import type { Prepare } from '../scope.ts';
import { countUses, groupsNamed, groupsWithIds, namesChanged } from './vm-firewall.ts';

const ONE = { security_groups: 1 } as const;

/** Plans a new group. */
export const prepareSecurityGroupCreate: Prepare<ParsedInputOf<'security_group.create'>> = async (
  input,
  scope,
) => {
  const spec = SecurityGroupSpec.parse(fillDefaults(SECURITY_GROUP_FIELDS, input));
  const { tenantId } = scope.context.principal;
  const named = othersNamed(spec.rules ?? []);
  const rows = await scope.deps.store.snapshot({
    holders: { from: 'security_groups', where: { tenant_id: tenantId, name: spec.name } },
    groups: groupsWithIds(tenantId, named),
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const holder = rows.holders[0];
  const quota = checkQuota(rows.quotas[0], ONE);
  const problems = [
    ...(holder === undefined ? [] : [nameTaken('security_group', spec.name, holder.id)]),
    ...checkNamed(named, rows.groups),
    ...(quota === undefined ? [] : [quota]),
  ];
  if (problems.length > 0) return err(problems);
  const id = scope.deps.ids.next('sg');
  const desired = spec;
  const row = newResourceRow(scope, { id, name: spec.name, desired, observed: {}, busy: 'no' });
  return ok({
    resourceKind: 'security_group',
    target: { id, name: spec.name },
    before: null,
    wanted: desired,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'insert',
        into: 'security_groups',
        row: { ...row, vm_count: 0, named_count: 0, use_version: 0 },
        otherwise: replan(`The name ${spec.name}`),
      },
      ...countUses(namesChanged([], namedRules(named)).begin, 1),
      ...chargeTenant(tenantId, ONE),
    ]),
  });
};

/** Plans the deletion of an unused group. */
export const prepareSecurityGroupDelete: Prepare<ParsedInputOf<'security_group.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('security_group', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  if (row.vm_count > 0 || row.named_count > 0) {
    const { tenant_id } = row;
    const found = await scope.deps.store.snapshot({
      vms: { from: 'vms', where: { tenant_id } },
      groups: { from: 'security_groups', where: { tenant_id } },
    });
    return err([inUse(row, found)]);
  }
  const { rules } = desiredAs(row, SecurityGroupSpec);
  return ok({
    resourceKind: 'security_group',
    target: { id: row.id, name: row.name },
    before: desiredOf(row),
    wanted: null,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'delete',
        from: 'security_groups',
        id: row.id,
        expect: { revision: row.revision, vm_count: 0, named_count: 0, busy_operation_id: null },
        otherwise: replan(`The security group ${row.name}`),
      },
      ...countUses(namesChanged(namedRules(othersNamed(rules ?? [], row.id)), []).cease, -1),
      { kind: 'drop', from: 'baselines', id: row.id },
      ...refundTenant(row.tenant_id, ONE),
    ]),
  });
};

/** Ids of the groups that a group's rules name, without the group itself. */
export function othersNamed(
  rules: readonly { readonly group_id: string | null }[],
  ownId = SELF,
): string[] {
  return groupsNamed(rules).filter((id) => id !== SELF && id !== ownId);
}

/** Converts group ids to rules, for counting the groups that rules name. */
export function namedRules(ids: readonly string[]) {
  return ids.map((id) => ({ group_id: id }));
}

/** Refuses rules that name unknown groups. */
export function checkNamed(ids: readonly string[], groups: readonly SecurityGroupRow[]): Problem[] {
  const known = new Set<string>(groups.map(({ id }) => id));
  return ids
    .filter((id) => !known.has(id))
    .map((id) => referenceUnknown('rules', 'security_group', id));
}

function inUse(
  row: SecurityGroupRow,
  found: { readonly vms: readonly VmRow[]; readonly groups: readonly SecurityGroupRow[] },
): Problem {
  const specs = found.vms.map((vm) => ({ vm, spec: desiredAs(vm, VmSpec) }));
  const having = specs.filter(({ spec }) => spec.security_groups?.some((id) => id === row.id));
  const naming = [
    ...specs
      .filter(({ spec }) => groupsNamed(spec.firewall_rules ?? []).includes(row.id))
      .map(({ vm }) => vm),
    ...found.groups.filter(({ id, ...group }) => {
      const { rules } = desiredAs({ id, ...group }, SecurityGroupSpec);
      return id !== row.id && groupsNamed(rules ?? []).includes(row.id);
    }),
  ];
  const verb = having.length === 1 ? 'has' : 'have';
  const have = `${namesOf(having.map(({ vm }) => vm))} ${verb} it`;
  const name = `rules of ${namesOf(naming)} name it`;
  const reasons = [...(having.length > 0 ? [have] : []), ...(naming.length > 0 ? [name] : [])];
  return problem('in-use', {
    detail:
      `The security group ${row.name} cannot be deleted: ` +
      `${reasons.length === 0 ? 'a change in progress uses it' : reasons.join(', and ')}.`,
    remedy: 'Remove it from the VMs, and from the rules that name it, first.',
    data: { vm_count: row.vm_count, vms: having.map(({ vm }) => vm.id) },
  });
}

function namesOf(rows: readonly ResourceRow[]): string {
  return listNames(rows.map(({ name }) => name).sort(), USERS_NAMED_MAX);
}
