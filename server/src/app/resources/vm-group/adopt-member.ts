import type { Change } from '../../../ports/store.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Makes a VM that is being created a member of a group, for as long as the VM exists. */
export function adoptMember(
  prepared: PreparedWrite,
  member: { readonly groupId: string; readonly ordinal: number; readonly tenantId: string },
): PreparedWrite {
  const { id, name } = prepared.target;
  const { groupId: group_id, tenantId: tenant_id, ordinal } = member;
  const insert: Change = {
    kind: 'insert',
    into: 'vm_group_members',
    row: { id, tenant_id, group_id, ordinal },
    otherwise: replan(`The member ${name}`),
  };
  return {
    ...prepared,
    saga: concatSagas(prepared.saga, {
      reserve: [insert],
      rollback: [{ kind: 'drop', from: 'vm_group_members', id }],
    }),
  };
}
