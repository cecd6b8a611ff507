import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import type { WriteScope } from '../../scope.ts';

/** Refuses to delete a VM that a group owns; undefined for others, and for NovaCron itself. */
export async function refuseMember(
  vm: VmRow,
  member: Tables['vm_group_members'] | undefined,
  { deps, context }: WriteScope,
): Promise<Problem | undefined> {
  if (member === undefined || context.client === 'platform') return undefined;
  const [group] = await deps.store.read({ from: 'vm_groups', where: { id: member.group_id } });
  if (group === undefined) return undefined;
  return problem('in-use', {
    detail: `The VM ${vm.name} is a member of the VM group ${group.name} (${group.id}).`,
    remedy:
      `Make the group smaller (novacron group scale ${group.name} --size N), which deletes the ` +
      `members with the highest numbers, or delete it (novacron group delete ${group.name}).`,
    data: { group_id: group.id },
  });
}
