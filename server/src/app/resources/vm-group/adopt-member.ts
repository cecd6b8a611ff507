import type { Change } from '../../../ports/store.ts';
import type { PreparedWrite } from '../../kernel/admission/prepared-write.ts';
import { replan } from '../../rows/replan.ts';

/** Makes a VM that is to be created a member of a group: it is one for as long as it is there. */
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
    changes: [...prepared.changes, insert],
    onFailure: [...prepared.onFailure, { kind: 'drop', from: 'vm_group_members', id }],
  };
}
