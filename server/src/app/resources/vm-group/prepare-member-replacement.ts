/** Plans the replacement of members of a VM group: each is deleted, and created again. */
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { Tables, VmGroupRow } from '../../../ports/tables/tables.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import { changeIdle } from '../../kernel/resource-rows/new-row.ts';
import { desiredAs, desiredOf } from '../../rows/answer-resource.ts';
import type { Prepare } from '../scope.ts';
import { givenKeysOf } from '../ssh-key/given-keys.ts';
import {
  describeReplacements,
  planReplacementOf,
  refuseReplacements,
  replacementSteps,
  tryReplacement,
} from './plan-replacements.ts';
import { releaseGroup } from './prepare-vm-group.ts';
import { type Members, readMembersOf } from './read-vm-groups.ts';

/** Plans it, as many members at a time as `max_unavailable` says. */
export const prepareMemberReplacement: Prepare<ParsedInputOf<'vm_group.replace_members'>> = async (
  { id, member_ids },
  scope,
) => {
  const current = await findToChange('vm_group', { id }, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const members = await readMembersOf(scope.deps.store, id);
  const strangers = member_ids.filter((each) => !members.vms.some((vm) => vm.id === each));
  if (strangers.length > 0) return err(strangers.map((each) => notAMember(row, members, each)));
  const chosen = new Set<string>(member_ids);
  const vms = members.vms.filter((vm) => chosen.has(vm.id));
  const spec = desiredAs(row, VmGroupSpec);
  const group = { id, spec, givenKeys: givenKeysOf(row) };
  const replacements = new Map(
    vms.map((vm: Tables['vms']) => [vm.id, planReplacementOf(group, vm, { members })]),
  );
  const refused =
    (await refuseReplacements(vms, replacements, scope)) ??
    (await tryReplacement(vms, replacements, scope));
  if (refused !== undefined) return err([refused]);
  const desired = desiredOf(row);
  const release = [releaseGroup(row.id, row.name)];
  return ok({
    resourceKind: 'vm_group',
    target: { id: row.id, name: row.name },
    before: desired,
    wanted: desired,
    placement: null,
    notices: describeReplacements(vms, replacements, spec.max_unavailable),
    saga: {
      reserve: [changeIdle('vm_group', row, { busy_operation_id: scope.operationId })],
      steps: replacementSteps(vms, replacements, spec.max_unavailable),
      finalize: release,
      rollback: release,
      release,
    },
  });
};

function notAMember({ name }: VmGroupRow, { vms }: Members, id: string): Problem {
  const names = vms.map((vm) => `${vm.name} (${vm.id})`).join(', ');
  return problem('validation-failed', {
    detail: `${id} is not a member of the VM group ${name}.`,
    remedy: `Name members of it: ${names}.`,
    fields: [{ path: ['member_ids'], message: `has ${id}, which is not a member` }],
  });
}
