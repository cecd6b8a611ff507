/**
 * Plans a change of a security group: new rules are sent to the node of every VM that has the
 * group.
 */

import type { MachineFirewall } from '@novacron/contract/agent/machine-network';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import {
  SECURITY_GROUP_FIELDS,
  SecurityGroupSpec,
} from '@novacron/contract/kinds/security-group/security-group';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { SecurityGroupRow, Tables, VmRow } from '../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  requireSame,
  revertedColumns,
} from '../../kernel/resource-rows/new-row.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { changedFields, type FieldValues } from '../../rows/changed-fields.ts';
import { busy, nameTaken, replan } from '../../rows/resource-problems.ts';
import { allocationAtHome } from '../../rows/vm-amounts.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { checkNamed, namedRules, othersNamed } from './prepare-security-group.ts';
import {
  countUses,
  groupsWithIds,
  machineFirewallOf,
  namesChanged,
  requireSameGroups,
} from './vm-firewall.ts';

type Input = ParsedInputOf<'security_group.update'>;

/** A VM that has the group. */
interface Member {
  readonly row: VmRow;
  readonly spec: VmSpec;
  /** Name of its node; undefined where it is on none. */
  readonly node: string | undefined;
}

interface Found {
  readonly row: SecurityGroupRow;
  readonly before: SecurityGroupSpec;
  readonly after: SecurityGroupSpec;
  /** The group of the same name, the groups that its rules name, and all groups of its VMs. */
  readonly groups: readonly SecurityGroupRow[];
  /** Empty where the rules stay as they are. */
  readonly members: readonly Member[];
}

/** Plans a change of a group. */
export const prepareSecurityGroupUpdate: Prepare<Input> = async (input, scope) => {
  const current = await findToChange('security_group', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredAs(row, SecurityGroupSpec);
  const merged = mergeFields(desiredOf(row), input, SECURITY_GROUP_FIELDS);
  const after = SecurityGroupSpec.parse(merged);
  const found = await observe(row, before, after, scope);
  const problems = check(found);
  if (problems.length > 0) return err(problems);
  return ok(planChanges(found, scope));
};

async function observe(
  row: SecurityGroupRow,
  before: SecurityGroupSpec,
  after: SecurityGroupSpec,
  scope: WriteScope,
): Promise<Found> {
  const tenant_id = row.tenant_id;
  const { store } = scope.deps;
  const areRulesSame = equalJson(before.rules ?? [], after.rules ?? []);
  if (areRulesSame || row.vm_count === 0) {
    // Only the group that the change is about.
    const { holders, named } = await store.snapshot({
      holders: { from: 'security_groups', where: { tenant_id, name: after.name } },
      named: groupsWithIds(tenant_id, othersNamed(after.rules ?? [], row.id)),
    });
    return { row, before, after, groups: [...holders, ...named], members: [] };
  }
  const rows = await store.snapshot({
    groups: { from: 'security_groups', where: { tenant_id } },
    vms: { from: 'vms', where: { tenant_id } },
    allocations: { from: 'allocations' },
    nodes: { from: 'nodes' },
  });
  const places = new Map<string, Tables['allocations'][]>();
  for (const allocation of rows.allocations) {
    places.set(allocation.vm_id, [...(places.get(allocation.vm_id) ?? []), allocation]);
  }
  const members = rows.vms.flatMap((vm): Member[] => {
    const spec = desiredAs(vm, VmSpec);
    if (!spec.security_groups?.some((id) => id === row.id)) return [];
    return [{ row: vm, spec, node: nodeOf(vm, places.get(vm.id) ?? [], rows.nodes) }];
  });
  return { row, before, after, groups: rows.groups, members };
}

function nodeOf(
  vm: VmRow,
  allocations: readonly Tables['allocations'][],
  nodes: readonly Tables['nodes'][],
): string | undefined {
  // A VM that was never created has no machine to configure.
  if (observedOf(vm).status === 'failed') return undefined;
  const home = allocationAtHome(vm, { allocations, nodes });
  return nodes.find(({ id }) => id === home?.node_id)?.name;
}

function check({ row, before, after, groups, members }: Found): Problem[] {
  const holder = groups.find(({ id, name }) => name === after.name && id !== row.id);
  const busyMember = members.find((member) => member.row.busy_operation_id !== null);
  const busyGroup = otherGroups(row, groups, members).find(
    ({ busy_operation_id }) => busy_operation_id !== null,
  );
  const areRulesSame = equalJson(before.rules ?? [], after.rules ?? []);
  return [
    ...(holder === undefined ? [] : [nameTaken('security_group', after.name, holder.id)]),
    ...checkNamed(othersNamed(after.rules ?? [], row.id), groups),
    ...(busyMember === undefined ? [] : [busy('vm', busyMember.row)]),
    ...(busyGroup === undefined ? [] : [busy('security_group', busyGroup)]),
    // A VM that is being changed may be rolled back to the previous rules.
    ...(areRulesSame || members.length === row.vm_count ? [] : [groupChanged(row)]),
  ];
}

/** The other groups of the VMs: their rules are sent to the nodes as well. */
function otherGroups(
  row: SecurityGroupRow,
  groups: readonly SecurityGroupRow[],
  members: readonly Member[],
): SecurityGroupRow[] {
  const ids = new Set<string>(members.flatMap(({ spec }) => spec.security_groups ?? []));
  return groups.filter(({ id }) => id !== row.id && ids.has(id));
}

function planChanges(found: Found, scope: WriteScope): PreparedWrite {
  const { row, before, after, members } = found;
  const wanted = after;
  const base = {
    resourceKind: 'security_group',
    target: { id: row.id, name: after.name },
    before: before,
    wanted,
    placement: null,
  } as const;
  if (Object.keys(changedFields(base.before, wanted)).length === 0) {
    return { ...base, saga: reserveOnly([requireSame('security_group', row)]) };
  }
  const placed = members.filter(({ node }) => node !== undefined);
  const hold = placed.length > 0 ? 'yes' : 'no';
  const uses = namesChanged(
    namedRules(othersNamed(before.rules ?? [], row.id)),
    namedRules(othersNamed(after.rules ?? [], row.id)),
  );
  const columns = changedColumns(row, scope, { name: after.name, desired: wanted, busy: hold });
  const changes: ChangeSet = [
    changeIdle('security_group', row, columns),
    requireSameUsers(row),
    ...requireSameGroups(otherGroups(row, found.groups, members)),
    ...placed.map((member) => holdVm(member.row, scope)),
    ...countUses(uses.begin, 1),
  ];
  if (hold === 'no') {
    return { ...base, saga: reserveOnly([...changes, ...countUses(uses.cease, -1)]) };
  }
  const free = placed.map((member) => freeVm(member.row));
  const revert = [changeGroup(row, revertedColumns(row)), ...countUses(uses.begin, -1), ...free];
  return {
    ...base,
    saga: {
      reserve: changes,
      steps: placed.flatMap((member) => applySteps(member, found, wanted)),
      finalize: [
        changeGroup(row, { busy_operation_id: null }),
        ...countUses(uses.cease, -1),
        ...free,
      ],
      rollback: revert,
      // The rules on a node are unknown; the next command that configures its VM resolves that.
      release: revert,
    },
  };
}

/** Guard: no VM has gained or lost the group since its users were read. */
function requireSameUsers({ id, name, use_version }: SecurityGroupRow): Change {
  return {
    kind: 'update',
    table: 'security_groups',
    id,
    set: { use_version },
    expect: { use_version },
    otherwise: replan(`The security group ${name}`),
  };
}

function changeGroup({ id, name }: SecurityGroupRow, set: Partial<SecurityGroupRow>): Change {
  const otherwise = replan(`The security group ${name}`);
  return { kind: 'update', table: 'security_groups', id, set, otherwise };
}

/** Guard: the VM is unchanged and on the same node, because every move raises its generation. */
function holdVm({ id, name, revision, generation }: VmRow, { operationId }: WriteScope): Change {
  return {
    kind: 'update',
    table: 'vms',
    id,
    set: { busy_operation_id: operationId },
    expect: { revision, generation, busy_operation_id: null },
    otherwise: replan(`The VM ${name}`),
  };
}

function freeVm({ id, name }: VmRow): Change {
  const otherwise = replan(`The VM ${name}`);
  return { kind: 'update', table: 'vms', id, set: { busy_operation_id: null }, otherwise };
}

function applySteps(
  { row: vm, spec, node }: Member,
  { row, groups }: Found,
  wanted: FieldValues,
): OperationStepDefinition[] {
  if (node === undefined) return [];
  const changed = groups.map((group) =>
    group.id === row.id ? { ...group, desired_json: canonicalJson(wanted) } : group,
  );
  // The generation stays, so that work on its volumes goes on.
  const agent = { kind: 'agent', node, vmId: vm.id, generation: vm.generation } as const;
  const apply = (firewall: MachineFirewall | undefined) =>
    ({ ...agent, action: { kind: 'apply-firewall', firewall: firewall ?? null } }) as const;
  const step: OperationStepDefinition = {
    name: `apply-firewall@${vm.name}`,
    after: [],
    action: apply(machineFirewallOf(spec, changed)),
    undo: apply(machineFirewallOf(spec, groups)),
  };
  // The rules on such a VM's node are unknown; the command that resolves that brings the new rules.
  const isUnknown = observedOf(vm).status === 'unknown';
  return [isUnknown ? { ...step, undo: null, whenFailed: 'go-on' } : step];
}

function groupChanged({ name }: SecurityGroupRow): Problem {
  return problem('conflict', {
    detail: `A VM is gaining or losing the security group ${name}.`,
    remedy: 'Wait until the change of the VM has ended and send the request again.',
  });
}
