/** Members that cannot change in place, and the VMs that replace them. */

import type { JsonObject } from '@novacron/contract/json';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem, ProblemCode } from '@novacron/contract/problem/problem';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { Tables } from '../../../ports/tables/tables.ts';
import type {
  OperationStepDefinition,
  ReplaceStepAction,
} from '../../kernel/definitions/operation-definition.ts';
import { planChecked } from '../../kernel/write/checked-write.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { fieldsToReplace } from '../../rows/resource-problems.ts';
import type { WriteScope } from '../scope.ts';
import { prepareVmCreate } from '../vm/create/prepare-vm-create.ts';
import {
  aboutTemplate,
  type GroupInQuestion,
  inTurn,
  type MemberFields,
  toMemberVm,
} from './plan-members.ts';
import { refuseEnds } from './prepare-vm-group.ts';
import type { Members } from './read-vm-groups.ts';

/**
 * Problems that deleting the old member solves: it frees its name, its allocation and its quota.
 */
const SETTLED_BY_END: readonly ProblemCode[] = ['name-taken', 'no-capacity', 'quota-exceeded'];

/** @returns the step of each member to replace, by its id */
export function planReplacements(
  group: GroupInQuestion,
  vms: readonly Tables['vms'][],
  {
    members,
    fieldsOf,
  }: {
    readonly members: Members;
    readonly fieldsOf: (vm: Tables['vms']) => MemberFields;
  },
): ReadonlyMap<string, ReplaceStepAction> {
  const stranded = vms.filter((vm) => {
    const before = desiredOf(vm);
    const changes = changedFields(before, { ...before, ...fieldsOf(vm).forward });
    return fieldsToReplace(VM_FIELDS, changes).length > 0;
  });
  return new Map(
    stranded.map((vm) => {
      const name = String(fieldsOf(vm).forward.name ?? vm.name);
      return [vm.id, planReplacementOf(group, vm, { members, name })];
    }),
  );
}

/** The step that deletes a member and makes it again as its group says. */
export function planReplacementOf(
  group: GroupInQuestion,
  vm: Tables['vms'],
  { members, name = vm.name }: { readonly members: Members; readonly name?: string },
): ReplaceStepAction {
  const { id, tenant_id: tenantId } = vm;
  const ordinal = members.ordinalOf.get(id) ?? 0;
  // Parsed by VmTemplate: JSON values only.
  const input = toMemberVm(group, name) as JsonObject;
  const action = { vmId: id, tenantId, groupId: group.id, ordinal, input };
  return { kind: 'replace-member', ...action };
}

/** The steps that replace members, some at a time. */
export function replacementSteps(
  vms: readonly Tables['vms'][],
  replacements: ReadonlyMap<string, ReplaceStepAction>,
  atATime: number,
): readonly OperationStepDefinition[] {
  const replaced = vms.filter(({ id }) => replacements.has(id));
  const nameOf = ({ name }: Tables['vms']) => `replace ${name}`;
  return inTurn(replaced, { atATime, after: [], nameOf }).flatMap(({ vm, common }) => {
    const action = replacements.get(vm.id);
    return action === undefined ? [] : [{ ...common, action, undo: null, noReturn: 'yes' }];
  });
}

/** Asks the policies about deleting and creating the members, each as if by itself. */
export async function refuseReplacements(
  vms: readonly Tables['vms'][],
  replacements: ReadonlyMap<string, ReplaceStepAction>,
  scope: WriteScope,
): Promise<Problem | undefined> {
  const going = vms.filter(({ id }) => replacements.has(id));
  const refused = await refuseEnds(going, scope);
  if (refused !== undefined) return refused;
  for (const { id, name } of going) {
    const wanted = fillDefaults(VM_FIELDS, replacements.get(id)?.input ?? {});
    const target = { id: '', name };
    const decision = await scope.deps.verdicts.decide(scope.context, {
      operation: 'vm.create',
      resourceKind: 'vm',
      target,
      before: null,
      wanted,
      unknown: [],
    });
    if (decision.problem !== undefined) return aboutTemplate(decision.problem);
  }
  return undefined;
}

/** Tries to create the first member again; returns the problem that its end does not settle. */
export async function tryReplacement(
  vms: readonly Tables['vms'][],
  replacements: ReadonlyMap<string, ReplaceStepAction>,
  scope: WriteScope,
): Promise<Problem | undefined> {
  const first = vms.find(({ id }) => replacements.has(id));
  if (first === undefined) return undefined;
  // Parsed by VmTemplate; it is one of the VMs that are replaced.
  const input = replacements.get(first.id)?.input as ParsedInputOf<'vm.create'> & JsonObject;
  const tried = await planChecked(await prepareVmCreate(input, scope));
  if (tried.ok) return undefined;
  const found = tried.error.find(({ code }) => !SETTLED_BY_END.includes(code));
  return found === undefined || found.data?.replan === true ? undefined : aboutTemplate(found);
}

/** The notice about replaced members. */
export function describeReplacements(
  vms: readonly Tables['vms'][],
  replacements: ReadonlyMap<string, ReplaceStepAction>,
  atATime: number,
): readonly string[] {
  const names = vms.filter(({ id }) => replacements.has(id)).map(({ name }) => name);
  if (names.length === 0) return [];
  const pace = atATime === 1 ? 'one at a time' : `${atATime} at a time`;
  return [
    `${names.length} of ${vms.length} members cannot change in place and are replaced, ${pace}: ` +
      `${listNames(names)}. ` +
      'Each is deleted with its root disk before the new one of its name is created.',
  ];
}

/** The notice about deleted surplus members: a smaller `max_size` does not say it. */
export function describeEnds(leaving: readonly Tables['vms'][]): readonly string[] {
  if (leaving.length === 0) return [];
  const those = leaving.length === 1 ? '1 member is' : `${leaving.length} members are`;
  const names = listNames(leaving.map(({ name }) => name));
  return [`${those} too many and deleted, root disks and all: ${names}.`];
}

const NAMES_MAX = 10;

function listNames(names: readonly string[]): string {
  return `${names.slice(0, NAMES_MAX).join(', ')}${names.length > NAMES_MAX ? ' and more' : ''}`;
}
